"""Clients that nobody here wrote do a bot's daily work on the stand-in."""

import asyncio
from pathlib import Path

import pytest

from sandbox.telegram.limits import Window
from sandbox.telegram.stand_in import PressAnswer, TelegramStandIn
from support.driving import driven
from support.node import node_with
from support.telegram_api import ANNA, GROUP, TOKEN, BotClient, until

HERE = Path(__file__).parent
UPGRADED = (
    "The group has been migrated to a supergroup with id -10055 from -55\n"
    "Original description: Bad Request: group chat was upgraded to a supergroup chat"
)
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)


@pytest.fixture(autouse=True)
def _patient(telegram: TelegramStandIn) -> None:
    # None of these clients paces itself: they get a longer burst, and then the same refusal.
    telegram.limits.per_chat = Window(count=12, seconds=60)


async def test_aiogram_works_with_it(
    bot: BotClient, telegram: TelegramStandIn, aiogram_python: Path, picture: Path, film: Path
) -> None:
    telegram.block_bot(bot_id=70001, user_id=7009)
    telegram.add_chat(id=-55, type="group", title="Small")
    telegram.add_member(chat_id=-55, user_id=70001)
    telegram.migrate(chat_id=-55, new_id=-10055)
    telegram.forget_updates(token=TOKEN)
    pressing = asyncio.create_task(pressed_first_card(telegram, data="aiogram:go"))

    seen = await driven(
        aiogram_python, HERE / "drive_aiogram.py", "drive", base_url(bot), TOKEN, str(GROUP), picture, film
    )

    errors = seen.pop("errors")
    assert seen == {
        "me": "test_bot",
        "card": [2, "Card", "bold"],
        "edited": "Edited",
        "album": 1,
        "film": [96, 1, True],
        "same_bytes": True,
        "pressed": "aiogram:go",
    }
    assert errors["flood"][0] == "TelegramRetryAfter"
    assert 0 < errors.pop("flood")[-1] <= 60
    assert errors == {
        "same": ["TelegramBadRequest", NOT_MODIFIED],
        "chat": ["TelegramBadRequest", "Bad Request: chat not found"],
        "blocked": ["TelegramForbiddenError", "Forbidden: bot was blocked by the user"],
        "upgraded": ["TelegramMigrateToChat", UPGRADED, -10055],
        "token": ["TelegramUnauthorizedError", "Unauthorized"],
    }
    assert await pressing == PressAnswer(answered=True, text="Seen by aiogram", show_alert=True)
    assert telegram.messages(GROUP)[0].content["caption"] == "Pressed by Anna"


async def test_grammy_works_with_it(
    bot: BotClient, telegram: TelegramStandIn, picture: Path, film: Path
) -> None:
    node, packages = await asyncio.to_thread(node_with, HERE / "grammy" / "package.json")
    pressing = asyncio.create_task(pressed_first_card(telegram, data="grammy:go"))

    seen = await driven(
        node, HERE / "grammy" / "drive.mjs", packages, base_url(bot), TOKEN, str(GROUP), picture, film
    )

    errors = seen.pop("errors")
    assert seen == {
        "me": "test_bot",
        "card": [True, "Card", "bold"],
        "edited": "Edited",
        "album": [2, True, 96],
        "same_bytes": True,
        "pressed": "grammy:go",
    }
    assert errors["flood"][0] == 429
    assert 0 < errors.pop("flood")[-1]["retry_after"] <= 60
    assert errors == {
        "same": [400, NOT_MODIFIED, {}],
        "chat": [400, "Bad Request: chat not found", {}],
        "markup": [
            400,
            "Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
            {},
        ],
    }
    assert await pressing == PressAnswer(answered=True, text="Seen by grammY")
    assert telegram.messages(GROUP)[0].content["caption"] == "Pressed by Anna"


def base_url(bot: BotClient) -> str:
    return str(bot.http.base_url).rstrip("/")


async def pressed_first_card(telegram: TelegramStandIn, *, data: str) -> PressAnswer:
    """Press as soon as the client has sent its card and the whole of its messages, with patience."""

    async def is_there() -> bool:
        return len(telegram.messages(GROUP)) > 3

    await until(is_there, within_seconds=120)
    return await telegram.press(chat_id=GROUP, message_id=1, user_id=ANNA, data=data, wait_seconds=30)
