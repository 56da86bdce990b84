"""What is claimed, and what becomes of it at once."""

import asyncio
import datetime as dt

import pytest

from domain.account import AccessToken, AccountState
from domain.lane import Lane, LaneReason
from domain.media import Need
from domain.publication import Event, State
from services.messages import AlertKind, SendAlert, ShowCard, Urgency
from services.posting.plan import PlanningService
from support.fake_network import FAKE
from support.posting_world import PostingWorld

HOUR = dt.timedelta(hours=1)
MOMENT = dt.timedelta(microseconds=1)


async def test_a_publication_of_the_team_is_handed_over_in_the_claiming_transaction(
    world: PostingWorld,
) -> None:
    publication_id = await world.queued(needs=frozenset({Need.POLL}))
    process = world.restarted()

    assert await process.dispatch.claim(limit=5) == []

    assert process.boundaries.passed.count("after uow.commit") == 1
    publication = await world.publication(publication_id)
    assert publication.state is State.WITH_TEAM
    assert (publication.lane, publication.lane_reason) == (Lane.MANUAL, LaneReason.NEEDS_PERSON)
    assert publication.lane_detail == "a poll"
    (card,) = await world.cards(publication_id)
    (message,) = await world.sent()
    assert (message.message, message.urgency) == (ShowCard(card_id=card.id), Urgency.CARD)
    assert await world.history(publication_id) == [Event.QUEUED, Event.CLAIMED, Event.HANDED_OFF]


async def test_a_publication_of_the_bot_is_returned_with_its_lane(world: PostingWorld) -> None:
    publication_id = await world.queued()

    (job,) = await world.dispatch.claim(limit=5)

    assert job.publication.id == publication_id
    assert job.publication.state is State.PUBLISHING
    assert (job.publication.lane, job.publication.lane_reason) == (Lane.AUTO, LaneReason.API)


async def test_of_one_account_one_is_claimed_at_a_time(world: PostingWorld) -> None:
    first, _ = await world.queued(), await world.queued()

    jobs = await world.dispatch.claim(limit=5)

    assert [job.publication.id for job in jobs] == [first]
    assert await world.dispatch.claim(limit=5) == []


async def test_two_processes_that_claim_at_once_get_each_publication_once(world: PostingWorld) -> None:
    ids = [await world.queued() for _ in range(3)]
    processes = [world.restarted() for _ in range(6)]

    claimed = await asyncio.gather(*(process.dispatch.claim(limit=5) for process in processes))

    assert [job.publication.id for jobs in claimed for job in jobs] == ids[:1]


@pytest.mark.parametrize("limit", [0, -1])
async def test_without_a_free_worker_nothing_is_claimed(sqlite_world: PostingWorld, limit: int) -> None:
    publication_id = await sqlite_world.queued()

    assert await sqlite_world.dispatch.claim(limit=limit) == []

    assert await sqlite_world.state(publication_id) is State.SCHEDULED


# Too late.


async def test_what_is_as_late_as_the_team_allows_still_goes_out(sqlite_world: PostingWorld) -> None:
    publication_id = await sqlite_world.queued()
    sqlite_world.clock.advance(6 * HOUR)

    await sqlite_world.work()

    assert sqlite_world.publisher.posts == [publication_id]


async def test_what_is_later_is_missed_and_reported(world: PostingWorld) -> None:
    publication_id = await world.queued()
    world.clock.advance(6 * HOUR + MOMENT)

    await world.work()

    (alert,) = await world.sent()
    assert await world.state(publication_id) is State.MISSED
    assert world.publisher.posts == []
    assert isinstance(alert.message, SendAlert)
    assert (alert.message.kind, alert.message.publication_id) == (AlertKind.MISSED, publication_id)
    assert alert.urgency is Urgency.ALERT


async def test_how_late_is_the_teams_own_setting(sqlite_world: PostingWorld) -> None:
    await sqlite_world.workspaces.set(sqlite_world.workspace.id, "misfire_hours", "0.5", by="test")
    publication_id = await sqlite_world.queued(needs=frozenset({Need.POLL}))
    sqlite_world.clock.advance(HOUR)

    await sqlite_world.work()

    assert await sqlite_world.state(publication_id) is State.MISSED


