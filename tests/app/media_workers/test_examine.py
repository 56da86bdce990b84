"""All that is found out about a file at one reading, and how steady a fingerprint is."""

import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageEnhance

from app.media_workers.fingerprint import fingerprint
from app.media_workers.pool import MediaWorkers
from domain.likeness import are_alike
from services.ports import UnreadableMediaError
from support import media_files

SCENE = media_files.noise((1200, 900), 9, grain=(12, 9)).convert("RGB")


async def test_an_image_is_hashed_measured_and_made_small_at_once(
    workers: MediaWorkers, tmp_path: Path
) -> None:
    data = media_files.image(size=(900, 1600), orientation=6)
    path = written(tmp_path / "a.jpg", data)

    found = await workers.examine(path)

    assert found.sha256 == hashlib.sha256(data).hexdigest()
    assert found.facts == await workers.probe(path)
    assert size_of(found.thumbnail) == (400, 225)
    assert found.fingerprint is not None


async def test_a_video_has_the_thumbnail_of_its_first_frame(workers: MediaWorkers, tmp_path: Path) -> None:
    path = written(tmp_path / "a.mp4", media_files.video())

    found = await workers.examine(path)

    assert found.sha256 == hashlib.sha256(media_files.video()).hexdigest()
    assert found.facts == await workers.probe(path)
    assert size_of(found.thumbnail) == (96, 160)
    assert found.fingerprint is None  # a plain surface


@pytest.mark.parametrize(
    "data",
    [media_files.image("PNG", mode=mode) for mode in ("1", "L", "LA", "P", "RGBA", "I;16")]
    + [media_files.image(mode="CMYK"), media_files.image("WEBP"), media_files.heic()],
)
async def test_every_sort_of_image_looks_like_itself(
    workers: MediaWorkers, tmp_path: Path, data: bytes
) -> None:
    found = await workers.examine(written(tmp_path / "odd", data))
    plain = await workers.examine(written(tmp_path / "plain", media_files.image()))

    assert size_of(found.thumbnail) == (90, 160)
    assert found.fingerprint is not None
    assert plain.fingerprint is not None


@pytest.mark.parametrize(
    "data",
    [media_files.image(size=(900, 1600))[:-3000], media_files.animation()[:-3000]],
    ids=["JPEG", "GIF"],
)
async def test_a_file_that_is_cut_short_is_refused(
    workers: MediaWorkers, tmp_path: Path, data: bytes
) -> None:
    with pytest.raises(UnreadableMediaError, match="broken"):
        await workers.examine(written(tmp_path / "cut", data))


@pytest.mark.parametrize(
    "change",
    [
        lambda: SCENE.reduce(4),
        lambda: SCENE.convert("L"),
        lambda: ImageEnhance.Brightness(SCENE).enhance(1.15),
        lambda: ImageEnhance.Contrast(SCENE).enhance(0.7),
        lambda: SCENE.crop((12, 9, 1188, 891)),
        lambda: saved_badly(SCENE),
        lambda: with_a_mark(SCENE),
    ],
    ids=["smaller", "grey", "brighter", "paler", "cropped a little", "of low quality", "with a mark"],
)
def test_the_same_picture_in_another_shape_is_alike(change: Callable[[], Image.Image]) -> None:
    one, other = fingerprint(SCENE), fingerprint(change())

    assert one is not None
    assert other is not None
    assert are_alike(one, other)


def test_other_pictures_are_not_alike() -> None:
    prints = [fingerprint(media_files.noise((400, 300), shade, grain=(12, 9))) for shade in range(40)]

    known = [each for each in prints if each is not None]
    assert len(known) == 40
    assert not any(are_alike(one, other) for i, one in enumerate(known) for other in known[:i])


def test_a_picture_turned_by_a_quarter_is_another_one() -> None:
    upright, turned = fingerprint(SCENE), fingerprint(SCENE.transpose(Image.Transpose.ROTATE_90))

    assert upright is not None
    assert turned is not None
    assert not are_alike(upright, turned)


def saved_badly(picture: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=15)
    return Image.open(buffer)


def with_a_mark(picture: Image.Image) -> Image.Image:
    marked = picture.copy()
    ImageDraw.Draw(marked).rectangle((1080, 840, 1180, 880), fill="white")
    return marked


def size_of(data: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path
