import asyncio
import datetime as dt

import pytest

from domain.account import AccountState
from domain.errors import (
    AuthorizationError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from domain.lane import Lane, LaneReason
from domain.publication import State
from services.messages import AlertKind, SendAlert
from services.ports import Accepted
from services.posting.publish import RECEIPT_KEPT_FOR
from support.boundaries import Boundaries
from support.posting_world import GRACE, RETRIES, PostingWorld


async def test_a_due_publication_goes_out_and_is_recorded(world: PostingWorld) -> None:
    publication_id = await world.queued()

    await world.work()

    publication = await world.publication(publication_id)
    assert world.publisher.posts == [publication_id]
    assert publication.state is State.PUBLISHED
    assert publication.lane is Lane.AUTO
    assert publication.platform_post_id == f"p{publication_id}"
    assert publication.permalink == f"https://fake.example/p{publication_id}"
    assert publication.posted_at == world.clock.now()


async def test_the_upload_is_deleted_once_the_post_is_out(world: PostingWorld) -> None:
    await world.queued()

    await world.work()

    assert world.store.kept == set()


async def test_what_the_platform_still_works_on_is_looked_for_and_not_taken_for_posted(
    world: PostingWorld,
) -> None:
    seconds_5 = dt.timedelta(seconds=5)
    world.publisher.accepts = Accepted(checkpoint={"video": "v1"}, after=seconds_5, why="it is processed")
    publication_id = await world.queued()

    await world.work()

    accepted = await world.publication(publication_id)
    assert accepted.state is State.UNCONFIRMED
    assert accepted.checkpoint == {"video": "v1"}
    assert accepted.due_at == world.clock.now() + seconds_5
    assert accepted.failure is None
    assert world.store.kept != set()

    world.publisher.posts.append(publication_id)
    world.clock.advance(seconds_5)
    await world.look_up()

    assert await world.state(publication_id) is State.PUBLISHED
    assert world.store.kept == set()


async def test_media_rests_after_a_post(world: PostingWorld) -> None:
    media_id = await world.media()
    await world.queued(media=media_id)

    await world.work()

    async with world.database.begin() as uow:
        locked = await uow.media.locked([media_id], world.account.id, now=world.clock.now())
    assert locked == {media_id: world.clock.now() + dt.timedelta(days=30)}


async def test_a_publication_is_not_worked_on_before_its_time(world: PostingWorld) -> None:
    publication_id = await world.queued(at=world.clock.now() + dt.timedelta(hours=1))

    assert await world.work() == []

    assert await world.state(publication_id) is State.SCHEDULED


async def test_waiting_for_a_container_gives_the_worker_back(world: PostingWorld) -> None:
    world.publisher.waits = 1
    publication_id = await world.queued()

    await world.work()

    waiting = await world.publication(publication_id)
    assert waiting.state is State.SCHEDULED
    assert waiting.due_at == world.clock.now() + dt.timedelta(seconds=2)
    assert waiting.attempts == 0

    world.clock.advance(dt.timedelta(seconds=2))
    await world.work()

    assert world.publisher.posts == [publication_id]


async def test_the_calls_of_a_try_are_kept_across_its_waits(world: PostingWorld) -> None:
    world.publisher.waits = 1
    publication_id = await world.queued()
    await world.work()

    waiting = await world.publication(publication_id)

    assert [operation for operation, _ in waiting.checkpoint["calls"]] == ["create", "status"]


async def test_two_publications_of_one_account_keep_the_minimum_gap(world: PostingWorld) -> None:
    world = world.restarted(min_gap=dt.timedelta(seconds=60))
    first, second = await world.queued(), await world.queued()

    await world.work()
    await world.work()
    world.clock.advance(dt.timedelta(seconds=59))
    await world.work()
    before = list(world.publisher.posts)
    world.clock.advance(dt.timedelta(seconds=1))
    await world.work()

    assert before == [first]
    assert world.publisher.posts == [first, second]


async def test_an_unclear_publish_call_is_never_repeated(world: PostingWorld) -> None:
    world.publisher.publish_error = OutcomeUnknownError("no answer")
    world.publisher.posts_despite_error = True
    publication_id = await world.queued()

    await world.work()
    world.publisher.publish_error = None
    world.clock.advance(GRACE)
    await world.work()

    assert world.publisher.posts == [publication_id]
    assert await world.state(publication_id) is State.UNCONFIRMED


async def test_a_transient_failure_is_retried_after_the_configured_delays_and_then_shown_to_the_team(
    world: PostingWorld,
) -> None:
    world.publisher.prepare_error = TransientError("the platform is down")
    publication_id = await world.queued()

    for delay in RETRIES:
        await world.work()
        publication = await world.publication(publication_id)
        assert publication.state is State.SCHEDULED
        assert publication.due_at == world.clock.now() + delay
        world.clock.advance(delay)
    await world.work()

    handed = await world.publication(publication_id)
    assert handed.state is State.WITH_TEAM
    assert handed.lane_reason is LaneReason.FAILED
    assert handed.lane_detail == "the platform is down"
    assert len(await world.cards(publication_id)) == 1


async def test_rejected_content_becomes_a_card_at_once(world: PostingWorld) -> None:
    world.publisher.publish_error = RejectedError("the ratio is wrong", code=36003, subcode=2207009)
    publication_id = await world.queued()

    await world.work()

    handed = await world.publication(publication_id)
    assert handed.state is State.WITH_TEAM
    assert handed.failure is not None
    assert handed.failure.code == 36003
    assert handed.intent_at is None


async def test_a_dead_token_makes_a_card_marks_the_account_and_alerts_once(world: PostingWorld) -> None:
    world.publisher.prepare_error = AuthorizationError("the session has expired", code=190)
    first, second = await world.queued(), await world.queued()

    await world.work()
    await world.work()

    alerts = [sent.message for sent in await world.sent() if isinstance(sent.message, SendAlert)]
    account = (await world.accounts.find(world.workspace.id))[0]
    assert [alert.kind for alert in alerts] == [AlertKind.RECONNECT]
    assert account.state is AccountState.NEEDS_RECONNECT
    assert await world.state(first) is State.WITH_TEAM
    assert (await world.publication(second)).lane_reason is LaneReason.RECONNECT


async def test_a_rate_limit_waits_as_long_as_the_platform_says_and_uses_up_no_try(
    world: PostingWorld,
) -> None:
    world.publisher.prepare_error = RateLimitedError("slow down", retry_after=dt.timedelta(minutes=7))
    publication_id = await world.queued()

    await world.work()

    publication = await world.publication(publication_id)
    assert publication.due_at == world.clock.now() + dt.timedelta(minutes=7)
    assert publication.attempts == 0


async def test_a_bug_while_preparing_is_retried_and_then_shown_to_the_team(world: PostingWorld) -> None:
    world.publisher.while_preparing = a_bug
    publication_id = await world.queued()

    for delay in (*RETRIES, dt.timedelta(0)):
        await world.work()
        world.clock.advance(delay)

    assert await world.state(publication_id) is State.WITH_TEAM


async def test_a_bug_while_publishing_leaves_the_outcome_open(world: PostingWorld) -> None:
    world.publisher.while_publishing = a_bug
    publication_id = await world.queued()

    await world.work()

    assert await world.state(publication_id) is State.UNCONFIRMED


async def test_a_stopped_worker_gives_back_what_it_prepares(world: PostingWorld) -> None:
    started = asyncio.Event()

    async def for_ever() -> None:
        started.set()
        await asyncio.Event().wait()

    world.publisher.while_preparing = for_ever
    publication_id = await world.queued()
    (job,) = await world.dispatch.claim(limit=1)

    publishing = asyncio.create_task(world.publishing.publish(job))
    await started.wait()
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing

    assert await world.state(publication_id) is State.SCHEDULED


async def test_a_worker_stopped_in_the_publish_call_ends_it_first(world: PostingWorld) -> None:
    started, answer = asyncio.Event(), asyncio.Event()

    async def until_answered() -> None:
        started.set()
        await answer.wait()

    world.publisher.while_publishing = until_answered
    publication_id = await world.queued()
    (job,) = await world.dispatch.claim(limit=1)

    publishing = asyncio.create_task(world.publishing.publish(job))
    await started.wait()
    publishing.cancel()
    answer.set()
    with pytest.raises(asyncio.CancelledError):
        await publishing

    assert await world.state(publication_id) is State.PUBLISHED
    assert world.publisher.posts == [publication_id]


async def test_a_process_that_was_stopped_too_long_after_the_intent_does_not_publish(
    world: PostingWorld,
) -> None:
    def pause(place: str) -> None:
        if place == "after publications.record_intent":
            world.clock.advance(dt.timedelta(seconds=300))

    world.boundaries.visit = pause
    publication_id = await world.queued()

    await world.work()

    assert world.publisher.posts == []
    assert await world.state(publication_id) is State.PUBLISHING


async def a_bug() -> None:
    raise KeyError("a bug")


@pytest.mark.parametrize(("fails", "end"), [(20, State.PUBLISHED), (1000, State.PUBLISHING)])
async def test_a_receipt_waits_for_a_database_that_is_away_and_not_for_ever(
    world: PostingWorld, fails: int, end: State
) -> None:
    def tell(place: str) -> None:
        nonlocal fails
        if world.publisher.posts and place == "before begin" and fails > 0:
            fails -= 1
            asyncio.get_running_loop().call_soon(world.clock.advance, dt.timedelta(seconds=1))
            raise ConnectionError("the database is away")

    process = world.restarted(Boundaries(visit=tell))
    publication_id = await process.queued()
    began_at = world.clock.now()

    await process.work()

    publication = await world.publication(publication_id)
    assert publication.state is end
    assert publication.platform_post_id == (f"p{publication_id}" if end is State.PUBLISHED else None)
    assert world.clock.now() - began_at <= RECEIPT_KEPT_FOR + dt.timedelta(seconds=2)
