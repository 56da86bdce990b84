"""Small pictures of the library's items: made with the import, kept in a folder, made anew when gone."""

import asyncio
import contextlib
import dataclasses
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from domain.media import MediaItem
from services.contact_sheet import (
    MOST_TILES,
    PairedPicture,
    SheetPainter,
    Thumbnailer,
    Tile,
    WeekDay,
    WeekTile,
)

MOST_BYTES = 2_000_000_000
"""Some 100,000 thumbnails; beyond it those that were looked at least recently go."""
SUFFIX = ".jpg"
UNFINISHED = ".part"


class ThumbnailSource(Protocol):
    """Gives the small pictures of items."""

    async def thumbnail(self, item: MediaItem) -> bytes:
        """Return a JPEG below 200 kB, of a video within 320 by 320 pixels, as Telegram takes it.

        Raises:
            UnreadableMediaError: the item's file is gone or broken.
        """
        ...


class Thumbnails:
    """Keeps a small JPEG for each content."""

    def __init__(self, folder: Path, *, thumbnailer: Thumbnailer, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._thumbnailer = thumbnailer
        self._most_bytes = most_bytes

    async def thumbnail(self, item: MediaItem) -> bytes:
        """Return the thumbnail of an item, made anew from its file where it is not there.

        Raises:
            UnreadableMediaError: it is not there, and the item's file is gone or broken.
        """
        kept = await asyncio.to_thread(self._read, item.sha256)
        if kept is not None:
            return kept
        made = await self._thumbnailer.thumbnail(Path(item.path))
        await asyncio.to_thread(self.keep, item.sha256, made)
        return made

    def kept(self, sha256: str) -> Path | None:
        """Return where the thumbnail of a content lies; None: it does not. Blocks."""
        path = self._path(sha256)
        try:
            os.utime(path)  # it is looked at now
        except OSError:
            return None
        return path

    def keep(self, sha256: str, thumbnail: bytes) -> None:
        """Store the thumbnail of a content; a full or broken disk is no failure. Blocks."""
        path = self._path(sha256)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, suffix=UNFINISHED, delete=False) as file:
                file.write(thumbnail)
            Path(file.name).replace(path)

    def prune(self) -> int:
        """Delete those least recently looked at while all have too many bytes; return how many. Blocks.

        What a process that was killed left unfinished goes too.
        """
        for unfinished in self._folder.glob(f"*/*{UNFINISHED}"):
            unfinished.unlink(missing_ok=True)
        kept = list[tuple[float, int, Path]]()
        for path in self._folder.glob(f"*/*{SUFFIX}"):
            with contextlib.suppress(OSError):  # another process prunes too
                status = path.stat()
                kept.append((status.st_mtime, status.st_size, path))
        too_many = sum(size for _, size, _ in kept) - self._most_bytes
        deleted = 0
        for _, size, path in sorted(kept):
            if too_many <= 0:
                break
            path.unlink(missing_ok=True)
            too_many -= size
            deleted += 1
        return deleted

    def _read(self, sha256: str) -> bytes | None:
        path = self.kept(sha256)
        try:
            # Of a file that a crash left empty, another one is made.
            return path.read_bytes() or None if path else None
        except OSError:
            return None

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}{SUFFIX}"


class ThumbnailPainter:
    """A `SheetPainter` that has another one paint from thumbnails, where they are kept.

    A week is painted in a fraction of the time then, also where a drive is slow or not there.
    """

    def __init__(self, painter: SheetPainter, thumbnails: Thumbnails) -> None:
        self._painter = painter
        self._thumbnails = thumbnails

    async def paint(self, tiles: Sequence[Tile], *, title: str) -> bytes:
        """Return a contact sheet; see `SheetPainter`."""
        small = [dataclasses.replace(tile, path=await self._small(tile)) for tile in tiles[:MOST_TILES]]
        return await self._painter.paint(small, title=title)

    async def paint_week(self, days: Sequence[WeekDay], *, title: str) -> bytes:
        """Return the picture of a week; see `SheetPainter`."""
        small = [
            dataclasses.replace(
                day,
                tiles=[
                    dataclasses.replace(tile, path=tile.path and await self._small(tile))
                    for tile in day.tiles
                ],
            )
            for day in days
        ]
        return await self._painter.paint_week(small, title=title)

    async def paint_pairs(self, pairs: Sequence[Sequence[PairedPicture]]) -> bytes:
        """Return pictures side by side; see `SheetPainter`."""
        small = [[dataclasses.replace(each, path=await self._small(each)) for each in pair] for pair in pairs]
        return await self._painter.paint_pairs(small)

    async def _small(self, shown: Tile | WeekTile | PairedPicture) -> Path:
        assert shown.path is not None  # noqa: S101 -- who asks has looked
        kept = await asyncio.to_thread(self._thumbnails.kept, shown.sha256)
        return kept or shown.path
