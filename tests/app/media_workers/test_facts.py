"""What is found out about real files of every sort, through the processes that do the reading."""

import datetime as dt
import hashlib
from pathlib import Path

import pytest

from app.media_workers.pool import MediaWorkers
from domain.media import MediaKind
from support import media_files


async def test_a_baseline_jpeg_is_told_from_a_progressive_one(workers: MediaWorkers, tmp_path: Path) -> None:
    baseline = written(tmp_path / "baseline.jpg", media_files.image())
    progressive = written(tmp_path / "progressive.jpg", media_files.image(progressive=True))

    facts = [await workers.probe(path) for path in (baseline, progressive)]

    assert [one.is_progressive for one in facts] == [False, True]
    assert (facts[0].kind, facts[0].format, facts[0].width, facts[0].height) == (
        MediaKind.IMAGE,
        "JPEG",
        90,
        160,
    )
    assert facts[0].size_bytes == baseline.stat().st_size


@pytest.mark.parametrize("name", ["PNG", "WEBP", "GIF"])
async def test_other_formats_of_images_are_named(workers: MediaWorkers, tmp_path: Path, name: str) -> None:
    path = written(tmp_path / "picture", media_files.image(name))

    facts = await workers.probe(path)

    assert (facts.format, facts.width, facts.height) == (name, 90, 160)


async def test_a_jpeg_for_print_is_a_jpeg(workers: MediaWorkers, tmp_path: Path) -> None:
    path = written(tmp_path / "cmyk.jpg", media_files.image(mode="CMYK"))

    assert (await workers.probe(path)).format == "JPEG"


@pytest.mark.parametrize(("orientation", "size"), [(1, (90, 160)), (3, (90, 160)), (6, (160, 90))])
async def test_a_picture_is_as_wide_as_it_is_shown(
    workers: MediaWorkers, tmp_path: Path, orientation: int, size: tuple[int, int]
) -> None:
    path = written(tmp_path / "turned.jpg", media_files.image(orientation=orientation))

    facts = await workers.probe(path)

    assert (facts.width, facts.height) == size


async def test_a_picture_of_a_telephone_is_recognised_with_its_place_and_its_depth(
    workers: MediaWorkers, tmp_path: Path
) -> None:
    path = written(tmp_path / "picture.heic", media_files.heic(has_location=True))

    facts = await workers.probe(path)

    assert (facts.kind, facts.format, facts.bits_per_channel) == (MediaKind.IMAGE, "HEIF", 8)
    assert (facts.width, facts.height, facts.orientation) == (90, 160, 1)
    assert facts.has_location


async def test_what_a_platform_may_not_take_is_seen(workers: MediaWorkers, tmp_path: Path) -> None:
    deep = written(tmp_path / "deep.png", media_files.image("PNG", mode="I;16"))
    clear = written(tmp_path / "clear.png", media_files.image("PNG", mode="RGBA"))
    print_ = written(tmp_path / "print.jpg", media_files.image(mode="CMYK"))
    turned = written(tmp_path / "turned.jpg", media_files.image(orientation=6))
    moving = written(tmp_path / "moving.gif", media_files.animation())

    assert (await workers.probe(deep)).bits_per_channel == 16
    assert (await workers.probe(clear)).has_alpha
    assert (await workers.probe(print_)).color_mode == "CMYK"
    assert (await workers.probe(turned)).orientation == 6
    assert (await workers.probe(moving)).frame_count == 3
    placed = tmp_path / "placed.jpg"
    media_files.noise((90, 160)).save(placed, xmp=b'<x:xmpmeta exif:GPSLatitude="54,5N"/>')
    assert (await workers.probe(placed)).has_location
    plain = await workers.probe(written(tmp_path / "plain.jpg", media_files.image()))
    assert (plain.bits_per_channel, plain.has_alpha, plain.has_location, plain.frame_count) == (
        8,
        False,
        False,
        1,
    )


async def test_a_video_is_measured(workers: MediaWorkers, tmp_path: Path) -> None:
    path = written(tmp_path / "video.mp4", media_files.video())

    facts = await workers.probe(path)

    assert (facts.kind, facts.format, facts.width, facts.height) == (MediaKind.VIDEO, "MP4", 96, 160)
    assert (facts.video_codec, facts.audio_codec, facts.pixel_format) == ("h264", "aac", "yuv420p")
    assert facts.frames_per_second == pytest.approx(24)
    assert facts.duration is not None
    assert abs(facts.duration - dt.timedelta(seconds=1)) < dt.timedelta(milliseconds=60)
    assert facts.bits_per_second
    assert facts.is_streamable


async def test_a_silent_quicktime_video_is_one(workers: MediaWorkers, tmp_path: Path) -> None:
    path = written(tmp_path / "video.mov", media_files.video("mov", has_sound=False))

    facts = await workers.probe(path)

    assert (facts.format, facts.audio_codec) == ("MOV", None)


async def test_a_webm_video_is_one(workers: MediaWorkers, tmp_path: Path) -> None:
    path = written(tmp_path / "video.webm", media_files.video("webm", has_sound=False))

    facts = await workers.probe(path)

    assert (facts.format, facts.video_codec) == ("WEBM", "vp8")


async def test_a_video_with_its_index_at_the_end_is_not_streamable(
    workers: MediaWorkers, tmp_path: Path
) -> None:
    path = written(tmp_path / "video.mp4", media_files.video(is_streamable=False))

    assert not (await workers.probe(path)).is_streamable


async def test_a_video_without_a_steady_rate_has_its_mean_rate(workers: MediaWorkers, tmp_path: Path) -> None:
    path = written(tmp_path / "video.mp4", media_files.video(has_steady_rate=False, has_sound=False))

    facts = await workers.probe(path)

    assert facts.duration is not None
    assert facts.frames_per_second is not None
    assert facts.frames_per_second == pytest.approx(24 / facts.duration.total_seconds(), rel=0.05)
    assert facts.frames_per_second < 10


async def test_a_video_that_a_telephone_turned_is_as_wide_as_it_is_shown(
    workers: MediaWorkers, tmp_path: Path
) -> None:
    path = written(tmp_path / "video.mp4", media_files.video(is_rotated=True))

    facts = await workers.probe(path)

    assert (facts.width, facts.height) == (160, 96)


async def test_the_hash_is_that_of_the_bytes(workers: MediaWorkers, tmp_path: Path) -> None:
    path = written(tmp_path / "Grüße 🌊\n.jpg", media_files.image())

    assert await workers.sha256(path) == hashlib.sha256(media_files.image()).hexdigest()


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
