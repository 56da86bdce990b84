import datetime as dt

import pytest

from domain.errors import TransientError
from domain.ids import PublicationId
from domain.publication import Event, State
from domain.quota import Quota
from services.posting.quota import FRESH
from support.fake_network import CONTAINER_WAIT
from support.posting_world import PostingWorld

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


async def due_in(world: PostingWorld, publication_id: PublicationId) -> dt.timedelta:
    return (await world.publication(publication_id)).due_at - world.clock.now()


async def test_what_the_quota_has_a_place_for_goes_out(world: PostingWorld) -> None:
    world.publisher.quota_answer = Quota(used=49, total=50)
    publication_id = await world.queued()

    await world.work()

    assert await world.state(publication_id) is State.PUBLISHED


async def test_nothing_is_begun_when_the_quota_is_used_up(world: PostingWorld) -> None:
    world.publisher.quota_answer = Quota(used=50, total=50)
    publication_id = await world.queued()

    await world.work()

    publication = await world.publication(publication_id)
    assert publication.state is State.SCHEDULED
    assert publication.checkpoint == {}
    assert world.store.kept == set()
    assert publication.attempts == 0
    assert await due_in(world, publication_id) == HOUR


async def test_it_waits_until_a_place_is_free(world: PostingWorld) -> None:
    world.publisher.quota_answer = Quota(used=50, total=50)
    publication_id = await world.queued()
    await world.work()

    world.publisher.quota_answer = Quota(used=49, total=50)
    world.clock.advance(HOUR)
    await world.work()

    assert await world.state(publication_id) is State.PUBLISHED


async def test_or_goes_to_the_team_where_the_team_wants_that(world: PostingWorld) -> None:
    await world.workspaces.set(world.workspace.id, "quota", "team", by="test")
    world.publisher.quota_answer = Quota(used=50, total=50)
    publication_id = await world.queued()

    await world.work()

    assert await world.state(publication_id) is State.WITH_TEAM


async def test_one_reading_serves_all_replicas_for_a_minute(world: PostingWorld) -> None:
    world.publisher.quota_answer = Quota(used=3, total=50)
    for _ in range(3):
        await world.queued()

    await world.work()
    await world.restarted().work()
    asked_within_a_minute = world.publisher.quota_calls
    world.clock.advance(FRESH)
    await world.work()

    assert (asked_within_a_minute, world.publisher.quota_calls) == (1, 2)
    assert len(world.publisher.posts) == 3


async def test_ours_that_went_out_since_the_reading_are_counted_and_the_platform_is_asked_before_it_refuses(
    world: PostingWorld,
) -> None:
    world.publisher.quota_answer = Quota(used=48, total=50)
    first, second, third = [await world.queued() for _ in range(3)]

    await world.work()
    world.publisher.quota_answer = Quota(used=49, total=50)
    await world.work()
    calls_for_two = world.publisher.quota_calls
    world.publisher.quota_answer = Quota(used=50, total=50)
    await world.work()

    assert [await world.state(each) for each in (first, second)] == [State.PUBLISHED] * 2
    assert await world.state(third) is State.SCHEDULED
    assert (calls_for_two, world.publisher.quota_calls) == (1, 2)


async def test_what_waits_for_the_platform_holds_its_place(world: PostingWorld) -> None:
    world.publisher.quota_answer = Quota(used=49, total=50)
    world.publisher.waits = 1
    first, second = await world.queued(), await world.queued()

    await world.work()
    await world.work()

    assert [(await world.publication(each)).checkpoint != {} for each in (first, second)] == [True, False]
    world.clock.advance(CONTAINER_WAIT)
    await world.work()
    assert await world.state(first) is State.PUBLISHED
    assert await world.state(second) is State.SCHEDULED


async def test_one_that_cannot_be_asked_for_its_quota_fails_as_any_step_does(world: PostingWorld) -> None:
    world.publisher.quota_error = TransientError("no answer")
    publication_id = await world.queued()

    await world.work()

    publication = await world.publication(publication_id)
    assert (publication.state, publication.attempts) == (State.SCHEDULED, 1)


async def test_a_platform_without_a_quota_is_not_held_up(world: PostingWorld) -> None:
    publication_id = await world.queued()

    await world.work()

    assert await world.state(publication_id) is State.PUBLISHED


def capped(world: PostingWorld, cap: int) -> PostingWorld:
    """The world with a cap of posts an hour."""
    world.publisher.posts_per_hour = cap
    return world.restarted()


async def test_no_account_begins_more_in_an_hour_than_its_cap_and_each_that_waits_has_its_time(
    world: PostingWorld,
) -> None:
    busy = capped(world, 2)
    ids = [await world.queued() for _ in range(5)]

    await busy.work()
    world.clock.advance(10 * MINUTE)
    for _ in range(4):
        await busy.work()

    assert [await world.state(each) for each in ids[:2]] == [State.PUBLISHED] * 2
    waits = [await due_in(world, each) for each in ids[2:]]
    assert waits == [50 * MINUTE, HOUR, 110 * MINUTE]
    assert [event for event in await world.history(ids[4]) if event is Event.CLAIMED] == [Event.CLAIMED]


async def test_what_waited_for_the_hour_goes_out_when_its_time_has_come(world: PostingWorld) -> None:
    busy = capped(world, 2)
    ids = [await world.queued() for _ in range(5)]

    for _ in range(30):
        await busy.work()
        world.clock.advance(5 * MINUTE)

    assert [await world.state(each) for each in ids] == [State.PUBLISHED] * 5


async def test_one_that_was_begun_and_then_put_off_by_a_person_holds_no_place(world: PostingWorld) -> None:
    busy = capped(world, 1)
    world.publisher.waits = 1
    begun_id = await world.queued()
    await busy.work()
    begun = await world.publication(begun_id)
    tomorrow = world.clock.now() + 24 * HOUR
    async with world.database.begin() as uow:
        await uow.publications.apply(
            begun,
            Event.POSTPONED,
            at=world.clock.now(),
            actor="test",
            planned_at=tomorrow,
            due_at=tomorrow,
        )
        await uow.commit()

    other = await world.queued()
    await busy.work()
    world.clock.advance(CONTAINER_WAIT)
    await busy.work()

    assert await world.state(other) is State.PUBLISHED


@pytest.mark.parametrize("used", [50, 60])
async def test_a_quota_that_others_overran_is_used_up_all_the_same(world: PostingWorld, used: int) -> None:
    world.publisher.quota_answer = Quota(used=used, total=50)
    publication_id = await world.queued()

    await world.work()

    assert await world.state(publication_id) is State.SCHEDULED
