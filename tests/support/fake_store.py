"""A cloud in memory."""

from pathlib import Path

from services.ports import HostedFile


class FakeStore:
    """Keeps the names of what was uploaded and not deleted."""

    name = "fake"

    def __init__(self) -> None:
        self.kept: set[str] = set()

    async def upload(self, path: Path, *, name: str, content_type: str) -> HostedFile:
        self.kept.add(name)
        return HostedFile(url=f"https://cloud.example/{name}", reference=name)

    async def delete(self, reference: str) -> None:
        self.kept.discard(reference)

    async def usage(self) -> int:
        return len(self.kept)
