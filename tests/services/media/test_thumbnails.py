"""Small pictures that are kept, lost, and made anew."""

import asyncio
import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from domain.media import MediaItem, MediaKind
from services.contact_sheet import PairedPicture, Tile, WeekDay, WeekTile
from services.media.thumbnails import ThumbnailPainter, Thumbnails
from services.ports import UnreadableMediaError
from support.shown import AT, job

ITEM: MediaItem = job().post.media[0]


class CountingMaker:
    """Makes thumbnails of no file, and counts them."""

    def __init__(self) -> None:
        self.made: list[Path] = []

    async def thumbnail(self, path: Path) -> bytes:
        if path.name == "gone.jpg":
            raise UnreadableMediaError("the file is not there")
        self.made.append(path)
        return b"made"


class RememberingPainter:
    """Remembers the files it was to paint."""

    def __init__(self) -> None:
        self.painted: list[Path | None] = []

    async def paint(self, tiles: Sequence[Tile], *, title: str) -> bytes:
        self.painted += [tile.path for tile in tiles]
        return b""

    async def paint_week(self, days: Sequence[WeekDay], *, title: str) -> bytes:
        self.painted += [tile.path for day in days for tile in day.tiles]
        return b""

    async def paint_pairs(self, pairs: Sequence[Sequence[PairedPicture]]) -> bytes:
        self.painted += [each.path for pair in pairs for each in pair]
        return b""


@pytest.fixture
def maker() -> CountingMaker:
    return CountingMaker()


async def test_what_was_kept_is_not_made_again(maker: CountingMaker, tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path, thumbnailer=maker)
    thumbnails.keep(ITEM.sha256, b"kept")

    assert await thumbnails.thumbnail(ITEM) == b"kept"
    assert maker.made == []


async def test_what_is_gone_is_made_anew_once(maker: CountingMaker, tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path / "not there yet", thumbnailer=maker)

    first, second = await thumbnails.thumbnail(ITEM), await thumbnails.thumbnail(ITEM)

    assert (first, second) == (b"made", b"made")
    assert maker.made == [Path(ITEM.path)]


async def test_of_a_file_that_is_gone_none_can_be_made(maker: CountingMaker, tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path, thumbnailer=maker)

    with pytest.raises(UnreadableMediaError):
        await thumbnails.thumbnail(dataclasses.replace(ITEM, path="/library/gone.jpg"))


async def test_a_folder_that_cannot_be_written_is_no_failure(maker: CountingMaker, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    thumbnails = Thumbnails(tmp_path / "file", thumbnailer=maker)

    assert await thumbnails.thumbnail(ITEM) == b"made"


async def test_pictures_are_painted_from_thumbnails_where_they_are_kept(
    maker: CountingMaker, tmp_path: Path
) -> None:
    thumbnails = Thumbnails(tmp_path, thumbnailer=maker)
    thumbnails.keep("a" * 64, b"kept")
    kept, other = tmp_path / "aa" / f"{'a' * 64}.jpg", Path("/library/b.jpg")
    painter = RememberingPainter()
    painted = ThumbnailPainter(painter, thumbnails)

    await painted.paint(
        [
            Tile(path=other, sha256=sha256, kind=MediaKind.IMAGE, when="", lane="", account="")
            for sha256 in ("a" * 64, "b" * 64)
        ],
        title="Next",
    )
    week = [WeekTile(time="14:00", account="a", path=path, sha256="a" * 64) for path in (other, None)]
    await painted.paint_week([WeekDay(title="Tue", tiles=week)], title="Week")
    await painted.paint_pairs([[PairedPicture(path=other, sha256="a" * 64, caption="")]])

    assert painter.painted == [kept, other, kept, None, kept]


def test_beyond_the_bound_those_looked_at_least_recently_go(maker: CountingMaker, tmp_path: Path) -> None:
    thumbnails = Thumbnails(tmp_path, thumbnailer=maker, most_bytes=25)
    for number in range(4):
        thumbnails.keep(f"{number}" * 64, b"0123456789")
    for path in tmp_path.rglob("*.jpg"):
        age = AT.timestamp() + int(path.name[0])
        os.utime(path, (age, age))
    asyncio.run(thumbnails.thumbnail(dataclasses.replace(ITEM, sha256="0" * 64)))

    (tmp_path / "00" / "left over.part").write_bytes(b"half")

    assert thumbnails.prune() == 2
    assert not list(tmp_path.rglob("*.part"))
    assert sorted(path.name[0] for path in tmp_path.rglob("*.jpg")) == ["0", "3"]
