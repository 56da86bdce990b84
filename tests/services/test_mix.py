"""What share each category is wished to have, what it has, and how long it lasts."""

import datetime as dt

import pytest

from domain.capabilities import Placement
from domain.errors import StorylineError
from domain.ids import MediaId
from domain.media import Description
from domain.mix import Mix, scaled
from services.messages import AlertKind, SendAlert
from services.mix import MixService
from services.posting.plan import PlanningService
from services.runway import LIBRARY, RunwayService
from support.fake_network import CAROUSEL, FAKE
from support.posting_world import PostingWorld

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


def mixes(world: PostingWorld) -> MixService:
    networks = {FAKE: world.publisher.network()}
    return MixService(database=world.database, clock=world.clock, networks=networks)


def planner(world: PostingWorld) -> PlanningService:
    return PlanningService(database=world.database, networks={FAKE: world.publisher.network()})


def watch(world: PostingWorld, *more: Placement) -> RunwayService:
    return RunwayService(
        database=world.database,
        clock=world.clock,
        networks={FAKE: world.publisher.network(more=more)},
        alerts=world.alerts,
    )


async def stock(world: PostingWorld, **counts: int) -> dict[str, list[MediaId]]:
    return {
        category: [await world.media(description=Description(category=category)) for _ in range(count)]
        for category, count in counts.items()
    }


async def told(world: PostingWorld) -> list[tuple[str | None, bool]]:
    """Return the categories that were told to end, and those that no longer do."""
    return [
        (sent.message.category, sent.message.is_over)
        for sent in await world.sent()
        if isinstance(sent.message, SendAlert) and sent.message.kind is AlertKind.RUNWAY
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": 60, "b": 40}, {"a": 60, "b": 40}),
        ({"a": 1, "b": 1, "c": 1}, {"a": 34, "b": 33, "c": 33}),
        ({"a": 120, "b": 80}, {"a": 60, "b": 40}),
        ({"a": 5, "b": 0}, {"a": 100, "b": 0}),
    ],
)
def test_shares_are_scaled_to_the_whole(given: dict[str, int], expected: dict[str, int]) -> None:
    assert scaled(given) == expected


@pytest.mark.parametrize("shares", [{}, {"a": 0}, {"a": 101, "b": -1}])
async def test_what_is_no_mix_is_refused(sqlite_world: PostingWorld, shares: dict[str, int]) -> None:
    with pytest.raises(StorylineError, match="Shares are 0 or more"):
        await mixes(sqlite_world).set(sqlite_world.workspace.id, shares, by="user:1")


def test_the_category_that_is_furthest_behind_has_the_largest_lag() -> None:
    mix = Mix(shares={"food": 50, "quotes": 50}, valid_from=NOW, actor="user:1")
    counts = {"food": 3, "quotes": 1, "others": 100}

    assert mix.lag("quotes", counts) == pytest.approx(1.5)
    assert mix.lag("food", counts) == pytest.approx(-0.5)


async def test_wishes_are_kept_with_who_and_when_and_are_in_the_audit_log(world: PostingWorld) -> None:
    await mixes(world).set(world.workspace.id, {"food": 100}, by="user:1")
    world.clock.advance(dt.timedelta(days=1))
    await mixes(world).set(world.workspace.id, {"food": 30, "quotes": 70}, by="user:2")

    history = await mixes(world).history(world.workspace.id)

    async with world.database.read() as look:
        log = [entry.action for entry in await look.audit.find(world.workspace.id, limit=2)]
    assert [(dict(wish.shares), wish.actor) for wish in history] == [
        ({"food": 30, "quotes": 70}, "user:2"),
        ({"food": 100}, "user:1"),
    ]
    assert log == ["mix_changed", "mix_changed"]


