"""Notices what changes in a folder, by the operating system's events or by looking."""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path

from watchfiles import awatch  # pyright: ignore[reportUnknownVariableType] -- of a library it does not need

BEAT = dt.timedelta(seconds=1)
LOOK_EVERY = dt.timedelta(seconds=5)
"""How often the folder is looked through where there are no events."""


class WatchfilesWatcher:
    """A `FolderWatcher` by the library watchfiles."""

    def __init__(
        self, *, by_polling: bool, beat: dt.timedelta = BEAT, look_every: dt.timedelta = LOOK_EVERY
    ) -> None:
        """Say whether to look again and again: network drives tell of nothing."""
        self._by_polling = by_polling
        self._look_every_ms = round(look_every.total_seconds() * 1000)
        self._beat_ms = round(beat.total_seconds() * 1000)

    async def changes(self, folder: Path) -> AsyncGenerator[frozenset[Path]]:
        """Yield what changed below a folder, and nothing at each beat, until the folder is gone."""
        async for changes in awatch(
            folder,
            watch_filter=None,
            debounce=self._beat_ms,
            rust_timeout=self._beat_ms,
            yield_on_timeout=True,
            # None leaves the choice to the library, which knows systems that have no events at all.
            force_polling=self._by_polling or None,
            poll_delay_ms=self._look_every_ms,
            ignore_permission_denied=True,
        ):
            if not await asyncio.to_thread(folder.is_dir):
                return
            yield frozenset(Path(path) for _, path in changes)
