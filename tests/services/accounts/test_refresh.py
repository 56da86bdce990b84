import datetime as dt

import pytest

from domain.account import AccessToken, AccountState
from domain.errors import AuthorizationError, PublishingError, RejectedError, TransientError
from domain.token import PAUSES
from services.accounts.refresh import CLAIM
from services.messages import AlertKind
from support.token_world import TokenWorld

DAY = dt.timedelta(days=1)
DUE = 40 * DAY
"""After so long, access of 60 days is renewed."""


async def audited(tokens: TokenWorld) -> list[str]:
    async with tokens.world.database.begin() as uow:
        return [entry.action for entry in await uow.audit.find(tokens.world.workspace.id)]


async def test_access_is_renewed_twenty_days_before_its_end_and_not_before(tokens: TokenWorld) -> None:
    old = await tokens.token()

    assert await tokens.refresh_after(DUE - DAY) == 0
    assert await tokens.token() == old
    assert await tokens.refresh_after(DAY) == 1

    assert await tokens.token() != old
    assert await tokens.told() == [(AlertKind.REFRESHED, 0)]
    assert (await audited(tokens))[0] == "token_refreshed"


async def test_renewed_access_is_renewed_again_when_its_time_comes(tokens: TokenWorld) -> None:
    await tokens.refresh_after(DUE)

    assert await tokens.refresh_after(DUE - DAY) == 0
    assert await tokens.refresh_after(DAY) == 1
    assert len(tokens.platform.renewed) == 2


async def test_an_answer_that_is_lost_does_not_cost_the_old_token(tokens: TokenWorld) -> None:
    old = await tokens.token()
    tokens.platform.silences = 1

    await tokens.refresh_after(DUE)

    assert await tokens.token() == old
    assert await tokens.state() is AccountState.ACTIVE
    assert await tokens.told() == []
    assert await tokens.refresh_after(PAUSES[0]) == 1
    assert await tokens.token() != old


async def test_renewals_that_fail_are_tried_again_after_growing_pauses_and_told_of_once(
    tokens: TokenWorld,
) -> None:
    tokens.platform.errors = [TransientError("Meta is down")] * (len(PAUSES) + 1)
    await tokens.refresh_after(DUE)

    for pause in (*PAUSES, PAUSES[-1]):
        assert await tokens.refresh_after(pause - dt.timedelta(seconds=1)) == 0
        assert await tokens.refresh_after(dt.timedelta(seconds=1)) == 1

    assert await tokens.told() == [(AlertKind.REFRESH_FAILED, 0), (AlertKind.REFRESHED, 0)]
    assert await tokens.state() is AccountState.ACTIVE


async def test_a_refused_renewal_of_a_dead_token_cuts_the_account_off_and_is_told_of_once(
    tokens: TokenWorld,
) -> None:
    tokens.platform.kill(await tokens.token(), 460)

    await tokens.refresh_after(DUE)
    await tokens.refresh_after(DAY)

    assert await tokens.state() is AccountState.NEEDS_RECONNECT
    assert await tokens.told() == [(AlertKind.RECONNECT, 0)]
    assert (await audited(tokens))[0] == "token_health_alert"


@pytest.mark.parametrize(
    "refusal", [AuthorizationError("a permission is missing", code=10), RejectedError("wrong app secret")]
)
async def test_a_refused_renewal_of_a_token_that_works_leaves_the_account_as_it_is(
    tokens: TokenWorld, refusal: PublishingError
) -> None:
    tokens.platform.errors = [refusal] * 3
    old = await tokens.token()

    await tokens.refresh_after(DUE)
    for pause in PAUSES[:2]:
        await tokens.refresh_after(pause)

    assert await tokens.state() is AccountState.ACTIVE
    assert await tokens.token() == old
    assert await tokens.told() == [(AlertKind.REFRESH_FAILED, 0)]


async def test_connecting_anew_ends_what_was_told(tokens: TokenWorld) -> None:
    tokens.platform.kill(await tokens.token(), 458)
    await tokens.refresh_after(DUE)

    await tokens.connect()

    assert await tokens.state() is AccountState.ACTIVE
    assert await tokens.told() == [(AlertKind.RECONNECT, 0), (AlertKind.RECONNECT, "over")]
    assert await tokens.refresh_after(DUE) == 1


async def test_of_two_replicas_one_renews(tokens: TokenWorld) -> None:
    tokens.platform.errors = [TransientError("slow")]
    await tokens.refresh_after(DUE)
    async with tokens.world.database.begin() as uow:
        now = tokens.world.clock.now() + PAUSES[0]
        claimed = await uow.accounts.claim_refreshes(now=now, until=now + CLAIM, limit=10)
        await uow.commit()

    assert len(claimed) == 1
    assert await tokens.refresh_after(PAUSES[0]) == 0
    assert await tokens.refresh_after(CLAIM) == 1


async def test_an_answer_that_comes_after_a_newer_token_is_dropped(tokens: TokenWorld) -> None:
    async with tokens.world.database.begin() as uow:
        now = tokens.world.clock.now() + DUE
        [held] = await uow.accounts.claim_refreshes(now=now, until=now, limit=10)
    await tokens.connect()
    newer = await tokens.token()

    async with tokens.world.database.begin() as uow:
        replaced = await uow.accounts.replace_token(
            held, tokens.platform.grant(), refresh_after=None, at=tokens.world.clock.now()
        )
        counted = await uow.accounts.put_off_refresh(held, until=None)
        await uow.commit()

    assert (replaced, counted) == (False, False)
    assert await tokens.token() == newer


async def test_a_paused_account_keeps_its_access_alive(tokens: TokenWorld) -> None:
    await tokens.accounts.set_state(tokens.world.account, AccountState.PAUSED, reason="", by="test")

    assert await tokens.refresh_after(DUE) == 1
    assert await tokens.state() is AccountState.PAUSED


async def test_a_removed_account_is_left_alone(tokens: TokenWorld) -> None:
    await tokens.accounts.set_state(tokens.world.account, AccountState.REMOVED, reason="", by="test")

    assert await tokens.refresh_after(DUE) == 0


async def test_a_new_token_that_does_not_work_does_not_replace_the_old(tokens: TokenWorld) -> None:
    old = await tokens.token()
    tokens.platform.kill_next(467)

    await tokens.refresh_after(DUE)

    assert await tokens.token() == old
    assert await tokens.state() is AccountState.ACTIVE
    assert await tokens.told() == [(AlertKind.REFRESH_FAILED, 0)]


async def test_no_token_is_in_what_is_told_or_logged(
    tokens: TokenWorld, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    tokens.platform.errors = [AuthorizationError("refused", code=10)]

    await tokens.refresh_after(DUE)

    secret: AccessToken = await tokens.token()
    assert secret.value not in caplog.text
    assert all(secret.value not in str(outgoing.message) for outgoing in await tokens.world.sent())


async def test_a_renewal_that_breaks_is_tried_again_in_a_while(tokens: TokenWorld) -> None:
    tokens.platform.errors = [RuntimeError("a bug")]

    assert await tokens.refresh_after(DUE) == 1
    assert await tokens.refresh_after(CLAIM) == 1

    assert await tokens.told() == [(AlertKind.REFRESHED, 0)]
