"""The world's file: written shortly after changes, so that a killed sandbox goes on where it was."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from sandbox import snapshot
from sandbox.snapshot import Snapshot

WRITE_AFTER_SECONDS = 0.3
"""How long changes are gathered before they are written: what a SIGKILL can cost."""


class StateFile:
    """`world.json` in the world's folder, beside the media it names."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "world.json"
        self._folder = folder
        self._last = b""
        self._complaint = ""

    def load(self) -> Snapshot | None:
        """Return the world as it was left, None for a new one.

        A file that is none of ours is moved aside, and a sentence on standard error says so.
        """
        try:
            return snapshot.read(self.path.read_bytes(), self._folder)
        except FileNotFoundError:
            return None
        except ValueError:
            aside = self.path.with_suffix(".broken.json")
            self.path.replace(aside)
            sys.stderr.write(
                f"The sandbox cannot read {self.path}; it starts with an empty world and keeps"
                f" the file as {aside.name}.\n"
            )
            return None

    @contextlib.asynccontextmanager
    async def kept(self, changed: asyncio.Event, take: Callable[[], Snapshot]) -> AsyncGenerator[None]:
        """Write the world down while inside, after each change, and once more at the end."""
        writing = asyncio.create_task(self._write_after_changes(changed, take), name="sandbox-state")
        try:
            yield
        finally:
            writing.cancel()
            await asyncio.wait({writing})
            if changed.is_set():
                await self._write(take())

    async def _write_after_changes(self, changed: asyncio.Event, take: Callable[[], Snapshot]) -> None:
        while True:
            await changed.wait()
            await asyncio.sleep(WRITE_AFTER_SECONDS)
            changed.clear()
            await self._write(take())

    async def _write(self, now: Snapshot) -> None:
        try:
            text = snapshot.written(now, self._folder)
        except ValueError as error:  # JSON has no words for it: half a surrogate pair, which anybody can send
            self._complain(str(error))
            return
        if text == self._last:
            return
        replacing = asyncio.create_task(asyncio.to_thread(self._replace, text))
        try:
            await asyncio.shield(replacing)
        except asyncio.CancelledError:
            await replacing  # a thread goes on all the same, and the next write must not meet it
            raise
        except OSError as error:
            self._complain(error.strerror or str(error))
            return
        self._last = text

    def _complain(self, why: str) -> None:
        sentence = f"The sandbox cannot write {self.path}: {why}.\n"
        if sentence != self._complaint:
            sys.stderr.write(sentence)
        self._complaint = sentence

    def _replace(self, text: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        new = self.path.with_suffix(".new.json")
        with new.open("wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.replace(self.path)
