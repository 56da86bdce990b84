import asyncio
import datetime as dt
import time
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from sandbox.telegram.limits import Limits
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.telegram.updates import UpdateQueue
from sandbox.world import World
from support.telegram_api import ANNA, BEN, GROUP, TOKEN, BotClient, moment, until


@pytest.fixture(autouse=True)
def _hasty(telegram: TelegramStandIn) -> None:
    telegram.limits.repeated_poll_seconds = 0
    telegram.limits.hasty_poll_seconds = 0


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


async def test_updates_wait_in_order_until_a_later_offset_confirms_them(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    for text in ("one", "two", "three"):
        telegram.say(chat_id=ANNA, user_id=ANNA, text=text)

    first = await bot.result("getUpdates")
    again = await bot.result("getUpdates", offset=first[0]["update_id"])
    later = await bot.result("getUpdates", offset=first[1]["update_id"] + 1)
    at_last = await bot.result("getUpdates")

    assert texts(first) == texts(again) == ["one", "two", "three"]
    assert texts(later) == texts(at_last) == ["three"]


async def test_a_limit_cuts_the_batch(bot: BotClient, telegram: TelegramStandIn) -> None:
    for text in ("one", "two"):
        telegram.say(chat_id=ANNA, user_id=ANNA, text=text)

    assert texts(await bot.result("getUpdates", limit=1)) == ["one"]


async def test_a_negative_offset_keeps_the_newest_and_forgets_the_rest(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    for text in ("one", "two", "three"):
        telegram.say(chat_id=ANNA, user_id=ANNA, text=text)

    assert texts(await bot.result("getUpdates", offset=-1)) == ["three"]
    assert texts(await bot.result("getUpdates")) == ["three"]


async def test_a_long_poll_answers_as_soon_as_something_happens(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    poll = asyncio.create_task(bot.result("getUpdates", timeout=30))
    await moment()
    started = time.monotonic()

    telegram.say(chat_id=ANNA, user_id=ANNA, text="now")

    assert texts(await poll) == ["now"]
    assert time.monotonic() - started < 0.5


async def test_a_second_poller_takes_over_and_the_first_is_failed(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    first = asyncio.create_task(bot.refusal("getUpdates", timeout=30))
    await moment()
    second = asyncio.create_task(bot.result("getUpdates", timeout=30))

    refusal = await first
    telegram.say(chat_id=ANNA, user_id=ANNA, text="for the second")

    assert refusal == (
        409,
        ("Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"),
    )
    assert texts(await second) == ["for the second"]


async def test_conflicts_in_a_row_are_answered_slowly(bot: BotClient, telegram: TelegramStandIn) -> None:
    telegram.limits.conflict_pause_seconds = 0.2
    await bot.result("setWebhook", url="http://127.0.0.1:9/")
    started = time.monotonic()

    await bot.refusal("getUpdates")
    quick = time.monotonic() - started
    await bot.refusal("getUpdates")

    assert quick < 0.2 <= time.monotonic() - started


async def test_a_poll_repeated_in_haste_waits_longer_and_gets_one_update(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    telegram.limits.repeated_poll_seconds = telegram.limits.hasty_poll_seconds = 0.3
    started = time.monotonic()

    await bot.result("getUpdates")
    await bot.result("getUpdates")
    waited = time.monotonic() - started
    telegram.say(chat_id=ANNA, user_id=ANNA, text="one")
    telegram.say(chat_id=ANNA, user_id=ANNA, text="two")
    await moment(0.3)
    whole = await bot.result("getUpdates")
    hasty = await bot.result("getUpdates")

    assert waited >= 0.3
    assert texts(whole) == ["one", "two"]
    assert texts(hasty) == ["one"]


async def test_a_press_that_nobody_fetched_in_150_seconds_is_gone_while_a_message_waits_a_day(
    bot: BotClient, telegram: TelegramStandIn, world: World
) -> None:
    await telegram.press(chat_id=GROUP, message_id=1, user_id=ANNA, data="go", wait_seconds=0)
    telegram.say(chat_id=ANNA, user_id=ANNA, text="hello")

    world.clock.advance(dt.timedelta(seconds=149))
    soon = await bot.result("getUpdates")
    world.clock.advance(dt.timedelta(seconds=2))
    later = await bot.result("getUpdates")
    world.clock.advance(dt.timedelta(days=1))
    next_day = await bot.result("getUpdates")

    assert [min(update) for update in soon] == ["callback_query", "message"]
    assert texts(later) == ["hello"]
    assert next_day == []


async def test_only_wanted_kinds_come_in_and_the_wish_lasts(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    await bot.result("getUpdates", allowed_updates=["callback_query"])
    telegram.say(chat_id=ANNA, user_id=ANNA, text="unwanted")

    assert await bot.result("getUpdates") == []


async def test_changes_of_other_members_come_in_on_request_only(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    telegram.add_member(chat_id=GROUP, user_id=BEN, status="left")
    before = await bot.result("getUpdates", allowed_updates=["chat_member"])

    telegram.add_member(chat_id=GROUP, user_id=BEN, status="member")

    after = await bot.result("getUpdates")
    assert before == []
    assert after[0]["chat_member"]["old_chat_member"]["status"] == "left"
    assert after[0]["chat_member"]["new_chat_member"]["status"] == "member"


async def test_a_bot_hears_that_it_was_removed(bot: BotClient, telegram: TelegramStandIn) -> None:
    telegram.add_member(chat_id=GROUP, user_id=70001, status="kicked")

    [update] = await bot.result("getUpdates")

    assert update["my_chat_member"]["new_chat_member"] == {
        "user": update["my_chat_member"]["from"],
        "status": "kicked",
        "until_date": 0,
    }


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("lunch?", []),
        ("/queue", ["/queue"]),
        ("/queue@test_bot", ["/queue@test_bot"]),
        ("/queue@other_bot", []),
    ],
)
async def test_privacy_mode_lets_only_commands_through_in_groups(
    bot: BotClient, telegram: TelegramStandIn, text: str, seen: list[str]
) -> None:
    telegram.say(chat_id=GROUP, user_id=ANNA, text=text)

    assert texts(await bot.result("getUpdates")) == seen


async def test_privacy_mode_lets_replies_to_the_bot_through(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="When?")

    telegram.say(chat_id=GROUP, user_id=ANNA, text="At six", reply_to_message_id=1)

    [update] = await bot.result("getUpdates")
    assert update["message"]["text"] == "At six"
    assert update["message"]["reply_to_message"]["message_id"] == 1


async def test_any_json_can_be_put_into_the_updates(bot: BotClient, telegram: TelegramStandIn) -> None:
    telegram.inject(token=TOKEN, update={"update_id": 5, "callback_query": {"id": 1, "from": None}})

    [update] = await bot.result("getUpdates")

    assert update["callback_query"] == {"id": 1, "from": None}
    assert update["update_id"] != 5


async def test_a_poll_whose_client_died_is_over(
    bot: BotClient, telegram: TelegramStandIn, world: World
) -> None:
    poll = asyncio.create_task(bot.result("getUpdates", timeout=30))
    await moment()
    poll.cancel()
    await until(lambda: is_over(world), within_seconds=2)

    telegram.say(chat_id=ANNA, user_id=ANNA, text="to nobody")
    updates = await bot.result("getUpdates")

    assert texts(updates) == ["to nobody"]
    assert [call.status for call in world.calls] == [499, 200]


async def is_over(world: World) -> bool:
    return world.calls[-1].status is not None


async def test_it_is_known_for_how_long_nobody_has_polled() -> None:
    queue = UpdateQueue(clock=SandboxClock(), limits=Limits(), first_id=1)
    await queue.poll(offset=0, limit=1, timeout_seconds=0)
    polling = asyncio.create_task(queue.poll(offset=0, limit=1, timeout_seconds=30))
    await moment()

    while_polled = queue.unheard_seconds()
    polling.cancel()
    await moment()
    later = queue.unheard_seconds()

    assert while_polled == 0
    assert 0.03 < later < 5
