"""Ninety days of planning and posting: the clock changes, restarts, pauses, skips, rejections."""

import collections
import dataclasses
import datetime as dt
import itertools
import random  # noqa: TID251  (seeded, so that each run is the same)
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from domain.ids import MediaId
from domain.media import Description, LockReason
from domain.publication import FINAL, Event, State
from domain.terms import Terms
from repositories.tables import media_items, media_locks, post_media, publications
from services.mix import MixService
from services.posting.edit_plan import PlanEditor
from services.posting.plan import PlanningService
from support.fake_network import FAKE
from support.posting_world import PostingWorld

ZONE = zoneinfo.ZoneInfo("Europe/Berlin")
DAYS = 90
STEP = dt.timedelta(hours=4)
GAP = dt.timedelta(seconds=60)
SHARES = {"food": 50, "quotes": 30, "people": 20}
ITEMS = {"food": 90, "quotes": 60, "people": 40, "christmas": 5}
A_DAY = 3
SETTINGS = {
    "zone": ZONE.key,
    "posts_per_day": str(A_DAY),
    "lock_days": "30",
    "skip_lock_days": "45",
    "season.christmas": "12-01..12-24",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """One post that went out."""

    media_id: MediaId
    category: str
    at: dt.datetime


@pytest.mark.parametrize(
    ("start", "seed"),
    [(dt.datetime(2026, 9, 20, 3, tzinfo=dt.UTC), 1), (dt.datetime(2027, 1, 20, 3, tzinfo=dt.UTC), 2)],
)
async def test_ninety_days_bring_every_slot_once_the_mix_and_no_broken_lock(
    sqlite_world: PostingWorld, start: dt.datetime, seed: int
) -> None:
    world = sqlite_world.restarted(min_gap=GAP)
    await stock(world)
    world.clock.set(start - world.clock.now())
    chance = random.Random(seed)
    networks = {FAKE: world.publisher.network()}
    mixes = MixService(database=world.database, clock=world.clock, networks=networks)
    await mixes.set(world.workspace.id, SHARES, by="test")

    held = await live(world, chance, until=start + dt.timedelta(days=DAYS))

    rows = await planned(world)
    await assert_slots(rows, start, world.clock.now())
    out = await posted(world)
    assert len(world.publisher.posts) == len(out)
    assert_mix(out)
    await assert_locks(world, out, held)
    times = sorted(each.at for each in out)
    assert all(later - earlier >= GAP for earlier, later in itertools.pairwise(times))


async def stock(world: PostingWorld) -> None:
    for key, value in SETTINGS.items():
        await world.workspaces.set(world.workspace.id, key, value, by="test")
    for category, count in ITEMS.items():
        for _ in range(count):
            await world.media(description=Description(category=category, caption=category))


async def live(
    world: PostingWorld, chance: random.Random, *, until: dt.datetime
) -> dict[MediaId, dt.datetime]:
    """Do what the process does at its ticks, with what happens to a team; return what was held until when."""
    held: dict[MediaId, dt.datetime] = {}
    while world.clock.now() < until:
        planning = PlanningService(database=world.database, networks={FAKE: world.publisher.network()})
        await planning.fill(world.clock.now())
        if chance.random() < 0.05:
            await decide(world, chance)
        if chance.random() < 0.02:
            media_id, end = await hold(world, planning, chance)
            held[media_id] = end
        if chance.random() < 0.02:
            await world.workspaces.pause(world.workspace.id, by="test")
        elif chance.random() < 0.3:
            await world.workspaces.resume(world.workspace.id, by="test")
        if chance.random() < 0.1:
            world = world.restarted()
        if chance.random() < 0.03:
            world.clock.advance(dt.timedelta(hours=chance.randrange(1, 20)))  # nobody was at home
        await tick(world)
        world.clock.advance(STEP)
    await world.workspaces.resume(world.workspace.id, by="test")
    for _ in range(3):
        await tick(world)
        world.clock.advance(GAP)
    return held


async def tick(world: PostingWorld) -> None:
    """Work on what is due, as the minimum gap lets it."""
    while await world.work():
        world.clock.advance(GAP)


async def decide(world: PostingWorld, chance: random.Random) -> None:
    """Let a person skip or reject what is planned next, as a button would."""
    async with world.database.begin() as uow:
        jobs = await uow.publications.find(world.workspace.id, states=(State.SCHEDULED,), limit=1)
        for job in jobs:
            event, reason, until = chance.choice(
                [
                    (Event.SKIPPED, LockReason.SKIPPED, world.clock.now() + dt.timedelta(days=45)),
                    (Event.REJECTED, LockReason.REJECTED, None),
                ]
            )
            await uow.publications.apply(job.publication, event, at=world.clock.now(), actor="user:1")
            await uow.media.lock(
                [item.id for item in job.post.media],
                job.account.id,
                until=until,
                reason=reason,
                at=world.clock.now(),
            )
        await uow.commit()


async def hold(
    world: PostingWorld, planning: PlanningService, chance: random.Random
) -> tuple[MediaId, dt.datetime]:
    """Let a person hold an item back for some weeks."""
    editor = PlanEditor(database=world.database, clock=world.clock, queue=world.queue, planning=planning)
    media_id, end = MediaId(chance.randrange(1, 150)), world.clock.now() + dt.timedelta(days=20)
    await editor.set_terms(world.workspace.id, media_id, Terms(held_until=end), by="user:1")
    return media_id, end


async def planned(world: PostingWorld) -> Sequence[Any]:
    async with world.engine.connect() as connection:
        return (await connection.execute(sa.select(publications))).all()


async def posted(world: PostingWorld) -> list[Out]:
    statement = (
        sa.select(post_media.c.media_id, media_items.c.description, publications.c.posted_at)
        .join_from(publications, post_media, post_media.c.post_id == publications.c.post_id)
        .join(media_items, media_items.c.id == post_media.c.media_id)
        .where(publications.c.state == State.PUBLISHED)
        .order_by(publications.c.posted_at)
    )
    async with world.engine.connect() as connection:
        return [
            Out(media_id=row.media_id, category=row.description.category, at=row.posted_at)
            for row in await connection.execute(statement)
        ]


async def assert_slots(rows: Sequence[Any], start: dt.datetime, end: dt.datetime) -> None:
    """Each local date has exactly its slots, and what is over is final."""
    counts = collections.Counter(row.slot_date for row in rows if row.slot_date is not None)
    first, last = start.astimezone(ZONE).date(), end.astimezone(ZONE).date()
    dates = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    assert [counts[date] for date in dates] == [A_DAY] * len(dates)
    over = {row.state for row in rows if row.planned_at < end - dt.timedelta(hours=8)}
    assert over <= FINAL
    posted_on = collections.Counter(row.slot_date for row in rows if row.state is State.PUBLISHED)
    assert max(posted_on.values()) <= A_DAY
    assert sum(posted_on.values()) > A_DAY * DAYS / 2


def assert_mix(out: Sequence[Out]) -> None:
    counts: Mapping[str, int] = collections.Counter(each.category for each in out)
    assert set(counts) == set(SHARES)
    for category, share in SHARES.items():
        assert abs(counts[category] * 100 / len(out) - share) <= 5


async def assert_locks(world: PostingWorld, out: Sequence[Out], held: Mapping[MediaId, dt.datetime]) -> None:
    by_item: dict[MediaId, list[dt.datetime]] = {}
    for each in out:
        by_item.setdefault(each.media_id, []).append(each.at)
    for times in by_item.values():
        assert all(later - earlier >= dt.timedelta(days=30) for earlier, later in itertools.pairwise(times))
    async with world.engine.connect() as connection:
        locks = (await connection.execute(sa.select(media_locks))).all()
    for lock in locks:
        if lock.reason != LockReason.POSTED:
            broken = [
                at
                for at in by_item.get(lock.media_id, [])
                if at > lock.locked_at and (lock.until is None or at < lock.until)
            ]
            assert broken == []
    for media_id, end in held.items():
        assert [at for at in by_item.get(media_id, []) if end - dt.timedelta(days=20) < at < end] == []
