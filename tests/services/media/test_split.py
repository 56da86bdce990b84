"""Parts of long videos: not too many, whole or not there, and deleted when they have been posted for long."""

import dataclasses
import datetime as dt
import os
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import StorylineError
from domain.ids import MediaId
from domain.media import Description, MediaItem
from domain.publication import State
from repositories.engine import create_engine
from services.media.ingest import IngestService
from services.media.split import SplitService
from services.media.thumbnails import Thumbnails
from services.ports import UnreadableMediaError
from support.fake_network import FAKE, STORY
from support.file_facts import FILM, PICTURE, VIDEO_LIMITS
from support.posting_world import PostingWorld, posting_world

RETENTION = dt.timedelta(days=30)


class Blind:
    """Reads no file."""

    async def examine(self, path: Path) -> Any:
        raise UnreadableMediaError("nothing is read here")

    async def thumbnail(self, path: Path) -> bytes:
        raise UnreadableMediaError("nothing is read here")


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncGenerator[PostingWorld]:
    engine = create_engine(database_url)
    yield await posting_world(engine, tmp_path)
    await engine.dispose()


@pytest.fixture
def splitting(world: PostingWorld) -> SplitService:
    network = world.publisher.network()
    films = dataclasses.replace(STORY, video=VIDEO_LIMITS)
    capabilities = dataclasses.replace(network.capabilities, placements={"story": films})
    return SplitService(
        database=world.database,
        clock=world.clock,
        networks={FAKE: dataclasses.replace(network, capabilities=capabilities)},
        preparer=world.outside.preparer,
        ingest=IngestService(
            database=world.database,
            clock=world.clock,
            examiner=Blind(),
            thumbnails=Thumbnails(world.folder / "thumbnails", thumbnailer=Blind()),
        ),
        folder=world.folder / "parts",
        retention=RETENTION,
    )


async def part(world: PostingWorld) -> tuple[MediaId, Path]:
    """Return an item whose file lies among the parts, and the file."""
    path = old_file(world, "a-1-of-2.mp4")
    async with world.database.begin() as uow:
        media_id = await uow.media.add(
            world.workspace.id,
            path=str(path),
            sha256="5" * 64,
            facts=dataclasses.replace(PICTURE, size_bytes=path.stat().st_size),
            description=Description(),
            at=world.clock.now(),
        )
        await uow.commit()
    assert media_id is not None
    return media_id, path


def old_file(world: PostingWorld, name: str) -> Path:
    """Return a file among the parts that was written at the world's time."""
    path = (world.folder / "parts").resolve() / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"film")
    now = world.clock.now().timestamp()
    os.utime(path, (now, now))
    return path


async def a_film(world: PostingWorld, *, duration: dt.timedelta) -> MediaItem:
    media_id = await world.media()
    async with world.database.read() as look:
        (item,) = await look.media.get([media_id])
    return dataclasses.replace(item, facts=dataclasses.replace(FILM, duration=duration))


async def test_a_part_is_deleted_long_after_it_was_posted_and_the_library_knows(
    world: PostingWorld, splitting: SplitService
) -> None:
    media_id, path = await part(world)
    long_ago = (world.clock.now() - 2 * RETENTION).timestamp()
    os.utime(path, (long_ago, long_ago))
    publication_id = await world.queued(media=media_id)
    await splitting.sweep()
    kept_until_posted = path.exists()
    await world.work()
    await splitting.sweep()
    kept_a_while = path.exists()
    world.clock.advance(RETENTION + dt.timedelta(hours=1))

    await splitting.sweep()

    assert await world.state(publication_id) is State.PUBLISHED
    assert (kept_until_posted, kept_a_while, path.exists()) == (True, True, False)
    async with world.database.read() as look:
        (item,) = await look.media.get([media_id])
    assert item.missing_since == world.clock.now()


async def test_parts_that_were_never_posted_and_what_no_item_is_of_are_deleted_as_late(
    world: PostingWorld, splitting: SplitService
) -> None:
    files = [(await part(world))[1], old_file(world, "b-1-of-2.mp4")]
    world.clock.advance(RETENTION - dt.timedelta(hours=1))
    await splitting.sweep()
    kept = [path.exists() for path in files]
    world.clock.advance(dt.timedelta(hours=2))

    await splitting.sweep()

    assert kept == [True, True]
    assert [path.exists() for path in files] == [False, False]


async def test_what_a_dead_process_left_unfinished_is_deleted_soon(
    world: PostingWorld, splitting: SplitService
) -> None:
    path = old_file(world, "x.part")
    world.clock.advance(dt.timedelta(hours=4))

    await splitting.sweep()

    assert not path.exists()


async def test_a_part_that_cannot_be_made_leaves_nothing_behind(
    world: PostingWorld, splitting: SplitService
) -> None:
    item = await a_film(world, duration=dt.timedelta(seconds=100))
    world.outside.preparer.failures = ["the video is broken"]

    with pytest.raises(StorylineError, match=r"cannot be split: the video is broken\."):
        await split(splitting, item, world)

    assert list((world.folder / "parts").iterdir()) == []


async def test_a_video_of_hours_is_not_split_into_hundreds_of_parts(
    world: PostingWorld, splitting: SplitService
) -> None:
    item = await a_film(world, duration=dt.timedelta(hours=3))

    with pytest.raises(StorylineError, match=r"would come in \d+ parts, at most 20 go"):
        await split(splitting, item, world)

    assert world.outside.preparer.made == []


async def split(splitting: SplitService, item: MediaItem, world: PostingWorld) -> list[MediaItem]:
    return await splitting.split(
        item, world.workspace, placement="story", actor="test", on_progress=lambda share: None
    )
