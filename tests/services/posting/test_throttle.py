import datetime as dt

import pytest

from domain.account import AccessToken, Account
from domain.errors import OutcomeUnknownError, RateLimitedError
from domain.media import Need
from domain.publication import State
from domain.throttle import LimitUse
from services.ports import Job
from support.fake_network import CONTAINER_WAIT, FAKE
from support.posting_world import PostingWorld

MINUTE = dt.timedelta(minutes=1)


def throttled(minutes: int | None, *, is_app_wide: bool = False) -> RateLimitedError:
    wait = None if minutes is None else minutes * MINUTE
    return RateLimitedError(
        "too many calls", retry_after=wait, platform=FAKE, code=80002, is_app_wide=is_app_wide
    )


async def never() -> None:
    raise AssertionError("the door is closed")


async def account(world: PostingWorld) -> Account:
    async with world.database.begin() as uow:
        found = await uow.accounts.get(world.account.id)
    assert found is not None
    return found


async def closed_for(world: PostingWorld) -> dt.timedelta | None:
    until = (await account(world)).closed_until
    return None if until is None else until - world.clock.now()


async def work_with(world: PostingWorld, heard: LimitUse) -> list[Job]:
    world.outside.meter.heard = heard
    return await world.work()


async def test_a_refusal_for_too_many_calls_closes_the_whole_account_for_the_time_that_is_named(
    world: PostingWorld,
) -> None:
    refused, other = await world.queued(), await world.queued()
    world.publisher.prepare_error = throttled(40)
    await world.work()

    world.publisher.while_preparing = never
    world.clock.advance(MINUTE)
    await world.work()

    assert await closed_for(world) == 39 * MINUTE
    assert (await world.publication(refused)).attempts == 0
    publication = await world.publication(other)
    assert (publication.state, publication.attempts) == (State.SCHEDULED, 0)
    assert publication.due_at >= world.clock.now() + 39 * MINUTE


async def test_all_of_it_goes_out_once_the_door_is_open(world: PostingWorld) -> None:
    ids = [await world.queued() for _ in range(3)]
    world.publisher.prepare_error = throttled(40)
    await world.work()
    await world.work()
    world.publisher.prepare_error = None

    for _ in range(20):
        world.clock.advance(5 * MINUTE)
        await world.work()

    assert [await world.state(each) for each in ids] == [State.PUBLISHED] * 3
    assert sorted(world.publisher.posts) == sorted(ids)


async def test_a_card_is_not_kept_back(world: PostingWorld) -> None:
    await world.queued()
    world.publisher.prepare_error = throttled(40)
    await world.work()

    by_hand = await world.queued(needs=frozenset({Need.STICKER}))
    await world.work()

    assert await world.state(by_hand) is State.WITH_TEAM


async def test_a_refusal_without_a_time_closes_for_a_quarter_of_an_hour(world: PostingWorld) -> None:
    await world.queued()
    world.publisher.publish_error = throttled(None)

    await world.work()

    assert await closed_for(world) == 15 * MINUTE


@pytest.mark.parametrize(
    "error",
    [
        OutcomeUnknownError("no answer", platform=FAKE),
        RateLimitedError("the day is full", is_quota=True, platform=FAKE),
        RateLimitedError("the cloud is busy", platform="cloudinary"),
    ],
)
async def test_no_other_failure_closes_an_account(
    sqlite_world: PostingWorld, error: OutcomeUnknownError | RateLimitedError
) -> None:
    await sqlite_world.queued()
    sqlite_world.publisher.publish_error = error

    await sqlite_world.work()

    assert await closed_for(sqlite_world) is None


async def test_above_three_quarters_of_a_limit_the_next_begins_after_a_pause(world: PostingWorld) -> None:
    first, second, third = [await world.queued() for _ in range(3)]

    await work_with(world, LimitUse(account_percent=80))
    await world.work()
    await world.work()

    assert await world.state(first) is State.PUBLISHED
    pauses = [(await world.publication(each)).due_at - world.clock.now() for each in (second, third)]
    assert pauses == [3 * MINUTE, 6 * MINUTE]


async def test_one_that_was_begun_is_brought_to_its_end_without_a_pause(world: PostingWorld) -> None:
    world.publisher.waits = 1
    publication_id = await world.queued()

    await work_with(world, LimitUse(account_percent=100))
    world.clock.advance(CONTAINER_WAIT)
    await work_with(world, LimitUse(account_percent=100))

    assert await world.state(publication_id) is State.PUBLISHED
    assert await closed_for(world) == 15 * MINUTE


async def test_at_three_quarters_nothing_is_slowed_down(world: PostingWorld) -> None:
    second = (await world.queued(), await world.queued())[1]

    await work_with(world, LimitUse(account_percent=75))
    await world.work()

    assert await world.state(second) is State.PUBLISHED


async def add_accounts(world: PostingWorld) -> None:
    """Connect an account of each login."""
    for login in ("fake", "other"):
        await world.accounts.add(
            world.workspace.id,
            platform=FAKE,
            external_id=login,
            name=login,
            login=login,
            token=AccessToken(f"token-of-{login}"),
            by="test",
        )


async def all_closed(world: PostingWorld) -> dict[str, dt.timedelta | None]:
    """For how long each account is closed, by name."""
    async with world.database.begin() as uow:
        found = await uow.accounts.find(world.workspace.id)
    now = world.clock.now()
    return {each.name: each.closed_until - now if each.closed_until else None for each in found}


async def test_the_app_s_limit_slows_down_every_account_of_its_login(world: PostingWorld) -> None:
    publication_id = await world.queued()
    await add_accounts(world)

    await work_with(world, LimitUse(app_percent=90))

    assert await world.state(publication_id) is State.PUBLISHED
    assert await all_closed(world) == {"harbour": 9 * MINUTE, "fake": 9 * MINUTE, "other": None}


async def test_a_refusal_of_the_whole_app_closes_every_account_of_its_login(world: PostingWorld) -> None:
    await world.queued()
    await add_accounts(world)
    world.publisher.prepare_error = throttled(40, is_app_wide=True)

    await world.work()

    assert await all_closed(world) == {"harbour": 40 * MINUTE, "fake": 40 * MINUTE, "other": None}


async def test_a_time_that_answers_name_is_obeyed_even_when_they_were_no_refusals(
    world: PostingWorld,
) -> None:
    await world.queued()

    await work_with(world, LimitUse(account_percent=10, regain_after=20 * MINUTE))

    assert await closed_for(world) == 20 * MINUTE


async def test_a_shorter_pause_does_not_open_a_door_that_is_closed_for_longer(world: PostingWorld) -> None:
    await world.queued()
    await work_with(world, LimitUse(account_percent=80, regain_after=20 * MINUTE))

    async with world.database.begin() as uow:
        await uow.quotas.close_account(world.account, until=world.clock.now() + MINUTE, usage_percent=76)
        await uow.commit()

    assert await closed_for(world) == 20 * MINUTE
    assert (await account(world)).usage_percent == 76


async def test_when_the_use_has_fallen_it_is_remembered_so(world: PostingWorld) -> None:
    await world.queued()
    await work_with(world, LimitUse(account_percent=80))
    await world.queued()
    world.clock.advance(3 * MINUTE)

    await work_with(world, LimitUse(account_percent=30))

    assert (await account(world)).usage_percent == 30