async def test_slots_are_shared_as_wished_and_unnamed_categories_get_none(world: PostingWorld) -> None:
    await stock(world, food=20, quotes=20, others=20)
    await mixes(world).set(world.workspace.id, {"food": 75, "quotes": 25}, by="user:1")

    await planner(world).fill(world.clock.now())

    async with world.database.read() as look:
        used = await look.selection.used(world.workspace.id, world.account.id, since=world.clock.now())
    assert used == {"food": 15, "quotes": 5}


async def test_the_view_compares_wish_and_reality(world: PostingWorld) -> None:
    await stock(world, food=30, quotes=6)
    await world.queued()
    await world.work()
    world.clock.advance(dt.timedelta(minutes=1))
    await world.work()
    await mixes(world).set(world.workspace.id, {"food": 50, "quotes": 50}, by="user:1")

    view = await mixes(world).show(world.workspace.id)

    food, quotes, other = view.categories
    assert (food.wish, food.real, food.deviation, food.posted) == (50, 0, -50, 0)
    assert food.runway is not None
    assert (food.runway.eligible, food.runway.days) == (30, 20)
    assert quotes.runway is not None
    assert (quotes.runway.days, quotes.runway.is_short) == (4, True)
    assert (other.category, other.wish, other.real, other.posted, other.runway) == ("", 0, 100, 1, None)


async def test_without_a_mix_the_library_lasts_as_a_whole(world: PostingWorld) -> None:
    await stock(world, food=4, quotes=2)

    view = await mixes(world).show(world.workspace.id)

    assert view.library is not None
    assert (view.library.category, view.library.eligible, view.library.days) == (LIBRARY, 6, 2)


async def beyond_the_first_week(world: PostingWorld) -> None:
    """Plan for the first time, and let a week pass in which nothing is posted."""
    await planner(world).fill(world.clock.now())
    world.clock.advance(dt.timedelta(days=7))


async def test_a_short_category_is_told_once_and_once_more_when_it_has_enough(world: PostingWorld) -> None:
    await world.workspaces.set(world.workspace.id, "posts_per_day", "0", by="test")
    await beyond_the_first_week(world)
    await world.workspaces.set(world.workspace.id, "posts_per_day", "3", by="test")
    await stock(world, food=30, quotes=6)
    await mixes(world).set(world.workspace.id, {"food": 50, "quotes": 50}, by="user:1")

    await watch(world).watch()
    await watch(world).watch()
    assert await told(world) == [("quotes", False)]

    await stock(world, quotes=30)
    await watch(world).watch()
    await watch(world).watch()
    assert await told(world) == [("quotes", False), ("quotes", True)]


async def test_a_library_that_is_being_brought_together_raises_no_alarm_in_its_first_week(
    sqlite_world: PostingWorld,
) -> None:
    await stock(sqlite_world, food=5)
    await watch(sqlite_world).watch()
    await beyond_the_first_week(sqlite_world)
    sqlite_world.clock.advance(-dt.timedelta(days=1))
    await watch(sqlite_world).watch()
    assert await told(sqlite_world) == []

    sqlite_world.clock.advance(dt.timedelta(days=1))
    await watch(sqlite_world).watch()

    assert await told(sqlite_world) == [(LIBRARY, False)]


async def test_a_library_lasts_as_long_as_what_the_placements_take_of_it(sqlite_world: PostingWorld) -> None:
    await stock(sqlite_world, food=42)
    await sqlite_world.workspaces.set(
        sqlite_world.workspace.id, "more_times", "carousel daily 12:00", by="test"
    )
    await sqlite_world.workspaces.set(sqlite_world.workspace.id, "carousel_items", "3", by="test")

    watching = watch(sqlite_world, CAROUSEL)

    await watching.watch()

    [[runway]] = watching.latest.values()
    assert runway.days == pytest.approx(7)


async def test_what_is_out_of_season_is_not_missed(world: PostingWorld) -> None:
    await stock(world, food=90)
    await world.workspaces.set(world.workspace.id, "season.christmas", "11-15..12-26", by="test")
    await mixes(world).set(world.workspace.id, {"food": 50, "christmas": 50}, by="user:1")

    await watch(world).watch()

    assert await told(world) == []
