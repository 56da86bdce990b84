"""Polling a Telegram that conflicts, fails and answers nonsense."""

import asyncio
import time
from typing import Any

import pytest

from sandbox.faults import Effect, Fault
from support.bot_world import BotWorld
from support.telegram_api import ANNA, GROUP, TOKEN, until


async def is_answered(team: BotWorld) -> bool:
    return any(message.content.get("text", "").startswith("I keep") for message in team.shown())


def trouble(**fields: Any) -> Fault:
    """Return a fault of the next three polls."""
    return Fault(service="telegram", operation="getUpdates", remaining=3, **fields)


@pytest.mark.parametrize(
    "fault",
    [
        trouble(status=409, body={"ok": False, "error_code": 409, "description": "Conflict: other poller"}),
        trouble(status=401, body={"ok": False, "error_code": 401, "description": "Unauthorized"}),
        trouble(status=429, headers={"Retry-After": "2"}),
        trouble(status=502),
        trouble(status=200, body={"ok": True, "result": {"not": "a list"}}),
        trouble(status=200, body=["nonsense"]),
        trouble(status=200, body={"ok": True, "result": [{"no_number": 1}, "x", {"update_id": "5"}, None]}),
        trouble(effect=Effect.DROP),
        trouble(effect=Effect.LOSE_ANSWER),
    ],
    ids=[
        "conflict",
        "unauthorized",
        "too fast",
        "server",
        "no list",
        "no object",
        "no numbers",
        "drop",
        "lost",
    ],
)
async def test_polling_goes_on_whatever_telegram_answers(team: BotWorld, fault: Fault) -> None:
    fault.remaining, fault.hits = 3, 0
    team.world.faults.add(fault)

    async with team.running():
        team.telegram.say(chat_id=GROUP, user_id=ANNA, text="/help")
        await until(lambda: is_answered(team), within_seconds=10)

    assert fault.hits == 3


async def test_each_kind_of_trouble_is_logged_once(
    team: BotWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    team.world.faults.add(trouble(status=502))

    async with team.running():
        team.telegram.say(chat_id=GROUP, user_id=ANNA, text="/help")
        await until(lambda: is_answered(team), within_seconds=10)

    logged = capsys.readouterr().out
    assert logged.count("intake.trouble") == 1
    assert logged.count("intake.recovered") == 1
    assert TOKEN not in logged


async def test_a_webhook_that_is_still_set_is_taken_away(team: BotWorld) -> None:
    await team.bot.set_webhook("https://127.0.0.1:8443/hook")

    async with team.running():
        team.telegram.say(chat_id=GROUP, user_id=ANNA, text="/help")
        await until(lambda: is_answered(team))


async def test_an_update_is_confirmed_only_when_it_is_stored(team: BotWorld) -> None:
    async with team.running():
        team.telegram.say(chat_id=GROUP, user_id=ANNA, text="/help")
        await until(lambda: is_answered(team))

    polls = [call for call in team.world.calls if call.operation == "getUpdates"]
    offsets = [int(call.params["offset"]) for call in polls if "offset" in call.params]
    assert offsets
    async with team.database.begin() as uow:
        await uow.inbox.add({max(offsets) - 1: "the last one that was confirmed"}, at=team.clock.now())
        assert await uow.inbox.unhandled(limit=1) == []


async def test_the_bot_stops_within_a_second_while_a_poll_is_open(team: BotWorld) -> None:
    async with team.running():
        await asyncio.wait_for(is_polling(team), timeout=5)
        started = time.monotonic()

    assert time.monotonic() - started < 1


async def is_polling(team: BotWorld) -> None:
    await until(lambda: has_polled(team))


async def has_polled(team: BotWorld) -> bool:
    return any(call.operation == "getUpdates" for call in team.world.calls)


async def test_every_loop_shows_that_it_is_alive(team: BotWorld) -> None:
    async with team.running():
        await asyncio.wait_for(is_polling(team), timeout=5)

        assert set(team.runner.ages()) == {"intake", "dispatch", "contributions", "sender"}
