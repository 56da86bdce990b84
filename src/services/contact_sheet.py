"""Pictures of what comes next and of the week, for the chat."""

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
    sha256: str
    """Of that file; see `PairedPicture.sha256`."""
    kind: MediaKind
    when: str
    """Such as `Tue 14:00`, in the workspace's zone."""
    lane: str
    """Who posts it, in a word or two."""
    account: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WeekTile:
    """One slot in the picture of a week, with words that are ready to be shown."""

    time: str
    """Such as `14:00`, in the workspace's zone."""
    account: str
    number: str = ""
    """What its publication is called in commands, such as `#12`."""
    path: Path | None = None
    """The first file of what fills it; None: nothing does, or it has no file."""
    sha256: str = ""
    """Of that file; see `PairedPicture.sha256`."""
    kind: MediaKind = MediaKind.IMAGE
    lane: str = ""
    """Who posts it, in a word or two; empty: the slot is empty."""
    is_by_hand: bool = False
    reason: str = ""
    """Why it takes its lane, in a few words."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WeekDay:
    """One column of the picture of a week."""

    title: str
    """Such as `Tue 24 Nov`."""
    tiles: Sequence[WeekTile]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PairedPicture:
    """One of two pictures that look alike."""

    path: Path
    sha256: str
    """Lower-case hex of the content: what is known to be a small picture of it may be shown in its place."""
    caption: str


class SheetPainter(Protocol):
    """Paints contact sheets, where reading the files can do no harm."""

    async def paint(self, tiles: Sequence[Tile], *, title: str) -> bytes:
        """Return a JPEG below 300 kB with the first `MOST_TILES` tiles.

        Raises:
            UnreadableMediaError: there are no tiles, or the sheet could not be painted in time.
        """
        ...

    async def paint_week(self, days: Sequence[WeekDay], *, title: str) -> bytes:
        """Return a JPEG below 600 kB with a column for each day.

        Raises:
            UnreadableMediaError: there are no days, or it could not be painted in time.
        """
        ...

    async def paint_pairs(self, pairs: Sequence[Sequence[PairedPicture]]) -> bytes:
        """Return a JPEG below 700 kB with a row for each pair of pictures, with their captions.

        Raises:
            UnreadableMediaError: there are no pairs, or they could not be painted in time.
        """
        ...


class Thumbnailer(Protocol):
    """Makes the small pictures that stand for images in larger pictures, and for videos before they play."""

    async def thumbnail(self, path: Path) -> bytes:
        """Return a JPEG below 200 kB, of a video within 320 by 320 pixels, as Telegram takes it.

        Raises:
            UnreadableMediaError: the file is no image or video, or is broken.
        """
        ...
