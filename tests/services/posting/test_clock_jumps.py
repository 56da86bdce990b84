"""The clock is put wrong, or passes a change of the zone or a leap day: no slot is lost or repeated."""

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from domain.publication import State
from domain.schedule import slots_of
from repositories.tables import publications
from services.posting.plan import PlanningService
from support.fake_network import FAKE
from support.posting_world import PostingWorld

HOUR = dt.timedelta(hours=1)
ROUND = dt.timedelta(minutes=45)
SLOTS_A_DAY = 6
ZONE = zoneinfo.ZoneInfo("Europe/Berlin")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Some days of the product's life."""

    name: str
    start: dt.datetime
    lasts: dt.timedelta = dt.timedelta(days=2)
    jump: dt.timedelta = dt.timedelta(0)
    """How far the clock is put forward, or back, when half of the time is over."""


JOURNEYS = (
    Journey(name="two hours back", start=dt.datetime(2026, 5, 4, 6, tzinfo=dt.UTC), jump=-2 * HOUR),
    Journey(name="a day ahead", start=dt.datetime(2026, 5, 4, 6, tzinfo=dt.UTC), jump=24 * HOUR),
    Journey(name="into summer time", start=dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC)),
    Journey(name="out of summer time", start=dt.datetime(2026, 10, 24, 12, tzinfo=dt.UTC)),
    Journey(name="a leap day", start=dt.datetime(2028, 2, 28, 12, tzinfo=dt.UTC)),
    Journey(
        name="the hour that comes twice, twice", start=dt.datetime(2026, 10, 24, 3, tzinfo=dt.UTC), jump=-HOUR
    ),
)


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
async def test_no_slot_is_lost_or_repeated(sqlite_world: PostingWorld, journey: Journey) -> None:
    world = sqlite_world
    for key, value in (
        ("zone", ZONE.key),
        ("window", "00:00-23:59"),
        ("posts_per_day", str(SLOTS_A_DAY)),
        ("horizon_days", "2"),
    ):
        await world.workspaces.set(world.workspace.id, key, value, by="test")
    for _ in range(8 * SLOTS_A_DAY):
        await world.media()
    world.clock.set(journey.start - world.clock.now())

    await live(world, journey.lasts / 2)
    world.clock.set(journey.jump)
    await live(world, journey.lasts / 2)

    rows = await slots_filled(world)
    filled = [(row.slot_date, row.slot_number) for row in rows]
    assert len(filled) == len(set(filled))
    assert set(filled) >= await slots_between(world, journey.start, world.clock.now())
    over = [row.state for row in rows if row.due_at <= world.clock.now()]
    assert over
    assert set(over) <= {State.PUBLISHED, State.MISSED}
    assert len(world.publisher.posts) == len(set(world.publisher.posts)) == over.count(State.PUBLISHED)


async def live(world: PostingWorld, duration: dt.timedelta) -> None:
    """Do what the process does at its ticks."""
    planning = PlanningService(database=world.database, networks={FAKE: world.publisher.network()})
    for _ in range(duration // ROUND):
        await planning.fill(world.clock.now())
        world.clock.advance(ROUND)
        while await world.work():
            pass


async def slots_filled(world: PostingWorld) -> Sequence[Any]:
    chosen = sa.select(
        publications.c.slot_date, publications.c.slot_number, publications.c.state, publications.c.due_at
    )
    async with world.engine.connect() as connection:
        return (await connection.execute(chosen)).all()


async def slots_between(
    world: PostingWorld, start: dt.datetime, end: dt.datetime
) -> set[tuple[dt.date, int]]:
    (workspace,) = await world.workspaces.all()
    days = [(start + dt.timedelta(days=day)).date() for day in range((end - start).days + 3)]
    slots = [slot for day in days for slot in slots_of(day, workspace.settings)]
    return {(slot.local_date, slot.number) for slot in slots if start < slot.at <= end}
