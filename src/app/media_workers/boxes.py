"""The boxes of an MP4 or MOV file: whether it is whole, and where and what its index is."""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from services.ports import UnreadableMediaError

LARGEST_INDEX = 64_000_000
"""Bytes; that of an hour has some 2 MB."""
MOST_BOXES = 100_000
"""An hour in fragments of a second has some 7,000."""


def is_streamable(path: Path) -> bool:
    """Say whether the index (`moov`) stands before the data (`mdat`), and is one for the whole file.

    Raises:
        UnreadableMediaError: a box reaches beyond the end of the file, or one of the two is missing.
    """
    size_bytes = path.stat().st_size
    with path.open("rb") as file:
        names = [name for name, _, _ in _boxes(file, size_bytes)]
    for name, meaning in ((b"moov", "index"), (b"mdat", "data")):
        if name not in names:
            raise UnreadableMediaError(
                f"the video has no {meaning}: it was cut short, or is still being written"
            )
    is_in_fragments = b"moof" in names
    return names.index(b"moov") < names.index(b"mdat") and not is_in_fragments


def has_edit_list(path: Path) -> bool:
    """Say whether the index of a whole file says which parts are shown when."""
    with path.open("rb") as file:
        for name, at, length in _boxes(file, path.stat().st_size):
            if name == b"moov":
                file.seek(at)
                return b"elst" in file.read(min(length, LARGEST_INDEX))
    return False


def _boxes(file: BinaryIO, size_bytes: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name, the beginning and the length of each top-level box.

    Raises:
        UnreadableMediaError: they make no sense, or reach beyond the end of the file.
    """
    count = at = 0
    while at + 8 <= size_bytes:
        file.seek(at)
        header = file.read(16)
        length = int.from_bytes(header[:4])
        if length == 1:  # the length is too large for 32 bits and follows the name
            length = int.from_bytes(header[8:16])
        elif length == 0:  # the box goes to the end of the file
            length = size_bytes - at
        if length < 8 or count == MOST_BOXES:  # noqa: PLR2004 -- a box is at least its own header
            raise UnreadableMediaError("the video's structure is broken")
        yield header[4:8], at, length
        at += length
        count += 1
    if at > size_bytes:
        raise UnreadableMediaError(f"the video is cut short: at least {at - size_bytes:,} bytes are missing")
