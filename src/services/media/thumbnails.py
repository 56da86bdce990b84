"""Small pictures of the library's items: made with the import, kept in a folder, made anew when gone."""

import asyncio
import contextlib
import os
import tempfile
from pathlib import Path
from typing import Protocol

from domain.media import MediaItem
from services.contact_sheet import Thumbnailer

MOST_BYTES = 2_000_000_000
"""Some 100,000 thumbnails; beyond it those that were looked at least recently go."""
SUFFIX = ".jpg"


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

    def keep(self, sha256: str, thumbnail: bytes) -> None:
        """Store the thumbnail of a content; a full or broken disk is no failure. Blocks."""
        path = self._path(sha256)
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                file.write(thumbnail)
            Path(file.name).replace(path)

    def prune(self) -> int:
        """Delete those least recently looked at while all have too many bytes; return how many. Blocks."""
        kept = sorted(
            (
                (status.st_mtime, status.st_size, path)
                for path in self._folder.glob(f"*/*{SUFFIX}")
                if (status := path.stat())
            ),
        )
        too_many = sum(size for _, size, _ in kept) - self._most_bytes
        deleted = 0
        for _, size, path in kept:
            if too_many <= 0:
                break
            path.unlink(missing_ok=True)
            too_many -= size
            deleted += 1
        return deleted

    def _read(self, sha256: str) -> bytes | None:
        path = self._path(sha256)
        try:
            data = path.read_bytes()
            os.utime(path)  # it was looked at now
        except OSError:
            return None
        return data

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / f"{sha256}{SUFFIX}"
