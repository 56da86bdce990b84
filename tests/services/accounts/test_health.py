import datetime as dt

import pytest

from domain.account import AccessToken, AccountState
from domain.errors import TransientError
from domain.token import STEPS
from services.messages import AlertKind
from support.databases import statements_of
from support.fake_network import FAKE
from support.token_world import TokenWorld

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
TO_NIGHT = 14 * HOUR
"""From the noon at which the tests begin to two o'clock."""


async def test_every_account_is_checked_once_a_night_at_two(tokens: TokenWorld) -> None:
    assert await tokens.check_after(TO_NIGHT - HOUR) == 0
    assert await tokens.check_after(HOUR) == 1
    assert await tokens.check_after(HOUR) == 0
    assert await tokens.check_after(DAY - 2 * HOUR) == 0
    assert await tokens.check_after(HOUR) == 1

    assert await tokens.told() == []


async def test_a_night_that_was_missed_is_made_up_for(tokens: TokenWorld) -> None:
    assert await tokens.check_after(3 * DAY) == 1
    assert await tokens.check_after(HOUR) == 0


async def test_what_was_checked_tonight_costs_one_statement(tokens: TokenWorld) -> None:
    await tokens.check_after(TO_NIGHT)

    with statements_of(tokens.world.engine) as statements:
        await tokens.health.check_due()

    assert len(statements) == 1


@pytest.mark.parametrize("subcode", [458, 459, 460, 463, 464, 467, 490, 492])
async def test_dead_access_is_found_in_the_night_and_told_of_once(tokens: TokenWorld, subcode: int) -> None:
    tokens.platform.kill(await tokens.token(), subcode)

    await tokens.check_after(TO_NIGHT)
    await tokens.check_after(DAY)

    assert await tokens.state() is AccountState.NEEDS_RECONNECT
    assert await tokens.told() == [(AlertKind.RECONNECT, 0)]


async def test_a_platform_that_does_not_answer_changes_nothing_and_is_asked_again_in_an_hour(
    tokens: TokenWorld,
) -> None:
    tokens.platform.outages = [TransientError("Meta is down")]

    assert await tokens.check_after(TO_NIGHT) == 0
    assert await tokens.check_after(HOUR / 2) == 0
    assert await tokens.check_after(HOUR / 2) == 1

    assert await tokens.state() is AccountState.ACTIVE
    assert await tokens.told() == []


async def test_each_step_towards_the_end_is_told_of_once(tokens: TokenWorld) -> None:
    tokens.platform.errors = []

    for _ in range(60):
        await tokens.check_after(DAY)

    steps = [(AlertKind.RUNNING_OUT, -step.days) for step in sorted(STEPS, reverse=True)]
    assert await tokens.told() == [*steps, (AlertKind.RECONNECT, 0)]
    assert await tokens.state() is AccountState.NEEDS_RECONNECT


async def test_only_the_nearest_step_is_told_of_after_a_silence(tokens: TokenWorld) -> None:
    await tokens.check_after(58 * DAY)

    assert await tokens.told() == [(AlertKind.RUNNING_OUT, -3)]


async def test_a_consent_that_ends_is_told_of_and_that_it_was_given_again(tokens: TokenWorld) -> None:
    tokens.platform.consent_ends_at = tokens.world.clock.now() + 8 * DAY
    await tokens.check_after(DAY)
    await tokens.check_after(DAY)
    await tokens.check_after(DAY)

    tokens.platform.consent_ends_at = tokens.world.clock.now() + 90 * DAY
    await tokens.check_after(DAY)

    assert await tokens.told() == [
        (AlertKind.CONSENT_ENDING, -7),
        (AlertKind.CONSENT_ENDING, "over"),
    ]


async def test_access_that_was_renewed_meanwhile_is_not_declared_dead(tokens: TokenWorld) -> None:
    old = await tokens.token()
    tokens.platform.kill(old, 460)
    tokens.platform.while_asked = tokens.connect

    await tokens.check_after(TO_NIGHT)

    assert await tokens.token() != old
    assert await tokens.state() is AccountState.ACTIVE


async def test_an_account_that_breaks_does_not_keep_the_others_from_being_checked(
    tokens: TokenWorld,
) -> None:
    await tokens.accounts.add(
        tokens.world.workspace.id,
        platform=FAKE,
        external_id="2",
        name="second",
        login=None,
        token=AccessToken("what a person pasted"),
        by="test",
    )
    tokens.platform.outages = [RuntimeError("a bug")]

    assert await tokens.check_after(TO_NIGHT) == 1
    assert await tokens.check_after(HOUR) == 1
    assert await tokens.told() == []
