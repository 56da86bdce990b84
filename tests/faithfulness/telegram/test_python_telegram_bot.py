"""The library that the product uses drives the stand-in: its calls, its errors, its polling, its handlers."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any, cast

import pytest
import telegram as ptb
from telegram import error
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, Updater

from sandbox.faults import Effect, Fault
from sandbox.telegram.limits import Window
from sandbox.telegram.stand_in import PressAnswer, TelegramStandIn
from sandbox.world import World
from support.media_files import image, video
from support.telegram_api import ANNA, GROUP, STRANGER, TOKEN, BotClient, moment

AnyApplication = Application[Any, Any, Any, Any, Any, Any]
KEYBOARD = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("Go", callback_data="ptb:go")]])

Doing = Callable[[ptb.Bot], Awaitable[object]]
REFUSALS: list[tuple[Doing, type[error.TelegramError], str]] = [
    (lambda bot: bot.send_message(-1, "x"), error.BadRequest, "Chat not found"),
    (lambda bot: bot.send_message(GROUP, "<b>x", parse_mode="HTML"), error.BadRequest, "Can't parse"),
    (lambda bot: bot.edit_message_text("one", GROUP, 1), error.BadRequest, "Message is not modified"),
    (lambda bot: bot.send_message(STRANGER, "x"), error.Forbidden, "bot can't initiate conversation"),
    (lambda bot: bot.send_message(-55, "x"), error.ChatMigrated, "New chat id: -10055"),
    (lambda bot: bot.send_message(ANNA, "x"), error.RetryAfter, "Flood control exceeded"),
    (lambda bot: bot.do_api_request("sendSmoke"), error.EndPointNotFound, "sendSmoke"),
    (lambda bot: bot.get_my_name(), error.NetworkError, "Bad Gateway"),
    (lambda bot: bot.get_my_commands(), error.NetworkError, "Server disconnected"),
]


@pytest.fixture(autouse=True)
def _exact_durations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # without it the library warns of its own attribute


@pytest.fixture
async def application(bot: BotClient, telegram: TelegramStandIn) -> AsyncGenerator[AnyApplication]:
    telegram.limits.repeated_poll_seconds = 0
    base = str(bot.http.base_url).rstrip("/")
    builder = ApplicationBuilder().token(TOKEN).base_url(f"{base}/bot").base_file_url(f"{base}/file/bot")
    application = cast("AnyApplication", builder.job_queue(None).build())
    async with application:
        yield application


async def test_it_sends_edits_and_downloads(application: AnyApplication, telegram: TelegramStandIn) -> None:
    telegram.limits.per_chat = Window(count=20, seconds=1)
    bot, content = application.bot, image()

    card = await bot.send_photo(
        GROUP, content, caption="<b>Card</b>", parse_mode="HTML", reply_markup=KEYBOARD
    )
    edited = await card.edit_caption("Edited", reply_markup=KEYBOARD)
    turned = await card.edit_media(ptb.InputMediaVideo(video(), caption="Film"))
    album = await bot.send_media_group(GROUP, [ptb.InputMediaPhoto(content)] * 2)
    document = await bot.send_document(GROUP, content, filename="original.jpg")
    file = await bot.get_file(cast("ptb.Document", document.document).file_id)
    download = await file.download_as_bytearray()

    assert (card.caption, card.caption_entities[0].type) == ("Card", "bold")
    assert isinstance(edited, ptb.Message)
    assert isinstance(turned, ptb.Message)
    assert turned.video is not None
    assert (edited.caption, turned.caption, turned.video.width) == ("Edited", "Film", 96)
    assert len({message.media_group_id for message in album}) == 1
    assert bytes(download) == content
    assert (await bot.get_chat_member(GROUP, STRANGER)).status == "left"


@pytest.mark.parametrize(("call", "kind", "words"), REFUSALS)
async def test_it_understands_the_refusals(
    application: AnyApplication,
    telegram: TelegramStandIn,
    world: World,
    call: Doing,
    kind: type[error.TelegramError],
    words: str,
) -> None:
    telegram.add_chat(id=-55, type="group", title="Small")
    telegram.add_member(chat_id=-55, user_id=70001)
    telegram.migrate(chat_id=-55, new_id=-10055)
    world.faults.add(Fault(service="telegram", operation="getMyName", status=502))
    world.faults.add(Fault(service="telegram", operation="getMyCommands", effect=Effect.LOSE_ANSWER))
    world.faults.add(Fault(service="telegram", status=429, subject={"chat": str(ANNA)}))
    await application.bot.send_message(GROUP, "one")

    with pytest.raises(kind, match=words) as refused:
        await call(application.bot)

    assert type(refused.value) is kind


async def test_its_polling_brings_commands_and_presses_to_the_handlers(
    application: AnyApplication, telegram: TelegramStandIn
) -> None:
    async def queue(update: ptb.Update, context: object) -> None:
        await cast("ptb.Message", update.message).reply_text("Nothing waits", reply_markup=KEYBOARD)

    async def press(update: ptb.Update, context: object) -> None:
        query = cast("ptb.CallbackQuery", update.callback_query)
        await query.answer("Gone", show_alert=True)
        await query.edit_message_text(f"Pressed by {query.from_user.first_name}")

    application.add_handler(CommandHandler("queue", queue))
    application.add_handler(CallbackQueryHandler(press, pattern="^ptb:"))
    updater = cast("Updater", application.updater)
    await application.start()
    await updater.start_polling(timeout=1)
    telegram.say(chat_id=GROUP, user_id=ANNA, text="/queue@test_bot")

    answer = await telegram.press(chat_id=GROUP, message_id=2, user_id=ANNA, data="ptb:go")
    await updater.stop()
    await application.stop()

    assert answer == PressAnswer(answered=True, text="Gone", show_alert=True)
    assert [message.content["text"] for message in telegram.messages(GROUP)] == [
        "/queue@test_bot",
        "Pressed by Anna",
    ]
    assert "reply_markup" not in telegram.messages(GROUP)[1].as_json()


async def test_its_second_poller_conflicts_with_the_first(application: AnyApplication) -> None:
    first = asyncio.create_task(application.bot.get_updates(timeout=5))
    await moment()

    async with ptb.Bot(TOKEN, base_url=application.bot.base_url.removesuffix(TOKEN)) as another:
        second = asyncio.create_task(another.get_updates(timeout=1))
        with pytest.raises(error.Conflict, match="terminated by other getUpdates request"):
            await first
        assert await second == ()
