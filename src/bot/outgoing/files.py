"""How a media file travels to Telegram: as a photo, as a video, as a document, or not at all.

Limits: photos up to 10 MB, sides adding up to at most 10,000 and at most 20 times as long as wide; everything
else up to 50 MB. Source: Bot API schema 10.3, read 2026-11-20.
"""

import contextlib
import enum
from collections.abc import Generator
from pathlib import Path

import telegram

from domain.media import MediaFacts, MediaItem, MediaKind

MAX_PHOTO_BYTES = 10 << 20
MAX_PHOTO_SIDES = 10_000
MAX_PHOTO_RATIO = 20
MAX_FILE_BYTES = 50 << 20
PHOTO_FORMATS = frozenset({"JPEG", "PNG", "WEBP"})
VIDEO_FORMATS = frozenset({"MP4", "MOV"})


class Carrier(enum.StrEnum):
    """What a file is sent as."""

    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    """The original bytes, without a look at them in the chat."""


def carriers(facts: MediaFacts) -> tuple[Carrier, ...]:
    """Return what a file may be sent as, best first; empty when it is too large for a bot."""
    if facts.size_bytes > MAX_FILE_BYTES:
        return ()
    if facts.kind is MediaKind.VIDEO and facts.format in VIDEO_FORMATS:
        return (Carrier.VIDEO, Carrier.DOCUMENT)
    if facts.kind is MediaKind.IMAGE and _is_photo(facts):
        return (Carrier.PHOTO, Carrier.DOCUMENT)
    return (Carrier.DOCUMENT,)


def _is_photo(facts: MediaFacts) -> bool:
    return (
        facts.format in PHOTO_FORMATS
        and facts.size_bytes <= MAX_PHOTO_BYTES
        and facts.width + facts.height <= MAX_PHOTO_SIDES
        and 1 / MAX_PHOTO_RATIO <= facts.ratio <= MAX_PHOTO_RATIO
    )


@contextlib.contextmanager
def opened(item: MediaItem, *, attach: bool = False) -> Generator[telegram.InputFile]:
    """Open a media file for one call; it is read in pieces while it is sent.

    Args:
        item: the media item.
        attach: for albums, whose files are named in the call and travel beside it.

    Raises:
        OSError: it cannot be opened.
    """
    path = Path(item.path)
    with path.open("rb") as file:
        yield telegram.InputFile(file, filename=path.name, attach=attach, read_file_handle=False)
