"""Alerts on their way to the chat and to the admins' private chats."""

import logging

import pytest

from domain.ids import UserId
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from support.bot_world import BotWorld
from support.telegram_api import ANNA, GROUP, STRANGER, until


async def pause(team: BotWorld, *admins: int) -> None:
    alerts = AlertService(clock=team.clock, admin_ids=[UserId(number) for number in admins])
    async with team.database.begin() as uow:
        await alerts.raise_(uow, team.workspace, SendAlert(kind=AlertKind.PAUSED, account_id=team.account.id))
        await uow.commit()


def texts(team: BotWorld, chat: int) -> list[str]:
    return [message.content.get("text", "") for message in team.telegram.messages(chat)]


async def test_an_admin_who_never_wrote_to_the_bot_holds_nothing_up_and_is_no_error(
    team: BotWorld, caplog: pytest.LogCaptureFixture
) -> None:
    await pause(team, STRANGER)

    async with team.running():
        await until(team.outbox_is_empty)

    (text,) = texts(team, GROUP)
    assert text.startswith("⏸ harbour.lane is paused")
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_an_admin_in_private_reads_which_team_it_is_about(team: BotWorld) -> None:
    await pause(team, ANNA)

    async with team.running():
        await until(team.outbox_is_empty)

    assert texts(team, ANNA)[-1].startswith("Harbour Lane\n⏸ harbour.lane is paused")
