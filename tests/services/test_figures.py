import datetime as dt

from domain.errors import OutcomeUnknownError, RateLimitedError, RejectedError, TransientError
from domain.figures import DailyFigures, Figures
from domain.media import Need
from domain.publication import Event, person
from services.figures import FiguresService, last_days
from services.ports import Accepted
from support.fake_network import FAKE
from support.posting_world import ANNA, PostingWorld

HOUR = dt.timedelta(hours=1)


async def days(world: PostingWorld, *, count: int = 7) -> list[DailyFigures]:
    async with world.database.begin() as uow:
        return list(await last_days(uow, world.workspace.id, now=world.clock.now(), count=count))


async def today(world: PostingWorld) -> Figures:
    return (await days(world))[-1].figures


def figures(world: PostingWorld) -> FiguresService:
    return FiguresService(database=world.database, clock=world.clock)


async def test_a_day_on_which_nothing_happened_counts_nothing(world: PostingWorld) -> None:
    assert await today(world) == Figures()


async def test_posts_count_by_who_made_them(world: PostingWorld) -> None:
    for _ in range(2):
        await world.queued()
        await world.work()
    by_hand = await world.queued(needs=frozenset({Need.POLL}))
    await world.work()
    async with world.database.begin() as uow:
        publication = await uow.publications.get(by_hand)
        assert publication is not None
        await uow.publications.apply(
            publication, Event.POSTED_BY_HAND, at=world.clock.now(), actor=person(ANNA), posted_by=ANNA
        )
        await uow.commit()

    assert await today(world) == Figures(by_bot=2, by_hand=1)


async def test_a_try_that_failed_counts_and_so_does_what_it_went_to_the_team_for(world: PostingWorld) -> None:
    await world.queued()
    world.publisher.prepare_error = TransientError("no answer", platform=FAKE)
    await world.work()
    world.publisher.prepare_error = RejectedError("too wide", platform=FAKE)
    world.clock.advance(HOUR)
    await world.work()

    assert await today(world) == Figures(failed_tries=2, fallbacks=1)


async def test_being_held_back_by_a_limit_is_no_failure(world: PostingWorld) -> None:
    await world.queued()
    world.publisher.prepare_error = RateLimitedError("too many calls", platform=FAKE)
    await world.work()

    assert await today(world) == Figures()


async def test_an_outcome_that_nobody_knew_counts_even_when_it_was_found_out(world: PostingWorld) -> None:
    world.publisher.publish_error = OutcomeUnknownError("no answer", platform=FAKE)
    world.publisher.posts_despite_error = True
    await world.queued()
    await world.until_quiet()

    assert await today(world) == Figures(by_bot=1, failed_tries=1, unconfirmed=1)


async def test_what_the_platform_took_and_is_processing_is_not_unclear(world: PostingWorld) -> None:
    world.publisher.accepts = Accepted(checkpoint={}, after=HOUR, why="it is being processed")
    await world.queued()
    await world.work()

    assert await today(world) == Figures()


async def test_days_are_kept_and_counted_again_until_they_are_over(world: PostingWorld) -> None:
    await world.queued()
    await world.work()
    await figures(world).record()
    await world.queued()
    await world.work()

    world.clock.advance(24 * HOUR)
    await figures(world).record()
    world.clock.advance(24 * HOUR)
    await world.queued()
    await world.work()

    kept = await days(world)
    assert [(each.day.day, each.figures.by_bot) for each in kept] == [(4, 0), (5, 2), (6, 0), (7, 1)]


async def test_a_day_is_the_team_s_own(world: PostingWorld) -> None:
    await world.workspaces.set(world.workspace.id, "zone", "Pacific/Auckland", by="test")
    await world.queued()
    await world.work()

    (only,) = await days(world)

    assert (only.day, only.figures.by_bot) == (dt.date(2026, 1, 6), 1)
