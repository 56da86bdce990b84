"""Copies of the media that Meta fetched: the source may be deleted as soon as it is published."""

import collections
import dataclasses
import hashlib
import shutil
import tempfile
import weakref
from pathlib import Path

KEEP_BYTES = 1_000_000_000
"""All copies together; beyond it the oldest go."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class KeptFile:
    """A copy, known by its content."""

    sha256: str
    size: int
    content_type: str
    path: Path
    """Gone once newer copies needed the room."""


class KeptFiles:
    """A directory of its own that disappears with this object. Equal content is kept once."""

    def __init__(self, *, keep_bytes: int = KEEP_BYTES) -> None:
        self._directory = Path(tempfile.mkdtemp(prefix="sandbox-graph-"))
        weakref.finalize(self, shutil.rmtree, self._directory, ignore_errors=True)
        self._keep_bytes = keep_bytes
        self._held: collections.OrderedDict[str, int] = collections.OrderedDict()
        self._total = 0

    def keep(self, data: bytes, content_type: str) -> KeptFile:
        """Write a copy, and drop the oldest ones if there are too many bytes."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._directory / sha256
        if sha256 in self._held:
            self._held.move_to_end(sha256)
        else:
            path.write_bytes(data)
            self._held[sha256] = len(data)
            self._total += len(data)
        while self._total > self._keep_bytes and len(self._held) > 1:
            oldest, size = self._held.popitem(last=False)
            (self._directory / oldest).unlink(missing_ok=True)
            self._total -= size
        return KeptFile(sha256=sha256, size=len(data), content_type=content_type, path=path)
