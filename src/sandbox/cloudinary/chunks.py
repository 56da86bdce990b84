"""Large files that arrive in parts."""

import dataclasses
import re

from sandbox.cloudinary.errors import CloudinaryError

SMALLEST_CHUNK_BYTES = 5 * 1024 * 1024
"""Of every chunk but the last."""
_UPLOADS_KEPT = 20
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|-1)")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Chunk:
    """One part, by its headers."""

    upload_id: str
    start: int
    end: int
    """Of its last byte."""
    total: int | None
    """None while the client does not know it."""

    @property
    def is_last(self) -> bool:
        """Whether the file is complete with it."""
        return self.total is not None and self.end + 1 == self.total


def read_chunk(upload_id: str, content_range: str) -> Chunk:
    """Return the part that the headers describe. Raises `CloudinaryError`."""
    match = _RANGE.fullmatch(content_range)
    if match is None:
        raise CloudinaryError(400, "Invalid Content-Range header")
    start, end, total = (int(group) for group in match.groups())
    return Chunk(upload_id=upload_id, start=start, end=end, total=None if total < 0 else total)


class Chunks:
    """Files that are not complete yet; the oldest are forgotten beyond a few."""

    def __init__(self) -> None:
        self._begun: dict[str, bytearray] = {}

    def add(self, chunk: Chunk, data: bytes) -> bytes | None:
        """Return the whole file with its last part, None before. Raises `CloudinaryError`."""
        if chunk.end - chunk.start + 1 != len(data):
            raise CloudinaryError(400, "Content-Range does not match the size of the chunk")
        if not chunk.is_last and len(data) < SMALLEST_CHUNK_BYTES:
            raise CloudinaryError(400, "All parts except EOF-chunk must be larger than 5mb")
        if chunk.start == 0:
            self._begun[chunk.upload_id] = bytearray()
        file = self._begun.get(chunk.upload_id)
        if file is None or len(file) != chunk.start:
            raise CloudinaryError(400, "Chunk does not follow the one before it")
        file += data
        if chunk.is_last:
            return bytes(self._begun.pop(chunk.upload_id))
        while len(self._begun) > _UPLOADS_KEPT:
            self._begun.pop(next(iter(self._begun)))
        return None
