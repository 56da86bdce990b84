import datetime as dt

import pytest

from domain.account import AccountState
from domain.errors import TransientError
from domain.lane import Lane
from domain.quota import Quota, Reading
from services.messages import AlertKind, SendAlert
from services.posting.compose import QueueRequest
from services.quotas import QuotaOutlook
from support.posting_world import PostingWorld

HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)


async def read(world: PostingWorld, used: int, total: int = 50) -> None:
    async with world.database.begin() as uow:
        await uow.quotas.store(
            world.account.id, Reading(quota=Quota(used=used, total=total), at=world.clock.now())
        )
        await uow.commit()


async def outlook(world: PostingWorld) -> QuotaOutlook:
    return (await world.quotas.outlook([world.account]))[world.account.id]


async def told(world: PostingWorld) -> list[tuple[int, bool]]:
    """Level and end of what was told of quotas."""
    messages = [outgoing.message for outgoing in await world.sent()]
    return [
        (message.level, message.is_over)
        for message in messages
        if isinstance(message, SendAlert) and message.kind is AlertKind.QUOTA
    ]


async def test_an_account_that_never_had_to_be_read_has_no_outlook(world: PostingWorld) -> None:
    assert await world.quotas.outlook([world.account]) == {}


async def test_ours_that_went_out_since_the_reading_are_added(world: PostingWorld) -> None:
    await read(world, 10)
    world.clock.advance(MINUTE)
    await world.queued()
    await world.work()

    assert (await outlook(world)).quota == Quota(used=11, total=50)


async def test_the_forecast_counts_what_the_bot_is_to_post_and_nothing_else(world: PostingWorld) -> None:
    await read(world, 48)
    for hours in (1, 2, 3, 30):
        await world.queued(at=world.clock.now() + hours * HOUR)
    await world.queue.add(
        QueueRequest(
            workspace_id=world.workspace.id,
            media=(await world.media(),),
            placement="story",
            lane=Lane.MANUAL,
            at=world.clock.now() + MINUTE,
        ),
        by="test",
    )

    assert (await outlook(world)).runs_out_at == world.clock.now() + 3 * HOUR


async def test_what_waits_already_counts_as_planned_for_now(world: PostingWorld) -> None:
    await read(world, 50)
    await world.queued()
    world.clock.advance(HOUR)

    assert (await outlook(world)).runs_out_at == world.clock.now()


async def test_a_reading_of_yesterday_says_nothing_of_today(world: PostingWorld) -> None:
    await read(world, 50)
    world.clock.advance(25 * HOUR)

    assert (await outlook(world)).quota == Quota(used=0, total=50)


async def test_a_later_reading_stays_when_an_earlier_one_comes_in(world: PostingWorld) -> None:
    await read(world, 20)
    world.clock.set(-HOUR)
    await read(world, 10)
    world.clock.set(HOUR)

    assert (await outlook(world)).quota.used == 20


async def test_the_team_is_told_at_four_fifths_and_when_all_is_used_once_each_and_when_it_is_over(
    world: PostingWorld,
) -> None:
    await read(world, 39)
    for used in (39, 40, 45, 50, 50, 45, 39, 39):
        world.publisher.quota_answer = Quota(used=used, total=50)
        world.clock.advance(5 * MINUTE)
        await read(world, used)
        await world.quotas.watch()

    assert await told(world) == [(80, False), (100, False), (0, True)]


async def test_a_post_that_finds_little_left_tells_so_at_once(world: PostingWorld) -> None:
    for used in (39, 40, 41, 50):
        world.publisher.quota_answer = Quota(used=used, total=50)
        await world.queued()
        await world.work()
        world.clock.advance(2 * MINUTE)

    assert await told(world) == [(80, False), (100, False)]


async def test_the_alert_says_when_the_quota_runs_out(world: PostingWorld) -> None:
    world.publisher.quota_answer = Quota(used=49, total=50)
    await read(world, 49)
    for hours in (1, 2):
        await world.queued(at=world.clock.now() + hours * HOUR)

    await world.quotas.watch()

    (alert,) = [each.message for each in await world.sent() if isinstance(each.message, SendAlert)]
    assert alert.detail == (
        "49 of 50 posts of 24 hours are used. With what is planned none is left from 2026-01-05 14:00 on."
    )


async def test_a_platform_is_asked_only_where_little_is_left(world: PostingWorld) -> None:
    await read(world, 30)

    await world.quotas.watch()

    assert world.publisher.quota_calls == 0


async def test_a_platform_that_does_not_answer_leaves_the_last_reading(world: PostingWorld) -> None:
    await read(world, 50)
    world.publisher.quota_error = TransientError("no answer")

    await world.quotas.watch()

    assert await told(world) == [(100, False)]


@pytest.mark.parametrize("state", [AccountState.PAUSED, AccountState.NEEDS_RECONNECT])
async def test_an_account_that_does_not_post_is_not_asked(
    sqlite_world: PostingWorld, state: AccountState
) -> None:
    await read(sqlite_world, 50)
    await sqlite_world.accounts.set_state(sqlite_world.account, state, reason="", by="test")

    await sqlite_world.quotas.watch()

    assert sqlite_world.publisher.quota_calls == 0


async def test_checking_an_account_stores_what_its_platform_says(world: PostingWorld) -> None:
    world.publisher.quota_answer = Quota(used=7, total=50)

    await world.accounts.check(world.account)

    assert (await outlook(world)).quota.used == 7
