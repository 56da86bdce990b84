"""Files that come in pieces: each piece follows on what is there, and what is there outlives the process."""

from collections.abc import AsyncIterator
from pathlib import Path

from sandbox.world import World


class OffsetError(Exception):
    """A piece does not begin where the last one ended."""

    def __init__(self, received: int) -> None:
        super().__init__(f"{received} bytes have come")
        self.received = received


class PartialFiles:
    """Uploads on their way, by the id of what they are to become."""

    def __init__(self, world: World) -> None:
        self._world = world

    def received(self, name: str) -> int:
        """Return how many bytes have come."""
        path = self._path(name)
        return path.stat().st_size if path.exists() else 0

    async def add(self, name: str, offset: int, pieces: AsyncIterator[bytes]) -> int:
        """Add bytes as they come and return how many there are then; raises `OffsetError`.

        Where the stream breaks off, what came until then is kept.
        """
        received = self.received(name)
        if offset != received:
            raise OffsetError(received)
        with self._path(name).open("ab") as file:
            async for piece in pieces:
                file.write(piece)
        return self.received(name)

    def take(self, name: str) -> bytes:
        """Return all bytes and forget them."""
        path = self._path(name)
        data = path.read_bytes() if path.exists() else b""
        path.unlink(missing_ok=True)
        return data

    def _path(self, name: str) -> Path:
        return self._world.folder_of("uploads") / name
