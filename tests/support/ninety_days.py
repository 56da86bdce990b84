"""Weeks of planning and posting in quick motion: clock changes, restarts, pauses, downtime, people."""

import asyncio
import collections
import dataclasses
import datetime as dt
import itertools
import random  # noqa: TID251  (seeded, so that each run is the same)
import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.account import AccessToken
from domain.ids import AccountId, MediaId
from domain.media import Description, LockReason
from domain.publication import FINAL, Event, State
from domain.terms import Terms
from repositories.tables import media_items, media_locks, post_media, publications
from services.mix import MixService
from services.posting.edit_plan import PlanEditor
from services.posting.plan import PlanningService
from support.fake_network import FAKE
from support.posting_world import PostingWorld

GAP = dt.timedelta(seconds=60)
STEP = dt.timedelta(hours=4)
A_DAY = 3
SHARES = {"food": 50, "quotes": 30, "people": 20}
ITEMS = {"food": 90, "quotes": 60, "people": 40, "christmas": 5}
LOCK = dt.timedelta(days=30)
HOLD = dt.timedelta(days=20)
SETTINGS = {
    # Within the hours that clock changes leave out or bring twice, wherever that is.
    "times": "daily 00:15,02:15,23:30",
    "lock_days": str(LOCK.days),
    "skip_lock_days": "45",
    "season.christmas": "12-01..12-24",
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What is lived through."""

    start: dt.datetime
    days: int
    zones: Sequence[str]
    """Of the accounts, one each."""
    seed: int
    horizon_days: int = 7
    pause_days: int = 12
    """How long the team pauses, a third into it: longer than the horizon."""
    downtime_days: int = 9
    """How long nothing runs at all, two thirds into it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What came of it; a good one has nothing broken."""

    dates: int
    """Local dates of all accounts that were looked at."""
    posted: int
    missed: int
    broken: Sequence[str]
    """What should not be, in words."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Out:
    account_id: AccountId
    media_id: MediaId
    category: str
    at: dt.datetime
    planned_at: dt.datetime


async def live(world: PostingWorld, life: Life) -> Findings:
    """Live through it, and look what came of it."""
    world = world.restarted(min_gap=GAP)
    chance = random.Random(life.seed)
    zones = await _settle(world, life)
    end = life.start + dt.timedelta(days=life.days)
    pause_at = life.start + dt.timedelta(days=life.days // 3)
    down_at = life.start + dt.timedelta(days=2 * life.days // 3)
    resume_at = pause_at + dt.timedelta(days=life.pause_days)
    held: dict[MediaId, dt.datetime] = {}
    while (now := world.clock.now()) < end:
        planners = [_planner(world) for _ in range(3 if chance.random() < 0.1 else 1)]
        await asyncio.gather(*(planner.fill(now) for planner in planners))
        if chance.random() < 0.05:
            await _decide(world, chance)
        if chance.random() < 0.02:
            media_id, until = await _hold(world, chance)
            held[media_id] = until
        if pause_at <= now < pause_at + STEP or chance.random() < 0.02:
            await world.workspaces.pause(world.workspace.id, by="test")
        elif not pause_at <= now < resume_at and chance.random() < 0.3:
            await world.workspaces.resume(world.workspace.id, by="test")
        if chance.random() < 0.1:
            world = world.restarted()
        if down_at <= now < down_at + STEP:
            world.clock.advance(dt.timedelta(days=life.downtime_days))
        elif chance.random() < 0.03:
            world.clock.advance(dt.timedelta(hours=chance.randrange(1, 20)))
        await _work(world)
        world.clock.advance(STEP)
    await world.workspaces.resume(world.workspace.id, by="test")
    await _planner(world).fill(world.clock.now())
    for _ in range(3):
        await _work(world)
        world.clock.advance(GAP)
    return await _findings(world, life, zones, held)


def _planner(world: PostingWorld) -> PlanningService:
    return PlanningService(database=world.database, networks={FAKE: world.publisher.network()})


async def _settle(world: PostingWorld, life: Life) -> Mapping[AccountId, zoneinfo.ZoneInfo]:
    """Set team and library up at the start, and return the accounts with their zones."""
    for key, value in {**SETTINGS, "horizon_days": str(life.horizon_days)}.items():
        await world.workspaces.set(world.workspace.id, key, value, by="test")
    for category, count in ITEMS.items():
        for _ in range(count):
            await world.media(description=Description(category=category, caption=category))
    world.clock.set(life.start - world.clock.now())
    networks = {FAKE: world.publisher.network()}
    mixes = MixService(database=world.database, clock=world.clock, networks=networks)
    await mixes.set(world.workspace.id, SHARES, by="test")
    accounts = [world.account.id]
    for number in range(2, len(life.zones) + 1):
        added = await world.accounts.add(
            world.workspace.id,
            platform=FAKE,
            external_id=str(number),
            name=f"harbour{number}",
            login=None,
            token=AccessToken("token-of-the-account"),
            by="test",
        )
        accounts.append(added.id)
    for account_id, zone in zip(accounts, life.zones, strict=True):
        await world.workspaces.set(world.workspace.id, "zone", zone, account_id=account_id, by="test")
    return {each: zoneinfo.ZoneInfo(zone) for each, zone in zip(accounts, life.zones, strict=True)}


async def _work(world: PostingWorld) -> None:
    """Work on what is due, as the minimum gap lets it."""
    while await world.work():
        world.clock.advance(GAP)


async def _decide(world: PostingWorld, chance: random.Random) -> None:
    """Let a person skip or reject what is planned next, as a button would."""
    now = world.clock.now()
    event, reason, until = chance.choice(
        [
            (Event.SKIPPED, LockReason.SKIPPED, now + dt.timedelta(days=45)),
            (Event.REJECTED, LockReason.REJECTED, None),
        ]
    )
    async with world.database.begin() as uow:
        for job in await uow.publications.find(world.workspace.id, states=(State.SCHEDULED,), limit=1):
            await uow.publications.apply(job.publication, event, at=now, actor="user:1")
            items = [item.id for item in job.post.media]
            await uow.media.lock(items, job.account.id, until=until, reason=reason, at=now)
        await uow.commit()


async def _hold(world: PostingWorld, chance: random.Random) -> tuple[MediaId, dt.datetime]:
    """Let a person hold an item back for some weeks."""
    editor = PlanEditor(
        database=world.database, clock=world.clock, queue=world.queue, planning=_planner(world)
    )
    media_id, end = MediaId(chance.randrange(1, 150)), world.clock.now() + HOLD
    await editor.set_terms(world.workspace.id, media_id, Terms(held_until=end), by="user:1")
    return media_id, end


async def _findings(
    world: PostingWorld,
    life: Life,
    zones: Mapping[AccountId, zoneinfo.ZoneInfo],
    held: Mapping[MediaId, dt.datetime],
) -> Findings:
    async with world.engine.connect() as connection:
        rows = (await connection.execute(sa.select(publications))).all()
        locks = (await connection.execute(sa.select(media_locks))).all()
    out = await _posted(world)
    end = world.clock.now()
    broken: list[str] = []
    dates = 0
    for account_id, zone in zones.items():
        # The first one began before there was anybody to plan it.
        first, last = life.start.astimezone(zone).date() + dt.timedelta(days=1), end.astimezone(zone).date()
        wanted = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
        dates += len(wanted)
        mine = [row for row in rows if row.account_id == account_id]
        broken += _wrong_dates(mine, wanted, zone)
        broken += _wrong_posts([each for each in out if each.account_id == account_id], locks, held, zone)
    late = end - dt.timedelta(hours=8)
    broken += [f"{row.id} is {row.state}" for row in rows if row.planned_at < late and row.state not in FINAL]
    if len(world.publisher.posts) != len(out):
        broken.append(f"{len(world.publisher.posts)} posts for {len(out)} publications")
    missed = sum(row.state is State.MISSED for row in rows)
    return Findings(dates=dates, posted=len(out), missed=missed, broken=broken)


def _wrong_dates(rows: Sequence[Any], dates: Sequence[dt.date], zone: zoneinfo.ZoneInfo) -> list[str]:
    """Return the dates that have not exactly their slots, or more posts than those."""
    counts = collections.Counter(row.slot_date for row in rows if row.slot_date)
    posted = collections.Counter(row.slot_date for row in rows if row.state is State.PUBLISHED)
    return [f"{date} in {zone} has {counts[date]} slots" for date in dates if counts[date] != A_DAY] + [
        f"{date} in {zone} has {count} posts" for date, count in posted.items() if date and count > A_DAY
    ]


def _wrong_posts(
    out: Sequence[_Out], locks: Sequence[Any], held: Mapping[MediaId, dt.datetime], zone: zoneinfo.ZoneInfo
) -> list[str]:
    """Return what is wrong with the posts of an account: too late, too close, another mix, a broken lock."""
    broken = [
        f"{each.media_id} went out {each.at - each.planned_at} late in {zone}"
        for each in out
        if each.at - each.planned_at > dt.timedelta(hours=6, minutes=5)
    ]
    times = sorted(each.at for each in out)
    broken += [
        f"two went out at {later} in {zone}"
        for earlier, later in itertools.pairwise(times)
        if later - earlier < GAP
    ]
    counts = collections.Counter(each.category for each in out)
    broken += [
        f"{category} has {counts[category]} of {len(out)} posts in {zone}"
        for category, share in {**SHARES, "christmas": 0}.items()
        if abs(counts[category] * 100 / max(1, len(out)) - share) > 5
    ]
    by_item: dict[MediaId, list[dt.datetime]] = {}
    for each in out:
        by_item.setdefault(each.media_id, []).append(each.at)
        end = held.get(each.media_id)
        if end is not None and end - HOLD < each.at < end:
            broken.append(f"{each.media_id} went out at {each.at} although it was held until {end}")
    for media_id, posts in by_item.items():
        broken += [
            f"{media_id} went out again at {later} in {zone}"
            for earlier, later in itertools.pairwise(sorted(posts))
            if later - earlier < LOCK
        ]
    for lock in locks:
        if lock.reason != LockReason.POSTED and out and lock.account_id == out[0].account_id:
            broken += [
                f"{lock.media_id} went out at {at} although it was {lock.reason}"
                for at in by_item.get(lock.media_id, [])
                if at > lock.locked_at and (lock.until is None or at < lock.until)
            ]
    return broken


async def _posted(world: PostingWorld) -> list[_Out]:
    statement = (
        sa.select(
            publications.c.account_id,
            post_media.c.media_id,
            media_items.c.description,
            publications.c.posted_at,
            publications.c.planned_at,
        )
        .join_from(publications, post_media, post_media.c.post_id == publications.c.post_id)
        .join(media_items, media_items.c.id == post_media.c.media_id)
        .where(publications.c.state == State.PUBLISHED)
    )
    async with world.engine.connect() as connection:
        return [
            _Out(
                account_id=row.account_id,
                media_id=row.media_id,
                category=row.description.category,
                at=row.posted_at,
                planned_at=row.planned_at,
            )
            for row in await connection.execute(statement)
        ]