async def test_a_publication_is_as_late_as_its_plan_and_not_as_its_last_try(
    sqlite_world: PostingWorld,
) -> None:
    world = sqlite_world
    world.publisher.waits = 1
    publication_id = await world.queued()
    await world.work()
    world.clock.advance(6 * HOUR + MOMENT)

    await world.work()

    assert await world.state(publication_id) is State.MISSED


# Switched off.


async def test_the_kill_switch_keeps_everything_in_the_queue(sqlite_world: PostingWorld) -> None:
    process = sqlite_world.restarted(posting_enabled=False)
    by_bot, by_hand = await process.queued(), await process.queued(needs=frozenset({Need.POLL}))

    assert await process.work() == []

    assert await process.state(by_bot) is State.SCHEDULED
    assert await process.state(by_hand) is State.SCHEDULED
    assert await process.sent() == []


async def test_a_paused_team_waits_and_goes_on_when_it_resumes(world: PostingWorld) -> None:
    publication_id = await world.queued()
    await world.workspaces.pause(world.workspace.id, by="test")
    assert await world.work() == []

    await world.workspaces.resume(world.workspace.id, by="test")
    await world.work()

    assert world.publisher.posts == [publication_id]


async def test_a_paused_account_waits_and_another_goes_on(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    other = await world.accounts.add(
        world.workspace.id,
        platform=FAKE,
        external_id="2",
        name="second",
        login=None,
        token=AccessToken("token-of-the-second"),
        by="test",
    )
    await world.accounts.set_state(world.account, AccountState.PAUSED, reason="", by="test")
    await world.queued()

    (job,) = await world.work()

    assert job.account.id == other.id


async def test_an_account_without_access_works_by_hand(sqlite_world: PostingWorld) -> None:
    publication_id = await sqlite_world.queued()
    await sqlite_world.accounts.set_state(
        sqlite_world.account, AccountState.NEEDS_RECONNECT, reason="it was revoked", by="test"
    )

    await sqlite_world.work()

    publication = await sqlite_world.publication(publication_id)
    assert (publication.state, publication.lane_reason) == (State.WITH_TEAM, LaneReason.RECONNECT)
    assert publication.lane_detail == "it was revoked"


# When.


async def test_the_next_due_time_is_that_of_the_next_publication_to_come(sqlite_world: PostingWorld) -> None:
    world = sqlite_world
    await world.queued(at=world.clock.now() + 2 * HOUR)
    await world.queued(at=world.clock.now() + HOUR)
    await world.queued()

    assert await world.dispatch.next_due_at() == world.clock.now() + HOUR


async def test_with_an_empty_queue_nothing_is_due_next(sqlite_world: PostingWorld) -> None:
    assert await sqlite_world.dispatch.next_due_at() is None


async def test_a_planned_slot_goes_out_once_however_many_plan_and_work(world: PostingWorld) -> None:
    await world.workspaces.set(world.workspace.id, "posts_per_day", "1", by="test")
    for _ in range(4):
        await world.media()
    network = world.publisher.network()
    planners = [PlanningService(database=world.database, networks={FAKE: network}) for _ in range(3)]
    await asyncio.gather(*(planner.fill(world.clock.now()) for planner in planners))

    for _ in range(4):
        world.clock.advance(12 * HOUR)
        await asyncio.gather(*(planner.fill(world.clock.now()) for planner in planners))
        await asyncio.gather(*(world.restarted().work() for _ in range(3)))

    posted = world.publisher.posts
    assert len(posted) == len(set(posted))
    async with world.database.begin() as uow:
        jobs = await uow.publications.find(world.workspace.id)
    planned = [job.publication.planned_at for job in jobs]
    assert len(planned) == len(set(planned))


async def test_beyond_the_daily_cap_publications_come_as_cards_until_the_next_local_day(
    world: PostingWorld,
) -> None:
    await world.workspaces.set(world.workspace.id, "daily_cap", "1", by="test")
    await world.workspaces.set(world.workspace.id, "zone", "Pacific/Auckland", by="test")
    first, second = await world.queued(), await world.queued()
    tomorrow = await world.queued(at=world.clock.now() + dt.timedelta(days=1))

    await world.work()
    await world.work()
    world.clock.advance(dt.timedelta(days=1))
    await world.work()

    assert world.publisher.posts == [first, tomorrow]
    capped = await world.publication(second)
    assert (capped.state, capped.lane_reason) == (State.WITH_TEAM, LaneReason.DAILY_CAP)
