"""A copy that is deleted in the very moment in which somebody wants it."""

import contextlib
import dataclasses
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from services.media.prepare import PreparationService
from services.posting.compose import QueueRequest
from services.unit_of_work import Database, Repositories, UnitOfWork
from support.databases import open_engine
from support.fake_network import FAKE
from support.posting_world import KEEPING, PostingWorld, posting_world


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncGenerator[PostingWorld]:
    async with open_engine(database_url) as engine:
        yield await posting_world(engine, tmp_path)


@dataclasses.dataclass
class SweptMeanwhile:
    """A database before whose next transaction another process sweeps the copies."""

    database: Database
    sweeps: list[PreparationService]

    def read(self) -> AbstractAsyncContextManager[Repositories]:
        return self.database.read()

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncGenerator[UnitOfWork]:
        if self.sweeps:
            await self.sweeps.pop().sweep()
        async with self.database.begin() as uow:
            yield uow


def process(world: PostingWorld, database: Database, *, most_bytes: int) -> PreparationService:
    """Return what another process prepares and sweeps with."""
    preparer = world.outside.preparer
    return PreparationService(
        database=database,
        clock=world.clock,
        networks={FAKE: world.publisher.network()},
        preparer=preparer,
        prober=preparer,
        hasher=preparer,
        folder=world.folder / "prepared",
        keeping=dataclasses.replace(KEEPING, most_bytes=most_bytes),
    )


async def test_a_copy_that_is_swept_in_the_moment_it_is_wanted_again_is_made_again(
    world: PostingWorld,
) -> None:
    media_id = await world.media(format="PNG")
    await world.queued(media=media_id)
    await world.work()
    request = QueueRequest(workspace_id=world.workspace.id, media=(media_id,), placement="story", force=True)
    (again,) = await world.queue.add(request, by="test")
    sweeper = process(world, world.database, most_bytes=0)
    database = SweptMeanwhile(world.database, [sweeper])

    ready = await process(world, database, most_bytes=1_000_000).prepared(again)

    (copy,) = (world.folder / "prepared").glob("*")
    assert str(copy) == ready.post.media[0].path
    assert len(world.outside.preparer.made) == 2
