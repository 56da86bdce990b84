"""Prepares files in a moment: what it writes is no picture, and it remembers what it was to be."""

import asyncio
import dataclasses
import datetime as dt
import errno
import hashlib
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from domain.media import MediaFacts
from domain.recipe import Recipe, expected
from services.ports import UnreadableMediaError
from support.file_facts import PICTURE


async def at_once() -> None:
    """Let the work go on without a pause."""


@dataclasses.dataclass
class FakePreparer:
    """A `Preparer` with the prober and the hasher of what it made."""

    made: list[Recipe] = dataclasses.field(default_factory=list[Recipe])
    """In the order in which they were asked for, those that failed among them."""
    failures: list[str] = dataclasses.field(default_factory=list[str])
    """Why the next ones fail, in turn."""
    room: bool = True
    """Whether the disk takes anything more."""
    comes_out_as: MediaFacts | None = None
    """What is found where something was made; None: what the recipe asks for."""
    while_preparing: Callable[[], Awaitable[object]] = at_once
    hashes: dict[Path, str] = dataclasses.field(default_factory=dict[Path, str])
    """Of originals whose content is another than their hash says."""

    async def prepare(
        self,
        recipe: Recipe,
        *,
        source: Path,
        target: Path,
        patience: dt.timedelta,
        on_progress: Callable[[float], object],
    ) -> None:
        self.made.append(recipe)
        on_progress(0.5)
        await self.while_preparing()
        if not self.room:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self.failures:
            raise UnreadableMediaError(self.failures.pop(0))
        await asyncio.to_thread(target.write_bytes, repr((source.name, recipe)).encode())

    async def probe(self, path: Path) -> MediaFacts:
        facts = self.comes_out_as or expected(PICTURE, self.made[-1])
        return dataclasses.replace(facts, size_bytes=len(await asyncio.to_thread(path.read_bytes)))

    async def sha256(self, path: Path) -> str:
        if path in self.hashes:
            return self.hashes[path]
        data = await asyncio.to_thread(path.read_bytes)
        # The world's files are all alike, and told apart by the numbers that are their names.
        return f"{int(path.stem):064x}" if path.stem.isdigit() else hashlib.sha256(data).hexdigest()
