"""Changes of a real folder, by events and by looking."""

import asyncio
import datetime as dt
import os
import shutil
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path

import pytest

from app.folder_watcher import WatchfilesWatcher

BEAT = dt.timedelta(milliseconds=50)
SOON_SECONDS = 10


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = (tmp_path / "media").resolve()
    (folder / "coast").mkdir(parents=True)
    return folder


@pytest.mark.parametrize("by_polling", [False, True], ids=["events", "polling"])
async def test_files_that_come_change_and_go_are_noticed(folder: Path, *, by_polling: bool) -> None:
    watcher = WatchfilesWatcher(by_polling=by_polling, beat=BEAT, look_every=BEAT)
    path = folder / "coast" / "pier.jpg"

    async with asyncio.timeout(SOON_SECONDS), aclosing(watcher.changes(folder)) as changes:
        assert await anext(changes) == frozenset()
        acts: list[Callable[[], None]] = [path.touch, lambda: os.utime(path, (4e9, 4e9)), path.unlink]
        for act in acts:
            act()
            while path not in await anext(changes):
                pass


async def test_a_folder_that_moves_in_is_noticed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()

    watcher = WatchfilesWatcher(by_polling=False, beat=BEAT)
    async with asyncio.timeout(SOON_SECONDS), aclosing(watcher.changes(folder)) as changes:
        await anext(changes)
        (tmp_path / "outside").rename(folder / "inside")
        while folder / "inside" not in await anext(changes):
            pass


async def test_the_watch_ends_with_the_folder(folder: Path) -> None:
    watcher = WatchfilesWatcher(by_polling=False, beat=BEAT)

    async with asyncio.timeout(SOON_SECONDS), aclosing(watcher.changes(folder)) as changes:
        await anext(changes)
        shutil.rmtree(folder)
        async for _ in changes:
            pass
