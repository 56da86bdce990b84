import asyncio
import datetime as dt
from typing import Any

import pytest

from sandbox.telegram.stand_in import PressAnswer, TelegramStandIn
from sandbox.world import World
from support.telegram_api import ANNA, GROUP, STRANGER, BotClient, button

TOO_OLD = (400, "Bad Request: query is too old and response timeout expired or query ID is invalid")


async def pressed(bot: BotClient) -> dict[str, Any]:
    [update] = await bot.result("getUpdates", timeout=5)
    query: dict[str, Any] = update["callback_query"]
    return query


async def test_a_press_arrives_with_the_message_and_its_answer_is_shown(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="card", reply_markup=button(callback_data="skip:1"))
    press = asyncio.create_task(
        telegram.press(chat_id=GROUP, message_id=1, user_id=ANNA, data="skip:1", wait_seconds=5)
    )

    query = await pressed(bot)
    await bot.result("answerCallbackQuery", callback_query_id=query["id"], text="Skipped", show_alert=True)

    assert await press == PressAnswer(answered=True, text="Skipped", show_alert=True)
    assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("skip:1", ANNA, "card")
    assert query["chat_instance"]


async def test_presses_in_one_chat_share_their_chat_instance(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    for _ in range(2):
        await telegram.press(chat_id=GROUP, message_id=1, user_id=ANNA, data="x", wait_seconds=0)

    one, two = await bot.result("getUpdates")

    assert one["callback_query"]["chat_instance"] == two["callback_query"]["chat_instance"]
    assert one["callback_query"]["id"] != two["callback_query"]["id"]


async def test_a_press_that_nobody_answers_shows_nothing(telegram: TelegramStandIn) -> None:
    answer = await telegram.press(chat_id=GROUP, message_id=1, user_id=ANNA, data="x", wait_seconds=0.01)

    assert answer == PressAnswer(answered=False)


async def test_a_forged_press_arrives_with_an_inaccessible_message(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    await telegram.press(chat_id=GROUP, message_id=99, user_id=STRANGER, data="forged", wait_seconds=0)

    query = await pressed(bot)

    assert query["message"] == {
        "chat": {"id": GROUP, "title": "Team", "type": "supergroup"},
        "message_id": 99,
        "date": 0,
    }


async def test_a_press_is_answered_once(bot: BotClient, telegram: TelegramStandIn) -> None:
    await telegram.press(chat_id=GROUP, message_id=1, user_id=ANNA, data="x", wait_seconds=0)
    query = await pressed(bot)

    await bot.result("answerCallbackQuery", callback_query_id=query["id"])

    assert await bot.refusal("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD


@pytest.mark.parametrize("seconds", [16, 3600])
async def test_a_late_answer_is_refused(
    bot: BotClient, telegram: TelegramStandIn, world: World, seconds: int
) -> None:
    await telegram.press(chat_id=GROUP, message_id=1, user_id=ANNA, data="x", wait_seconds=0)
    query = await pressed(bot)

    world.clock.advance(dt.timedelta(seconds=seconds))

    assert await bot.refusal("answerCallbackQuery", callback_query_id=query["id"]) == TOO_OLD


async def test_an_answer_to_nothing_is_refused(bot: BotClient) -> None:
    assert await bot.refusal("answerCallbackQuery", callback_query_id="1") == TOO_OLD


async def test_an_answer_has_200_characters_at_most(bot: BotClient, telegram: TelegramStandIn) -> None:
    await telegram.press(chat_id=GROUP, message_id=1, user_id=ANNA, data="x", wait_seconds=0)
    query_id = (await pressed(bot))["id"]

    assert await bot.refusal("answerCallbackQuery", callback_query_id=query_id, text="x" * 201) == (
        400,
        "Bad Request: MESSAGE_TOO_LONG",
    )
    assert await bot.result("answerCallbackQuery", callback_query_id=query_id, text="x" * 200) is True
