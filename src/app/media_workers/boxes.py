"""The top-level boxes of an MP4 or MOV file: whether it is whole, and whether its index comes first."""

from pathlib import Path
from typing import BinaryIO

from services.ports import UnreadableMediaError

MOST_BOXES = 100_000
"""An hour in fragments of a second has some 7,000."""


def is_streamable(path: Path) -> bool:
    """Say whether the index (`moov`) stands before the data (`mdat`).

    Raises:
        UnreadableMediaError: a box reaches beyond the end of the file, or one of the two is missing.
    """
    size_bytes = path.stat().st_size
    with path.open("rb") as file:
        names = _names(file, size_bytes)
    for name, meaning in ((b"moov", "index"), (b"mdat", "data")):
        if name not in names:
            raise UnreadableMediaError(
                f"the video has no {meaning}: it was cut short, or is still being written"
            )
    return names.index(b"moov") < names.index(b"mdat")


def _names(file: BinaryIO, size_bytes: int) -> list[bytes]:
    names: list[bytes] = []
    at = 0
    while at + 8 <= size_bytes:
        file.seek(at)
        header = file.read(16)
        length = int.from_bytes(header[:4])
        if length == 1:  # the length is too large for 32 bits and follows the name
            length = int.from_bytes(header[8:16])
        elif length == 0:  # the box goes to the end of the file
            length = size_bytes - at
        if length < 8 or len(names) == MOST_BOXES:  # noqa: PLR2004 -- a box is at least its own header
            raise UnreadableMediaError("the video's structure is broken")
        names.append(header[4:8])
        at += length
    if at > size_bytes:
        raise UnreadableMediaError(f"the video is cut short: at least {at - size_bytes:,} bytes are missing")
    return names
