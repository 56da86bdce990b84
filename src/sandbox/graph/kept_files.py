"""Copies of the media that Meta fetched: the source may be deleted as soon as it is published."""

import collections
import dataclasses
import hashlib
from collections.abc import Iterable

from sandbox.kept_path import KeptPath
from sandbox.world import World

KEEP_BYTES = 1_000_000_000
"""All copies together; beyond it the oldest go."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class KeptFile:
    """A copy, known by its content."""

    sha256: str
    size: int
    content_type: str
    path: KeptPath
    """Gone once newer copies needed the room."""


class KeptFiles:
    """All copies, in the world's folder. Equal content is kept once."""

    def __init__(self, world: World, *, keep_bytes: int = KEEP_BYTES) -> None:
        self._world = world
        self._keep_bytes = keep_bytes
        self._held: collections.OrderedDict[str, int] = collections.OrderedDict()
        self._total = 0

    def keep(self, data: bytes, content_type: str) -> KeptFile:
        """Write a copy, and drop the oldest ones if there are too many bytes."""
        sha256 = hashlib.sha256(data).hexdigest()
        path = self._world.folder_of("graph") / sha256
        if sha256 in self._held:
            self._held.move_to_end(sha256)
        else:
            path.write_bytes(data)
            self._held[sha256] = len(data)
            self._total += len(data)
        while self._total > self._keep_bytes and len(self._held) > 1:
            oldest, size = self._held.popitem(last=False)
            (self._world.folder_of("graph") / oldest).unlink(missing_ok=True)
            self._total -= size
        return KeptFile(sha256=sha256, size=len(data), content_type=content_type, path=path)

    def restore(self, files: Iterable[KeptFile]) -> None:
        """Hold these copies again, oldest first, as far as they are still there."""
        self._held.update({file.sha256: file.size for file in files if file.path.exists()})
        self._total = sum(self._held.values())
