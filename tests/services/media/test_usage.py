"""Telling the teams before the storage has no room left."""

import dataclasses

import pytest

from domain.errors import TransientError
from services.alerts import AlertService
from services.media.usage import StorageWatch, Usage
from services.messages import AlertKind, SendAlert
from services.unit_of_work import Database
from support.builders import NOW, add_team
from support.fake_clock import FakeClock
from support.fake_store import FakeStore

LIMIT_BYTES = 500_000_000


class Measured(FakeStore):
    """Holds as much as it is told, or cannot be asked."""

    def __init__(self) -> None:
        super().__init__()
        self.used_bytes: int | None = 0

    async def usage(self) -> int:
        if self.used_bytes is None:
            raise TransientError("The cloud is down.")
        return self.used_bytes


@dataclasses.dataclass(frozen=True, kw_only=True)
class World:
    database: Database
    store: Measured
    watch: StorageWatch

    async def measured(self, megabytes: float) -> None:
        self.store.used_bytes = round(megabytes * 1_000_000)
        await self.watch.watch()

    async def told(self) -> list[tuple[int, bool]]:
        async with self.database.begin() as uow:
            waiting = await uow.outbox.waiting(now=NOW, limit=100)
        messages = [outgoing.message for outgoing in waiting]
        return [
            (message.level, message.is_over)
            for message in messages
            if isinstance(message, SendAlert) and message.kind is AlertKind.STORAGE
        ]


def world(database: Database, *, limit_bytes: int | None = LIMIT_BYTES) -> World:
    store = Measured()
    watch = StorageWatch(
        database=database,
        store=store,
        alerts=AlertService(clock=FakeClock(NOW)),
        limit_bytes=limit_bytes,
    )
    return World(database=database, store=store, watch=watch)


async def test_each_level_is_told_once_and_the_end_of_it_too(database: Database) -> None:
    await add_team(database)
    storage = world(database)

    for megabytes in (399, 400, 450, 500, 600, 420, 300, 200, 410):
        await storage.measured(megabytes)

    assert await storage.told() == [(80, False), (100, False), (0, True), (80, False)]


async def test_without_a_limit_it_is_only_measured(database: Database) -> None:
    await add_team(database)
    storage = world(database, limit_bytes=None)

    await storage.measured(10_000)

    assert storage.watch.latest == Usage(used_bytes=10_000_000_000, limit_bytes=None)
    assert await storage.told() == []


async def test_a_storage_that_cannot_be_asked_is_as_it_was(database: Database) -> None:
    await add_team(database)
    storage = world(database)
    await storage.measured(450)
    before = storage.watch.latest

    storage.store.used_bytes = None
    await storage.watch.watch()

    assert storage.watch.latest == before
    assert await storage.told() == [(80, False)]


@pytest.mark.parametrize(("limit_bytes", "said"), [(LIMIT_BYTES, "412.3 of 500 MB"), (None, "412.3 MB")])
def test_it_is_said_in_megabytes(limit_bytes: int | None, said: str) -> None:
    assert str(Usage(used_bytes=412_345_678, limit_bytes=limit_bytes)) == said
