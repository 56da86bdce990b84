"""Sixty days of three accounts: an Instagram Login, a Facebook Login and a Page, on the sandbox's clock."""

from collections import Counter
from collections.abc import AsyncGenerator

import pytest

from domain.account import AccountState
from sandbox.faults import Effect, Fault
from services.messages import AlertKind
from support.databases import open_engine
from support.token_life import ADMIN, NAMES, TokenLife, Told, token_life

ENDINGS = [458, 459, 460, 463, 464, 467, 490, 492]


@pytest.fixture
async def life(sqlite_url: str) -> AsyncGenerator[TokenLife]:
    """On SQLite: the statements have tests of their own on either database."""
    async with open_engine(sqlite_url) as engine, token_life(engine) as life:
        yield life


def refreshed(name: str) -> Told:
    return Told(name, AlertKind.REFRESHED, 0, is_over=False)


async def test_sixty_days_without_trouble_renew_each_access_once_and_in_time(life: TokenLife) -> None:
    before = {name: await life.token(name) for name in NAMES}

    await life.live(37)
    assert await life.told() == []
    await life.live(23)

    assert Counter(await life.told()) == Counter(refreshed(name) for name in NAMES)
    assert await life.told(ADMIN) == await life.told()
    assert [name for name in NAMES if await life.token(name) == before[name]] == []
    assert [(await life.account(name)).state for name in NAMES] == [AccountState.ACTIVE] * len(NAMES)


async def test_every_way_a_token_ends_is_told_of_once_and_so_is_its_end(life: TokenLife) -> None:
    names = [list(NAMES)[number % len(NAMES)] for number in range(len(ENDINGS))]
    cut_off = list[AccountState]()

    for name, subcode in zip(names, ENDINGS, strict=True):
        life.meta.graph.kill_token(await life.token(name), subcode=subcode)
        await life.live(2)
        cut_off.append((await life.account(name)).state)
        await life.connect(name)
        await life.live(1)

    assert cut_off == [AccountState.NEEDS_RECONNECT] * len(ENDINGS)
    assert await life.told() == [
        Told(name, AlertKind.RECONNECT, 0, is_over=is_over) for name in names for is_over in (False, True)
    ]
    assert await life.told(ADMIN) == await life.told()


@pytest.mark.parametrize(
    ("fault", "is_told"),
    [
        (Fault(service="graph", effect=Effect.LOSE_ANSWER), False),
        (Fault(service="graph", effect=Effect.DROP), False),
        (Fault(service="graph", status=200, body={"no": "token"}), False),
        (Fault(service="graph", status=500, body={"error": {"code": 2, "message": "down"}}), False),
        (Fault(service="graph", status=403, body={"error": {"code": 4, "message": "slow"}}), False),
        (Fault(service="graph", status=400, body={"error": {"code": 10, "message": "not granted"}}), True),
        (
            Fault(
                service="graph",
                status=400,
                body={"error": {"code": 190, "error_subcode": 460, "message": "changed"}},
            ),
            True,
        ),
    ],
    ids=["answer lost", "no answer", "no token", "down", "throttled", "not granted", "refused though alive"],
)
@pytest.mark.parametrize(("name", "operation"), [("own", "refresh_token"), ("page", "exchange_token")])
async def test_a_renewal_that_fails_once_is_made_up_for(
    life: TokenLife, name: str, operation: str, fault: Fault, *, is_told: bool
) -> None:
    life.meta.later(days=37)
    old = await life.token(name)
    fault.operation, fault.remaining = operation, 1
    life.meta.world.faults.add(fault)

    await life.live(7)

    failed = [Told(about, AlertKind.REFRESH_FAILED, 0, is_over=False) for about in NAMES]
    told = await life.told()
    assert sum(each in failed for each in told) == is_told
    assert Counter(each for each in told if each not in failed) == Counter(map(refreshed, NAMES))
    assert await life.token(name) != old


async def test_access_that_cannot_be_renewed_is_warned_of_step_by_step(life: TokenLife) -> None:
    life.meta.world.faults.add(Fault(service="graph", operation="refresh_token", status=500))

    await life.live(62)

    assert [each for each in await life.told() if each.about == "own"] == [
        Told("own", AlertKind.REFRESH_FAILED, 0, is_over=False),
        *(Told("own", AlertKind.RUNNING_OUT, -days, is_over=False) for days in (14, 7, 3, 1)),
        Told("own", AlertKind.RECONNECT, 0, is_over=False),
    ]
    assert (await life.account("own")).state is AccountState.NEEDS_RECONNECT


async def test_a_consent_of_ninety_days_is_warned_of_where_posting_ends_with_it(life: TokenLife) -> None:
    life.meta.later(days=70)
    await life.live(18)

    ending = [each for each in await life.told() if each.kind == AlertKind.CONSENT_ENDING]
    assert ending == [Told("linked", AlertKind.CONSENT_ENDING, -days, is_over=False) for days in (14, 7, 3)]
