import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import pytest

from app.worker import GATHERING, RECOVER_EVERY, RECOVER_WHEN_BUSY, Worker
from support.fake_clock import FakeClock


@dataclasses.dataclass
class Publication:
    id: int


@dataclasses.dataclass
class Job:
    publication: Publication


@dataclasses.dataclass
class Desk:
    """Stands for dispatching, publishing and reconciling: hands out jobs and notes what was done."""

    clock: FakeClock
    due: list[int] = dataclasses.field(default_factory=list[int])
    unclear: list[int] = dataclasses.field(default_factory=list[int])
    next_at: dt.datetime | None = None
    published: list[int] = dataclasses.field(default_factory=list[int])
    looked_up: list[int] = dataclasses.field(default_factory=list[int])
    asked_for: list[int] = dataclasses.field(default_factory=list[int])
    recovered: int = 0
    trouble: list[Exception] = dataclasses.field(default_factory=list[Exception])
    work: Callable[[], Awaitable[None]] | None = None

    async def recover(self) -> int:
        self.recovered += 1
        return 0

    async def claim(self, *, limit: int) -> list[Any]:
        if self.trouble:
            raise self.trouble.pop()
        self.asked_for.append(limit)
        taken, self.due = self.due[:limit], self.due[limit:]
        return [Job(Publication(number)) for number in taken]

    async def claim_look_ups(self, *, limit: int) -> list[Any]:
        taken, self.unclear = self.unclear[:limit], self.unclear[limit:]
        return [Job(Publication(number)) for number in taken]

    async def next_due_at(self) -> dt.datetime | None:
        return self.next_at

    async def publish(self, job: Job) -> None:
        if self.work is not None:
            await self.work()
        self.published.append(job.publication.id)

    async def look_up(self, job: Job) -> None:
        self.looked_up.append(job.publication.id)


@pytest.fixture
def desk() -> Desk:
    return Desk(clock=FakeClock())


@contextlib.asynccontextmanager
async def working(desk: Desk, *, places: int = 2) -> AsyncGenerator[Worker]:
    anything: Any = desk
    worker = Worker(
        dispatch=anything, publishing=anything, reconcile=anything, clock=desk.clock, places=places
    )
    running = asyncio.create_task(worker.run())
    await settled()
    yield worker
    running.cancel()
    await worker.drain(patience=dt.timedelta(0))
    with contextlib.suppress(asyncio.CancelledError):
        await running


async def settled() -> None:
    for _ in range(30):
        await asyncio.sleep(0)  # noqa: TID251  (lets the loop come round)


async def test_what_is_due_at_the_start_is_worked_on(desk: Desk) -> None:
    desk.due, desk.unclear = [1, 2], [3]

    async with working(desk):
        pass

    assert desk.published == [1, 2]
    assert desk.looked_up == [3]


async def test_a_wake_up_brings_the_worker_round_at_once(desk: Desk) -> None:
    async with working(desk) as worker:
        desk.due = [1]
        await settled()
        before = list(desk.published)
        worker.wake()
        await settled()

    assert before == []
    assert desk.published == [1]


async def test_the_next_due_time_brings_the_worker_round(desk: Desk) -> None:
    desk.next_at = desk.clock.now() + dt.timedelta(seconds=90)
    async with working(desk):
        desk.due = [1]
        desk.clock.advance(dt.timedelta(seconds=89))
        await settled()
        before = list(desk.published)
        desk.next_at = None
        desk.clock.advance(dt.timedelta(seconds=1))
        await settled()

    assert before == []
    assert desk.published == [1]


async def test_no_more_is_claimed_than_there_are_places_and_a_free_place_claims_again(desk: Desk) -> None:
    release = asyncio.Event()

    async def until_released() -> None:
        await release.wait()

    desk.due, desk.work = [1, 2, 3], until_released
    async with working(desk, places=2) as worker:
        in_hand = worker.in_hand
        release.set()
        await settled()

    assert in_hand == 2
    assert sorted(desk.published) == [1, 2, 3]


async def test_a_busy_worker_lets_places_gather_before_it_claims_again(desk: Desk) -> None:
    turns = asyncio.Semaphore(0)

    async def until_its_turn() -> None:
        await turns.acquire()

    desk.due, desk.work = [1, 2, 3, 4, 5], until_its_turn
    async with working(desk, places=3):
        turns.release()
        await settled()
        turns.release()
        await settled()
        asked_for_at_first = list(desk.asked_for)
        desk.clock.advance(GATHERING)
        await settled()

        assert asked_for_at_first == [3]
        assert desk.asked_for == [3, 2]


async def test_a_worker_that_is_woken_often_looks_for_dead_ones_now_and_then(desk: Desk) -> None:
    async with working(desk) as worker:
        for _ in range(5):
            worker.wake()
            await settled()
        at_first = desk.recovered
        desk.clock.advance(RECOVER_EVERY)
        worker.wake()
        await settled()

    assert at_first == 1
    assert desk.recovered == 2


async def test_what_is_unclear_is_looked_up_though_more_is_due_than_there_are_places(desk: Desk) -> None:
    held = asyncio.Event()

    async def until_let_go() -> None:
        await held.wait()

    desk.work = until_let_go
    desk.due, desk.unclear = list(range(1, 10)), [100]

    async with working(desk, places=2) as worker:
        in_hand = worker.in_hand
        held.set()

    assert desk.looked_up == [100]
    assert in_hand == 2


async def test_what_died_is_taken_up_though_each_round_finds_as_much_due_as_there_is_room_for(
    desk: Desk,
) -> None:
    desk.due = list(range(1, 100))

    async with working(desk, places=2):
        for _ in range(3):
            desk.clock.advance(RECOVER_WHEN_BUSY)
            await settled()
        recovered, still_due = desk.recovered, len(desk.due)

    assert still_due > 0
    assert recovered == 4


async def test_a_failing_round_is_waited_out(desk: Desk) -> None:
    desk.trouble = [OSError("the database is away")]
    desk.due = [1]
    async with working(desk):
        before = list(desk.published)
        desk.clock.advance(dt.timedelta(seconds=1))
        await settled()

    assert before == []
    assert desk.published == [1]


async def test_a_job_that_breaks_takes_no_other_with_it(desk: Desk) -> None:
    async def broken() -> None:
        raise KeyError("a bug")

    desk.due, desk.work = [1], broken
    async with working(desk) as worker:
        desk.due, desk.work = [2], None
        worker.wake()
        await settled()

    assert desk.published == [2]


async def test_draining_lets_what_is_in_hand_end(desk: Desk) -> None:
    release = asyncio.Event()

    async def until_released() -> None:
        await release.wait()

    desk.due, desk.work = [1], until_released
    async with working(desk) as worker:
        draining = asyncio.create_task(worker.drain(patience=dt.timedelta(seconds=5)))
        await settled()
        release.set()
        await draining

    assert desk.published == [1]
