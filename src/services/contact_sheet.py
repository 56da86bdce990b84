"""One picture of what comes next, for the chat."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from domain.media import MediaKind

MOST_TILES = 10
"""How many pictures one sheet shows; further tiles are left out."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One publication on the sheet, with words that are ready to be shown."""

    path: Path
    """Its first file. One that cannot be read leaves an empty frame."""
    kind: MediaKind
    when: str
    """Such as `Tue 14:00`, in the workspace's zone."""
    lane: str
    """Who posts it, in a word or two."""
    account: str


class SheetPainter(Protocol):
    """Paints contact sheets, where reading the files can do no harm."""

    async def paint(self, tiles: Sequence[Tile], *, title: str) -> bytes:
        """Return a JPEG below 300 kB with the first `MOST_TILES` tiles.

        Raises:
            UnreadableMediaError: there are no tiles, or the sheet could not be painted in time.
        """
        ...


class Thumbnailer(Protocol):
    """Makes the small pictures that stand for videos before they play."""

    async def thumbnail(self, path: Path) -> bytes:
        """Return a JPEG below 200 kB and within 320 by 320 pixels, as Telegram takes it.

        Raises:
            UnreadableMediaError: the file is no image or video, or is broken.
        """
        ...
