"""The product's own watch on a real folder: from a file that is copied in to the item in the library."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from app.bootstrap import Storyline, assembled
from app.first_start import bring_up_to_date, ensure_first_workspace
from app.settings import load
from domain.media import MediaItem
from support.libraries import written
from support.media_files import image

SOON_SECONDS = 20


async def test_a_file_that_is_copied_in_and_renamed_is_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, value in {"DATA_DIR": str(tmp_path / "data"), "TELEGRAM_CHAT_ID": "-1001"}.items():
        monkeypatch.setenv(name, value)
    media = tmp_path / "data" / "media"
    media.mkdir(parents=True)
    settings = load()
    await bring_up_to_date(settings)

    async with assembled(settings) as storyline:
        await ensure_first_workspace(storyline)
        assert storyline.library_watches is not None
        watching = asyncio.create_task(storyline.library_watches.run())
        written(media / "coast" / "pier.jpg", image())
        [added] = await until(lambda: library(storyline), lambda items: len(items) == 1)
        (media / "coast").rename(media / "sea")
        [moved] = await until(
            lambda: library(storyline), lambda items: items[0].path.endswith("sea/pier.jpg")
        )
        watching.cancel()
        await asyncio.wait([watching])

    assert added.description.category == "coast"
    assert (moved.id, moved.description.category, moved.missing_since) == (added.id, "sea", None)


async def library(storyline: Storyline) -> list[MediaItem]:
    [workspace] = await storyline.workspaces.all()
    async with storyline.database.read() as look:
        return await look.media.find(workspace.id)


async def until(
    read: Callable[[], Awaitable[list[MediaItem]]], is_so: Callable[[list[MediaItem]], bool]
) -> list[MediaItem]:
    async with asyncio.timeout(SOON_SECONDS):
        while not is_so(found := await read()):  # noqa: ASYNC110 -- the database tells nobody here
            await asyncio.sleep(0.1)  # noqa: TID251 -- a real folder is watched in real time
    return found
