"""The sample library, looked at with other eyes than those that made it."""

import time
from pathlib import Path
from typing import Any

import av
import pytest
import yaml
from PIL import Image, ImageStat, UnidentifiedImageError

from sandbox.samples import make_samples

SIZES = {(1080, 1920), (1080, 1350), (1080, 1080)}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    make_samples(folder)
    return folder


def media(library: Path, suffix: str) -> list[Path]:
    return [file for file in sorted(library.rglob(f"*{suffix}")) if file.parent.name != "odd-ones"]


def test_the_library_is_small_and_has_something_for_every_case(library: Path) -> None:
    files = [file for file in library.rglob("*") if file.is_file()]

    assert 20 <= sum(file.suffix != ".yml" for file in files) <= 30
    assert sum(file.stat().st_size for file in files) < 25_000_000
    assert not [file for file in files if file.suffix == ".part"]


def test_pictures_are_baseline_jpegs_of_the_promised_sizes(library: Path) -> None:
    pictures = media(library, ".jpg")

    assert len(pictures) >= 14
    for file in pictures:
        with Image.open(file) as image:
            image.load()
            assert (image.format, image.mode) == ("JPEG", "RGB")
            assert image.size in SIZES
            assert "progressive" not in image.info


def test_no_picture_is_flat_and_no_two_are_alike(library: Path) -> None:
    seen: dict[tuple[int, ...], str] = {}
    for file in media(library, ".jpg"):
        with Image.open(file) as image:
            assert max(ImageStat.Stat(image).stddev) > 12, file.name
            image.thumbnail((6, 6))
            colors = tuple(value // 8 for value in image.tobytes())
        assert colors not in seen, (file.name, seen[colors])
        seen[colors] = file.name


def test_clips_are_what_instagram_asks_of_stories(library: Path) -> None:
    clips = media(library, ".mp4")

    assert len(clips) >= 4
    for file in clips:
        with av.open(str(file)) as container:
            video, audio = container.streams.video[0], container.streams.audio[0]
            assert (video.codec_context.name, video.profile) == ("h264", "High")
            assert video.codec_context.pix_fmt == "yuv420p"
            assert (video.width, video.height) in {(1080, 1920), (720, 1280)}
            assert video.average_rate == 30
            assert (audio.codec_context.name, audio.rate, audio.layout.name) == ("aac", 48_000, "stereo")
            assert 4 <= (container.duration or 0) / av.time_base <= 8


def test_clips_start_at_once(library: Path) -> None:
    for file in media(library, ".mp4"):
        data = file.read_bytes()
        assert data.index(b"moov") < data.index(b"mdat")
        assert b"elst" not in data


def test_clips_move_and_sound(library: Path) -> None:
    for file in media(library, ".mp4"):
        first, last = _frames(file)
        assert first.tobytes() != last.tobytes(), file.name
        assert _loudest(file) > 0.02, file.name


def test_sidecars_say_who_is_needed(library: Path) -> None:
    words: list[dict[str, Any]] = [
        yaml.safe_load(file.read_text(encoding="utf-8")) for file in library.rglob("*.yml")
    ]
    needs = {need for said in words for need in said.get("needs", [])}

    assert needs == {"sticker", "link", "poll", "product", "music"}
    for said in words:
        assert said.keys() <= {"caption", "alt", "link", "products", "tags", "needs", "category"}
        assert ("link" in said.get("needs", [])) == ("link" in said)
    assert len(list(library.rglob("_defaults.yml"))) == 4


def test_some_files_are_there_to_be_refused(library: Path) -> None:
    odd = library / "odd-ones"

    with Image.open(odd / "poster.png") as image:
        assert image.format == "PNG"
    with Image.open(odd / "panorama.jpg") as image:
        assert image.width / image.height == 3
    with pytest.raises((UnidentifiedImageError, OSError)), Image.open(odd / "broken.jpg") as image:
        image.load()
    assert (odd / "notes.txt").read_text(encoding="utf-8")


def test_a_second_run_leaves_everything_as_it_is(library: Path) -> None:
    caption = library / "coast" / "blue-hour.yml"
    caption.write_text("caption: My own words\n", encoding="utf-8")
    before = {file: file.stat().st_mtime_ns for file in library.rglob("*")}

    started = time.monotonic()
    make_samples(library)

    assert time.monotonic() - started < 1
    assert {file: file.stat().st_mtime_ns for file in library.rglob("*")} == before


def _frames(file: Path) -> tuple[Image.Image, Image.Image]:
    # PyAV's annotations leave to_image untyped.
    decoded: Any = av.open(str(file))
    with decoded:
        frames = [frame for number, frame in enumerate(decoded.decode(video=0)) if number in {0, 60}]
        return frames[0].to_image(), frames[1].to_image()


def _loudest(file: Path) -> float:
    decoded: Any = av.open(str(file))
    with decoded:
        samples = [memoryview(bytes(frame.planes[0])).cast("f") for frame in decoded.decode(audio=0)]
    return max(abs(value) for plane in samples[20:60] for value in plane)
