"""The picture of a week, as a reader of the file sees it."""

import io
from pathlib import Path

import pytest
from PIL import Image

from app.media_workers.pool import MediaWorkers
from services.contact_sheet import WeekDay, WeekTile
from services.ports import UnreadableMediaError
from support import media_files


def day(*tiles: WeekTile) -> WeekDay:
    return WeekDay(title="Tue 24 Nov", tiles=tiles)


def tile(path: Path | None, *, is_by_hand: bool = False) -> WeekTile:
    return WeekTile(
        time="14:00",
        account="a" * 60,
        path=path,
        lane="by hand" if is_by_hand else "bot",
        is_by_hand=is_by_hand,
        reason="needs: a sticker and music, and much more that nobody can read here",
    )


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


async def test_each_day_is_a_column_and_each_slot_a_row(workers: MediaWorkers, tmp_path: Path) -> None:
    path = tmp_path / "cup.jpg"
    path.write_bytes(media_files.image())

    small = opened(await workers.paint_week([day(tile(path))], title="Team"))
    wide = opened(await workers.paint_week([day(tile(path))] * 7, title="Team"))
    high = opened(await workers.paint_week([day(*[tile(path)] * 3)], title="Team"))

    assert (wide.width - small.width, wide.height) == (6 * 164, small.height)
    assert (high.width, high.height - small.height) == (small.width, 2 * 246)


async def test_a_full_week_stays_small_enough_to_be_sent(workers: MediaWorkers, tmp_path: Path) -> None:
    path = tmp_path / "cup.jpg"
    path.write_bytes(media_files.image())

    picture = await workers.paint_week([day(*[tile(path)] * 30)] * 7, title="Team")

    assert len(picture) <= 600_000
    assert opened(picture).height < 3_000


@pytest.mark.parametrize("path", [None, Path("gone.jpg")])
async def test_what_has_no_picture_has_an_empty_frame(workers: MediaWorkers, path: Path | None) -> None:
    picture = opened(await workers.paint_week([day(tile(path))], title="Team"))

    assert picture.getpixel((14 + 20, 64 + 36 + 20)) == pytest.approx((0xDD, 0xD6, 0xCB), abs=6)


async def test_an_empty_slot_shows_the_paper(workers: MediaWorkers) -> None:
    empty = WeekTile(time="14:00", account="pots")

    picture = opened(await workers.paint_week([day(empty)], title="Team"))

    assert picture.getpixel((14 + 20, 64 + 36 + 20)) == pytest.approx((0xEC, 0xE7, 0xDF), abs=6)


async def test_a_week_without_days_is_refused(workers: MediaWorkers) -> None:
    with pytest.raises(UnreadableMediaError, match="no days to show"):
        await workers.paint_week([], title="Team")
