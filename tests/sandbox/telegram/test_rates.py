import datetime as dt

from sandbox.telegram.limits import Window
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World
from support.media_files import image
from support.telegram_api import ANNA, GROUP, BotClient


async def test_one_chat_takes_a_small_burst_and_then_one_message_a_second(
    bot: BotClient, world: World
) -> None:
    for number in range(3):
        await bot.result("sendMessage", chat_id=ANNA, text=str(number))

    response = await bot.call("sendMessage", chat_id=ANNA, text="too fast")

    assert response.status_code == 429
    assert response.headers["retry-after"] == "3"
    assert response.json() == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 3",
        "parameters": {"retry_after": 3},
    }
    world.clock.advance(dt.timedelta(seconds=3))
    assert await bot.result("sendMessage", chat_id=ANNA, text="in time")


async def test_a_group_takes_twenty_a_minute_edits_among_them(bot: BotClient, world: World) -> None:
    for number in range(19):
        await bot.result("sendMessage", chat_id=GROUP, text=str(number))
        world.clock.advance(dt.timedelta(seconds=1))
    await bot.result("editMessageText", chat_id=GROUP, message_id=1, text="edited")

    status, description = await bot.refusal("sendMessage", chat_id=GROUP, text="21st")

    assert status == 429
    assert description == "Too Many Requests: retry after 41"
    assert await bot.result("sendMessage", chat_id=ANNA, text="another chat")


async def test_all_chats_together_have_a_limit(bot: BotClient, telegram: TelegramStandIn) -> None:
    telegram.limits.overall = Window(count=2, seconds=10)
    await bot.result("sendMessage", chat_id=GROUP, text="one")
    await bot.result("sendMessage", chat_id=ANNA, text="two")

    assert (await bot.refusal("sendMessage", chat_id=ANNA, text="three"))[0] == 429


async def test_an_album_counts_for_each_of_its_items(bot: BotClient) -> None:
    media = [{"type": "photo", "media": "attach://one"}] * 3
    await bot.result("sendMediaGroup", chat_id=ANNA, media=media, files={"one": ("a.jpg", image())})

    assert (await bot.refusal("sendMessage", chat_id=ANNA, text="too fast"))[0] == 429


async def test_a_refused_message_is_not_sent_and_not_counted(
    bot: BotClient, telegram: TelegramStandIn, world: World
) -> None:
    telegram.limits.per_chat = Window(count=1, seconds=2)
    await bot.result("sendMessage", chat_id=ANNA, text="one")
    for _ in range(3):
        await bot.refusal("sendMessage", chat_id=ANNA, text="no")
    world.clock.advance(dt.timedelta(seconds=2))

    await bot.result("sendMessage", chat_id=ANNA, text="two")

    assert [message.content["text"] for message in telegram.messages(ANNA)] == ["one", "two"]


async def test_answers_and_reads_are_not_limited(bot: BotClient) -> None:
    for _ in range(40):
        await bot.result("getChat", chat_id=GROUP)
