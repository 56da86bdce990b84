from typing import Any

import pytest

from support.telegram_api import GROUP, BotClient, button

INVALID_URL = "Bad Request: inline keyboard button URL"
CANNOT_PARSE = "Bad Request: can't parse inline keyboard button: "


BROKEN: list[tuple[dict[str, Any], str]] = [
    (button(callback_data="x" * 65), "Bad Request: BUTTON_DATA_INVALID"),
    (button(callback_data="é" * 33), "Bad Request: BUTTON_DATA_INVALID"),
    (button(copy_text={"text": "x" * 257}), "Bad Request: BUTTON_COPY_TEXT_INVALID"),
    (button(copy_text={"text": ""}), "Bad Request: BUTTON_COPY_TEXT_INVALID"),
    (button(callback_data=""), CANNOT_PARSE + "Text buttons are unallowed in the inline keyboard"),
    (
        button(url="ftp://example.com"),
        f"{INVALID_URL} 'ftp://example.com' is invalid: Unsupported URL protocol",
    ),
    (
        button(url="http://localhost:80"),
        f"{INVALID_URL} 'http://localhost:80' is invalid: Wrong HTTP URL",
    ),
    (button(style="loud", callback_data="x"), "Bad Request: invalid button style specified"),
    ({"inline_keyboard": [[{"callback_data": "x"}]]}, CANNOT_PARSE + 'Can\'t find field "text"'),
    ({"inline_keyboard": [["x"]]}, CANNOT_PARSE + "InlineKeyboardButton must be an Object"),
    ({"inline_keyboard": {}}, 'Bad Request: field "inline_keyboard" must be of type Array'),
    (
        {"inline_keyboard": [{}]},
        'Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ),
    ({"inline_keyboard": button()["inline_keyboard"] * 101}, "Bad Request: reply markup is too long"),
    ({"inline_keyboard": [button()["inline_keyboard"][0] * 9]}, "Bad Request: reply markup is too long"),
]


@pytest.mark.parametrize(
    "action",
    [
        {"callback_data": "x" * 64},
        {"callback_data": "é" * 32},
        {"url": "https://example.com"},
        {"url": "tg://user?id=7001"},
        {"copy_text": {"text": "x" * 256}},
        {"switch_inline_query": ""},
        {"callback_data": "x", "style": "danger"},
        {"disabled": {}},
    ],
)
async def test_a_button_that_keeps_the_rules_is_shown_as_it_is(
    bot: BotClient, action: dict[str, Any]
) -> None:
    message = await bot.result("sendMessage", chat_id=GROUP, text="x", reply_markup=button(**action))

    assert message["reply_markup"] == button(**action)


@pytest.mark.parametrize(("keyboard", "description"), BROKEN)
async def test_a_keyboard_that_breaks_the_rules_is_refused(
    bot: BotClient, keyboard: dict[str, Any], description: str
) -> None:
    assert await bot.refusal("sendMessage", chat_id=GROUP, text="x", reply_markup=keyboard) == (
        400,
        description,
    )


async def test_a_hundred_buttons_fit(bot: BotClient) -> None:
    keyboard = {"inline_keyboard": button()["inline_keyboard"] * 100}

    message = await bot.result("sendMessage", chat_id=GROUP, text="x", reply_markup=keyboard)

    assert message["reply_markup"] == keyboard


async def test_other_markup_is_taken_but_is_no_part_of_the_message(bot: BotClient) -> None:
    message = await bot.result(
        "sendMessage", chat_id=GROUP, text="When?", reply_markup={"force_reply": True, "selective": True}
    )

    assert "reply_markup" not in message


async def test_an_edit_takes_inline_keyboards_only(bot: BotClient) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="x", reply_markup=button())

    assert await bot.refusal(
        "editMessageReplyMarkup", chat_id=GROUP, message_id=1, reply_markup={"force_reply": True}
    ) == (400, "Bad Request: inline keyboard expected")
