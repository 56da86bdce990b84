"""A process dies at every place at which it deals with access: none is lost, and nothing is told twice."""

import contextlib
import datetime as dt
from collections.abc import Awaitable, Callable

import pytest

from domain.account import AccountState
from domain.token import Grant
from services.messages import AlertKind
from support.boundaries import Boundaries, ProcessDiedError
from support.crashes import at_every_place
from support.token_world import TokenWorld

DAY = dt.timedelta(days=1)
DUE = 40 * DAY


async def refresh(process: TokenWorld) -> None:
    await process.refreshing.refresh_due()


async def check(process: TokenWorld) -> None:
    await process.health.check_due()


async def lives_or_dies(flow: Callable[[TokenWorld], Awaitable[None]], process: TokenWorld) -> None:
    with contextlib.suppress(ProcessDiedError):
        await flow(process)


async def test_a_renewal_survives_a_crash_at_every_place(tokens: TokenWorld) -> None:
    async def one(places: Boundaries) -> None:
        await tokens.connect()
        old, told_before = await tokens.token(), await tokens.told()
        tokens.world.clock.advance(DUE)

        await lives_or_dies(refresh, tokens.restarted(places))
        await tokens.platform.inspect(tokens.world.account, Grant(token=await tokens.token()))
        await tokens.refresh_after(DAY / 2)

        assert await tokens.token() != old
        assert await tokens.state() is AccountState.ACTIVE
        assert (await tokens.told())[len(told_before) :] == [(AlertKind.REFRESHED, 0)]

    await at_every_place(one)


@pytest.mark.parametrize("flow", [refresh, check])
async def test_the_end_of_an_access_is_told_once_whenever_the_process_dies(
    tokens: TokenWorld, flow: Callable[[TokenWorld], Awaitable[None]]
) -> None:
    async def one(places: Boundaries) -> None:
        await tokens.connect()
        told_before = await tokens.told()
        tokens.platform.kill(await tokens.token(), 460)
        tokens.world.clock.advance(DUE)

        await lives_or_dies(flow, tokens.restarted(places))
        tokens.world.clock.advance(DAY / 2)
        await flow(tokens)

        assert await tokens.state() is AccountState.NEEDS_RECONNECT
        assert (await tokens.told())[len(told_before) :] == [(AlertKind.RECONNECT, 0)]

    await at_every_place(one)
