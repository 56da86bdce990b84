import datetime as dt

from domain.account import AccountState
from domain.card import CardKind
from domain.errors import AuthorizationError, OutcomeUnknownError, RateLimitedError
from domain.lane import LaneReason
from domain.publication import State
from services.ports import Unknown
from support.posting_world import GIVE_UP, GRACE, PostingWorld


async def test_a_post_that_turns_up_while_preparing_is_looked_up_and_not_posted_again(
    world: PostingWorld,
) -> None:
    world.publisher.prepare_error = OutcomeUnknownError("the container is published already")
    publication_id = await world.queued()
    world.publisher.posts.append(publication_id)

    await world.work()
    world.clock.advance(GRACE)
    await world.look_up()

    assert await world.state(publication_id) is State.PUBLISHED
    assert world.publisher.posts == [publication_id]


async def test_one_that_turns_up_while_preparing_and_stays_unclear_is_asked_about(
    world: PostingWorld,
) -> None:
    world.publisher.prepare_error = OutcomeUnknownError("the container is published already")
    world.publisher.look_up_answers = [Unknown(checkpoint={}, why="the reads fail")] * 100
    publication_id = await world.queued()

    await world.work()
    for _ in range(GIVE_UP // dt.timedelta(seconds=15) + 10):
        world.clock.advance(dt.timedelta(seconds=15))
        await world.look_up()

    assert len(await world.cards(publication_id, CardKind.QUESTION)) == 1


async def test_an_intent_keeps_its_time_when_the_outcome_is_unclear(world: PostingWorld) -> None:
    async def a_while_passes() -> None:
        world.clock.advance(dt.timedelta(seconds=20))

    world.publisher.publish_error = OutcomeUnknownError("no answer")
    world.publisher.while_publishing = a_while_passes
    intended_at = world.clock.now()
    publication_id = await world.queued()

    await world.work()

    assert (await world.publication(publication_id)).intent_at == intended_at


async def test_a_cloud_that_refuses_its_key_does_not_cost_the_account_its_access(
    world: PostingWorld,
) -> None:
    world.publisher.prepare_error = AuthorizationError("wrong CLOUDINARY_API_SECRET", platform="cloudinary")
    publication_id = await world.queued()

    await world.work()

    (account,) = await world.accounts.find(world.workspace.id)
    handed = await world.publication(publication_id)
    assert account.state is AccountState.ACTIVE
    assert handed.state is State.WITH_TEAM
    assert handed.lane_detail == "wrong CLOUDINARY_API_SECRET"


async def test_a_quota_that_is_used_up_is_waited_for(world: PostingWorld) -> None:
    world.publisher.prepare_error = RateLimitedError("50 of 50 posts", is_quota=True)
    publication_id = await world.queued()

    await world.work()

    waiting = await world.publication(publication_id)
    assert waiting.state is State.SCHEDULED
    assert waiting.due_at > world.clock.now()
    assert waiting.attempts == 0


async def test_a_team_that_posts_by_hand_what_the_quota_has_no_place_for_gets_a_card(
    world: PostingWorld,
) -> None:
    await world.workspaces.set(world.workspace.id, "quota", "team", by="test")
    world.publisher.prepare_error = RateLimitedError("50 of 50 posts", is_quota=True)
    publication_id = await world.queued()

    await world.work()

    handed = await world.publication(publication_id)
    assert handed.state is State.WITH_TEAM
    assert handed.lane_reason is LaneReason.QUOTA
    assert len(await world.cards(publication_id)) == 1
