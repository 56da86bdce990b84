"""The same content on the same account within an hour goes out once, unless a person means it twice."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from domain.card import Action
from domain.errors import OutcomeUnknownError, StorylineError, TransientError
from domain.ids import MediaId, PublicationId
from domain.lane import LaneReason
from domain.publication import State
from services.posting.compose import QueueRequest
from support.people_pressing import pressed
from support.posting_world import RETRIES, PostingWorld, Shown

MINUTE = dt.timedelta(minutes=1)
HOUR = 60 * MINUTE


async def added(world: PostingWorld, media_id: MediaId, **changes: Any) -> PublicationId:
    """Queue the item, locked or not."""
    request = QueueRequest(workspace_id=world.workspace.id, media=(media_id,), placement="story")
    (job,) = await world.queue.add(dataclasses.replace(request, **changes), by="test")
    return job.publication.id


async def unlocked(world: PostingWorld) -> MediaId:
    """Return an item whose posts never lock it."""
    await world.workspaces.set(world.workspace.id, "lock_days", "0", by="test")
    return await world.media()


@pytest.mark.parametrize("minutes", [-60, 0, 60])
async def test_what_is_to_come_within_the_hour_is_refused_with_the_other_one_named(
    world: PostingWorld, minutes: int
) -> None:
    media_id, at = await unlocked(world), world.clock.now() + 5 * HOUR
    first = await added(world, media_id, at=at)

    with pytest.raises(StorylineError) as refusal:
        await added(world, media_id, at=at + minutes * MINUTE)

    assert str(refusal.value) == (
        f"harbour has the same in publication {first} (scheduled, 2026-01-05 17:00 UTC); "
        "--force posts it all the same."
    )


async def test_what_went_out_within_the_hour_is_refused(world: PostingWorld) -> None:
    media_id = await unlocked(world)
    first = await added(world, media_id)
    await world.work()
    world.clock.advance(59 * MINUTE)

    with pytest.raises(StorylineError, match=rf"publication {first} \(published, 2026-01-05 12:00 UTC\)"):
        await added(world, media_id)

    world.clock.advance(2 * MINUTE)
    assert await added(world, media_id)


async def test_other_words_another_placement_or_an_hour_between_make_it_another_post(
    world: PostingWorld,
) -> None:
    media_id, at = await unlocked(world), world.clock.now() + HOUR
    await added(world, media_id, at=at)

    await added(world, media_id, at=at, caption="Other words")
    await added(world, media_id, at=at + HOUR + MINUTE)


@pytest.mark.parametrize("state", ["cancelled"])
async def test_what_was_taken_out_stands_against_nothing(world: PostingWorld, state: str) -> None:
    media_id = await unlocked(world)
    first = await added(world, media_id)
    await world.queue.cancel(world.workspace.id, [first], by="test")
    assert await world.state(first) == state

    assert await added(world, media_id)


async def test_two_that_come_together_by_delay_go_out_once_and_the_second_asks_the_team(
    world: PostingWorld,
) -> None:
    media_id, now = await unlocked(world), world.clock.now()
    first = await added(world, media_id)
    second = await added(world, media_id, at=now + 2 * HOUR)
    world.clock.advance(2 * HOUR)

    await world.work()
    await world.work()

    assert world.publisher.posts == [first]
    asked = await world.publication(second)
    assert (asked.state, asked.lane_reason) == (State.WITH_TEAM, LaneReason.FAILED)
    assert asked.lane_detail == (
        f"The same went out on harbour at 14:00 (publication {first}). "
        "Skip this one, or let the bot post it if it is meant twice."
    )


async def test_the_bot_posts_it_a_second_time_once_it_is_let(world: PostingWorld) -> None:
    media_id = await unlocked(world)
    first = await added(world, media_id)
    second = await added(world, media_id, at=world.clock.now() + 2 * HOUR)
    world.clock.advance(2 * HOUR)
    await world.work()
    await world.work()
    (card,) = await world.cards(second)

    await pressed(world, Shown(publication=await world.publication(second), card_id=card.id), Action.LET_BOT)
    await world.work()

    assert world.publisher.posts == [first, second]


async def test_what_the_team_means_twice_goes_out_twice(world: PostingWorld) -> None:
    media_id = await unlocked(world)
    first = await added(world, media_id)
    await world.work()
    second = await added(world, media_id, force=True)

    await world.work()

    assert world.publisher.posts == [first, second]


async def test_one_whose_fate_is_unclear_counts_as_out(world: PostingWorld) -> None:
    media_id = await unlocked(world)
    world.publisher.publish_error = OutcomeUnknownError("no answer")
    first = await added(world, media_id)
    await world.work()
    assert await world.state(first) is State.UNCONFIRMED

    with pytest.raises(StorylineError, match=rf"publication {first} \(unconfirmed"):
        await added(world, media_id, at=world.clock.now() + 3 * HOUR)


async def test_a_retry_is_never_taken_for_a_repetition(world: PostingWorld) -> None:
    media_id = await unlocked(world)
    world.publisher.prepare_error = TransientError("down")
    publication_id = await added(world, media_id)
    await world.work()
    world.publisher.prepare_error = None

    world.clock.advance(RETRIES[0])
    await world.work()

    assert await world.state(publication_id) is State.PUBLISHED
