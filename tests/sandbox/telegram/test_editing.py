import datetime as dt
from typing import Any

import pytest

from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World
from support.media_files import image, video
from support.telegram_api import ANNA, GROUP, BotClient, button

NOT_MODIFIED = (
    400,
    (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly"
        " the same as a current content and reply markup of the message"
    ),
)


@pytest.fixture
async def card(bot: BotClient) -> None:
    files = {"photo": ("a.jpg", image())}
    await bot.result("sendPhoto", chat_id=GROUP, caption="one", reply_markup=button(), files=files)


@pytest.mark.usefixtures("card")
async def test_an_edit_changes_the_caption_and_says_when(bot: BotClient) -> None:
    message = await bot.result(
        "editMessageCaption", chat_id=GROUP, message_id=1, caption="two", reply_markup=button()
    )

    assert message["caption"] == "two"
    assert message["edit_date"] >= message["date"]
    assert message["photo"]


@pytest.mark.usefixtures("card")
async def test_an_edit_without_a_keyboard_removes_it(bot: BotClient) -> None:
    message = await bot.result("editMessageCaption", chat_id=GROUP, message_id=1, caption="one")

    assert "reply_markup" not in message


@pytest.mark.usefixtures("card")
async def test_an_edit_that_changes_nothing_is_refused(bot: BotClient) -> None:
    arguments: dict[str, Any] = {"chat_id": GROUP, "message_id": 1, "reply_markup": button()}

    assert await bot.refusal("editMessageCaption", caption="one", **arguments) == NOT_MODIFIED
    assert await bot.refusal("editMessageReplyMarkup", **arguments) == NOT_MODIFIED


@pytest.mark.usefixtures("card")
async def test_a_caption_is_no_text(bot: BotClient) -> None:
    assert await bot.refusal("editMessageText", chat_id=GROUP, message_id=1, text="two") == (
        400,
        "Bad Request: there is no text in the message to edit",
    )


async def test_a_text_has_no_caption(bot: BotClient) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="one")

    assert await bot.refusal("editMessageCaption", chat_id=GROUP, message_id=1, caption="two") == (
        400,
        "Bad Request: there is no caption in the message to edit",
    )


async def test_a_text_may_become_media(bot: BotClient) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="one")

    message = await bot.result(
        "editMessageMedia",
        chat_id=GROUP,
        message_id=1,
        media={"type": "video", "media": "attach://film", "caption": "two"},
        files={"film": ("a.mp4", video())},
    )

    assert (message["video"]["duration"], message["caption"]) == (1, "two")
    assert "text" not in message


@pytest.mark.parametrize("method", ["editMessageText", "editMessageReplyMarkup", "deleteMessage"])
async def test_a_message_that_is_not_there_is_not_found(bot: BotClient, method: str) -> None:
    purpose = "delete" if method == "deleteMessage" else "edit"

    assert await bot.refusal(method, chat_id=GROUP, message_id=9, text="x") == (
        400,
        f"Bad Request: message to {purpose} not found",
    )


async def test_what_somebody_else_wrote_cannot_be_edited_or_deleted(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    telegram.say(chat_id=GROUP, user_id=ANNA, text="mine")

    assert await bot.refusal("editMessageText", chat_id=GROUP, message_id=1, text="yours") == (
        400,
        "Bad Request: message can't be edited",
    )
    assert await bot.refusal("deleteMessage", chat_id=GROUP, message_id=1) == (
        400,
        "Bad Request: message can't be deleted for everyone",
    )


async def test_a_message_is_deleted_once(bot: BotClient, telegram: TelegramStandIn) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="x")

    assert await bot.result("deleteMessage", chat_id=GROUP, message_id=1) is True
    assert telegram.messages(GROUP)[0].deleted
    assert await bot.refusal("deleteMessage", chat_id=GROUP, message_id=1) == (
        400,
        "Bad Request: message to delete not found",
    )


async def test_a_message_cannot_be_deleted_after_48_hours_but_still_edited(
    bot: BotClient, world: World
) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="x")
    world.clock.advance(dt.timedelta(hours=48))

    assert await bot.refusal("deleteMessage", chat_id=GROUP, message_id=1) == (
        400,
        "Bad Request: message can't be deleted for everyone",
    )
    assert await bot.result("editMessageText", chat_id=GROUP, message_id=1, text="over")


async def test_several_messages_are_deleted_and_missing_ones_skipped(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="one")
    await bot.result("sendMessage", chat_id=GROUP, text="two")

    assert await bot.result("deleteMessages", chat_id=GROUP, message_ids=[1, 2, 77]) is True
    assert [message.deleted for message in telegram.messages(GROUP)] == [True, True]
