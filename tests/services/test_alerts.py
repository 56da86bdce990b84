import dataclasses

import pytest

from domain.ids import AccountId, ChatId, PublicationId, UserId
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert, Urgency
from services.repositories.chat import Outgoing
from support.posting_world import CHAT, PostingWorld

ADMIN = UserId(7)
PAUSED = SendAlert(kind=AlertKind.PAUSED, account_id=AccountId(1))


@dataclasses.dataclass(frozen=True, slots=True)
class Alerts:
    """A team's alerts, with one admin beside the chat."""

    world: PostingWorld
    service: AlertService

    async def raised(self, alert: SendAlert) -> bool:
        async with self.world.database.begin() as uow:
            is_news = await self.service.raise_(uow, self.world.workspace, alert)
            await uow.commit()
        return is_news

    async def ended(self, alert: SendAlert, *, quietly: bool = False) -> bool:
        async with self.world.database.begin() as uow:
            was_open = await self.service.end(uow, self.world.workspace, alert, quietly=quietly)
            await uow.commit()
        return was_open

    async def waiting(self) -> list[Outgoing]:
        return await self.world.sent()


@pytest.fixture
def alerts(sqlite_world: PostingWorld) -> Alerts:
    return Alerts(sqlite_world, AlertService(clock=sqlite_world.clock, admin_ids=[ADMIN]))


async def test_an_alert_goes_to_the_chat_and_to_each_admin_at_once(alerts: Alerts) -> None:
    assert await alerts.raised(PAUSED)

    waiting = await alerts.waiting()
    said = dataclasses.replace(PAUSED, workspace_id=alerts.world.workspace.id)
    assert [outgoing.chat_id for outgoing in waiting] == [CHAT, ChatId(ADMIN)]
    assert [outgoing.message for outgoing in waiting] == [said, said]
    assert {outgoing.urgency for outgoing in waiting} == {Urgency.ALERT}


async def test_an_admin_whose_private_chat_is_the_teams_hears_it_once(sqlite_world: PostingWorld) -> None:
    alone = Alerts(sqlite_world, AlertService(clock=sqlite_world.clock, admin_ids=[UserId(CHAT)]))

    await alone.raised(PAUSED)

    assert len(await alone.waiting()) == 1


async def test_what_lasts_is_told_once_until_it_is_over(alerts: Alerts) -> None:
    assert [await alerts.raised(PAUSED) for _ in range(2)] == [True, False]
    assert [await alerts.ended(PAUSED) for _ in range(2)] == [True, False]
    assert await alerts.raised(PAUSED)

    in_chat = [outgoing.message for outgoing in await alerts.waiting() if outgoing.chat_id == CHAT]
    assert [message.is_over for message in in_chat if isinstance(message, SendAlert)] == [False, True, False]


async def test_what_was_never_told_is_not_said_to_be_over(alerts: Alerts) -> None:
    assert not await alerts.ended(PAUSED)
    assert await alerts.waiting() == []


async def test_what_ends_by_something_that_is_told_ends_quietly(alerts: Alerts) -> None:
    await alerts.raised(PAUSED)
    told = await alerts.waiting()

    assert await alerts.ended(PAUSED, quietly=True)
    assert await alerts.waiting() == told


async def test_what_gets_worse_is_told_again(alerts: Alerts) -> None:
    quota = SendAlert(kind=AlertKind.QUOTA, account_id=AccountId(1))

    assert [await alerts.raised(dataclasses.replace(quota, level=level)) for level in (80, 80, 100, 90)] == [
        True,
        False,
        True,
        False,
    ]


async def test_a_moment_is_told_every_time(alerts: Alerts) -> None:
    missed = SendAlert(kind=AlertKind.MISSED, publication_id=PublicationId(1))

    assert [await alerts.raised(missed) for _ in range(2)] == [True, True]


async def test_what_is_told_in_a_transaction_that_fails_is_not_told(alerts: Alerts) -> None:
    async with alerts.world.database.begin() as uow:
        await alerts.service.raise_(uow, alerts.world.workspace, PAUSED)

    assert await alerts.waiting() == []
    assert await alerts.raised(PAUSED)
