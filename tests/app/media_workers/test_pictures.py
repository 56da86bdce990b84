"""Contact sheets and thumbnails, as a reader of the files sees them."""

import io
from pathlib import Path

import pytest
from PIL import Image

from app.media_workers.pool import MediaWorkers
from domain.media import MediaKind
from services.contact_sheet import Tile
from services.ports import UnreadableMediaError
from support import media_files


async def test_a_sheet_shows_at_most_ten_publications(workers: MediaWorkers, tmp_path: Path) -> None:
    ten = await workers.paint(tiles(tmp_path, 10), title="Coming up")
    twelve = await workers.paint(tiles(tmp_path, 12), title="Coming up")

    assert opened(ten).format == "JPEG"
    assert twelve == ten
    assert len(ten) < 300_000


async def test_a_sheet_of_one_is_as_small_as_one(workers: MediaWorkers, tmp_path: Path) -> None:
    one = opened(await workers.paint(tiles(tmp_path, 1), title="Coming up"))
    six = opened(await workers.paint(tiles(tmp_path, 6), title="Coming up"))

    assert one.width < six.width
    assert one.height < six.height


async def test_a_file_that_is_gone_leaves_an_empty_frame(workers: MediaWorkers, tmp_path: Path) -> None:
    there = tiles(tmp_path, 1)
    (tmp_path / "gone.jpg").unlink(missing_ok=True)
    gone = [
        Tile(
            path=tmp_path / "gone.jpg",
            kind=MediaKind.IMAGE,
            when="Tue 14:00",
            lane="bot",
            account="a",
            sha256="",
        )
    ]

    whole = opened(await workers.paint(there + gone, title="Coming up"))

    assert whole.getpixel((24 + 216 + 24 + 100, 72 + 60)) == pytest.approx((0xDD, 0xD6, 0xCB), abs=6)


async def test_a_sheet_of_nothing_is_refused(workers: MediaWorkers) -> None:
    with pytest.raises(UnreadableMediaError, match="nothing to show"):
        await workers.paint([], title="Coming up")


@pytest.mark.parametrize(
    "data",
    [
        media_files.image(size=(2000, 1000)),
        media_files.image(mode="CMYK", size=(2000, 1000)),
        media_files.image("PNG", mode="RGBA", size=(2000, 1000)),
        media_files.image("WEBP", size=(638, 319)),
        media_files.image(size=(1000, 2000), orientation=6),
    ],
)
async def test_an_image_is_made_small_but_not_smaller_than_what_it_is_shown_in(
    workers: MediaWorkers, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)

    thumbnail = await workers.thumbnail(path)

    width, height = opened(thumbnail).size
    assert opened(thumbnail).format == "JPEG"
    assert width / height == pytest.approx(2, abs=0.02)
    assert 320 <= width < 640
    assert thumbnail == (await workers.examine(path)).thumbnail


async def test_the_thumbnail_of_a_video_is_as_small_as_telegram_takes_it(
    workers: MediaWorkers, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(media_files.video(size=(960, 480), frames=3))

    thumbnail = await workers.thumbnail(path)

    assert opened(thumbnail).size == (320, 160)
    assert len(thumbnail) < 200_000


def tiles(folder: Path, count: int) -> list[Tile]:
    """Return tiles of images and videos with long words, `count` of them."""
    (folder / "image.jpg").write_bytes(media_files.image(size=(1080, 1920)))
    (folder / "video.mp4").write_bytes(media_files.video())
    return [
        Tile(
            sha256="",
            path=folder / ("video.mp4" if number % 2 else "image.jpg"),
            kind=MediaKind.VIDEO if number % 2 else MediaKind.IMAGE,
            when=f"Tue {number:02}:00",
            lane="by hand" if number % 3 else "needs a sticker and a link and more",
            account="a_rather_long_name_of_an_account",
        )
        for number in range(count)
    ]


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))
