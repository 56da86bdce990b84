"""What becomes of publications while their account's access is dead and the team waits for it."""

import asyncio
import datetime as dt

import pytest

from domain.account import AccessToken, AccountState
from domain.errors import AuthorizationError
from domain.lane import LaneReason
from domain.media import Description, Need
from domain.publication import State
from domain.token import Grant
from services.messages import AlertKind, SendAlert
from support.fake_network import FAKE
from support.posting_world import PostingWorld

MISFIRE = dt.timedelta(hours=6)
EXPIRED = AuthorizationError("the session has expired", code=190, subcode=463)


@pytest.fixture
async def waiting(world: PostingWorld) -> PostingWorld:
    """A team that waits for access."""
    await world.workspaces.set(world.workspace.id, "dead_token", "wait", by="test")
    return world


async def reconnect(world: PostingWorld) -> None:
    await world.accounts.add(
        world.workspace.id,
        platform=FAKE,
        external_id=world.account.external_id,
        name=world.account.name,
        login=None,
        token=AccessToken("another-token"),
        by="test",
    )


async def told(world: PostingWorld) -> list[AlertKind]:
    return [
        outgoing.message.kind
        for outgoing in await world.sent()
        if isinstance(outgoing.message, SendAlert) and not outgoing.message.is_over
    ]


async def test_what_meets_a_dead_access_waits_and_goes_out_when_it_is_connected_again(
    waiting: PostingWorld,
) -> None:
    waiting.publisher.publish_error = EXPIRED
    publication_id = await waiting.queued()
    await waiting.until_quiet()

    held = await waiting.publication(publication_id)
    assert (held.state, held.lane_reason) == (State.SCHEDULED, LaneReason.RECONNECT)
    assert await waiting.cards(publication_id) == []
    assert await told(waiting) == [AlertKind.RECONNECT]

    waiting.publisher.publish_error = None
    await reconnect(waiting)
    await waiting.until_quiet()

    assert await waiting.state(publication_id) is State.PUBLISHED
    assert waiting.publisher.posts == [publication_id]


async def test_what_becomes_due_meanwhile_waits_too_and_is_not_looked_at_again_and_again(
    waiting: PostingWorld,
) -> None:
    await waiting.accounts.set_state(waiting.account, AccountState.NEEDS_RECONNECT, reason="dead", by="test")
    first, second = await waiting.queued(), await waiting.queued()
    await waiting.until_quiet()
    waiting.clock.advance(MISFIRE - dt.timedelta(minutes=10))

    assert await waiting.work() == []
    assert [await waiting.state(each) for each in (first, second)] == [State.SCHEDULED] * 2

    await reconnect(waiting)
    await waiting.until_quiet()

    assert waiting.publisher.posts == [first, second]


async def test_what_waits_for_too_long_is_missed_and_reported(waiting: PostingWorld) -> None:
    await waiting.accounts.set_state(waiting.account, AccountState.NEEDS_RECONNECT, reason="dead", by="test")
    publication_id = await waiting.queued()
    await waiting.until_quiet()

    waiting.clock.advance(MISFIRE + dt.timedelta(seconds=2))
    await waiting.until_quiet()

    assert await waiting.state(publication_id) is State.MISSED
    assert await told(waiting) == [AlertKind.MISSED]


async def test_what_needs_a_person_anyway_does_not_wait_for_access(waiting: PostingWorld) -> None:
    await waiting.accounts.set_state(waiting.account, AccountState.NEEDS_RECONNECT, reason="dead", by="test")
    sticker = await waiting.media(description=Description(needs=frozenset({Need.STICKER})))
    publication_id = await waiting.queued(media=sticker)
    await waiting.until_quiet()

    assert await waiting.state(publication_id) is State.WITH_TEAM


async def test_a_failure_of_a_token_that_was_replaced_meanwhile_says_nothing_of_the_new_one(
    world: PostingWorld,
) -> None:
    async def renew() -> None:
        world.publisher.while_publishing = nothing
        async with world.database.begin() as uow:
            grant = Grant(token=AccessToken("a-newer-token"))
            await uow.accounts.set_token(world.account.id, grant, at=world.clock.now())
            await uow.commit()

    async def nothing() -> None:
        world.publisher.publish_error = None

    world.publisher.publish_error = EXPIRED
    world.publisher.while_publishing = renew
    publication_id = await world.queued()
    await world.until_quiet()

    (account,) = await world.accounts.find(world.workspace.id)
    assert account.state is AccountState.ACTIVE
    assert await world.state(publication_id) is State.PUBLISHED
    assert await told(world) == []


async def test_access_that_is_given_in_the_moment_in_which_the_old_one_is_found_dead_stays(
    postgresql_world: PostingWorld,
) -> None:
    world = postgresql_world
    publication_id = await world.queued()
    world.publisher.prepare_error = EXPIRED
    (job,) = await world.dispatch.claim(limit=1)

    async with world.database.begin() as uow:
        await uow.accounts.add(
            world.workspace.id,
            platform=FAKE,
            external_id=world.account.external_id,
            name=world.account.name,
            login=world.account.login,
            at=world.clock.now(),
        )
        settling = asyncio.create_task(world.publishing.publish(job))
        await asyncio.wait([settling], timeout=0.3)
        new = Grant(token=AccessToken("another-token"))
        await uow.accounts.set_token(world.account.id, new, at=world.clock.now())
        await uow.commit()
    await settling

    (account,) = await world.accounts.find(world.workspace.id)
    publication = await world.publication(publication_id)
    assert account.state is AccountState.ACTIVE
    assert (publication.state, publication.due_at) == (State.SCHEDULED, world.clock.now())
