"""What the doctor says of the bot, its chats and its admins."""

from collections.abc import AsyncGenerator, Mapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.doctor.telegram import look
from sandbox.serving import listening
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.telegram.webhooks import Target
from sandbox.world import World
from support.examined import NOBODY, Examined, telegram_at, telegram_running
from support.telegram_api import ANNA, BEN, GROUP, TOKEN


@pytest.fixture
async def telegram(alone: Examined) -> AsyncGenerator[TelegramStandIn]:
    async with telegram_running(World()) as (running, url):
        alone.given(**telegram_at(url))
        yield running


async def test_a_bot_that_may_do_all_it_has_to_is_well(alone: Examined, telegram: TelegramStandIn) -> None:
    make(telegram, "administrator")

    assert await alone.look(look) == [
        "bot: ok, @test_bot",
        "chat: ok, “Team”, where the bot is administrator",
        "admins: ok, Anna can be written to",
    ]


async def test_a_plain_member_with_group_privacy_does_not_see_files(
    alone: Examined, telegram: TelegramStandIn
) -> None:
    assert telegram

    _, chat, _ = await alone.look(look)

    assert chat.startswith("chat: warn, in “Team” the bot sees commands, presses and replies")
    assert "turn its group privacy off in BotFather" in chat


@pytest.mark.parametrize("status", ["left", "kicked"])
async def test_a_bot_that_is_not_in_the_chat_is_to_be_added(
    alone: Examined, telegram: TelegramStandIn, status: str
) -> None:
    make(telegram, status)

    _, chat, _ = await alone.look(look)

    assert chat.startswith("chat: fail, ")
    assert "add @test_bot to the chat" in chat


@pytest.mark.parametrize(
    ("chat", "place", "said"),
    [
        (
            {"type": "supergroup", "permissions": {"can_send_photos": False, "can_send_videos": False}},
            {"status": "member"},
            "may not send photos, videos in “Team” → let members do that",
        ),
        ({"type": "group"}, {"status": "restricted", "can_send_messages": False}, "may not send messages in"),
        ({"type": "channel"}, {"status": "administrator"}, "make the bot an administrator that may post"),
    ],
)
async def test_a_bot_that_may_not_send_is_told_what(
    alone: Examined, chat: dict[str, Any], place: dict[str, Any], said: str
) -> None:
    answers = {
        "getMe": {"id": 5, "username": "test_bot"},
        "getWebhookInfo": {"url": ""},
        "getChat": {"id": GROUP, "title": "Team", **chat},
        "getChatMember": place,
    }
    async with listening({"telegram": (answering(answers), 0)}) as urls:
        alone.given(**{**telegram_at(urls["telegram"]), "telegram_admin_ids": ""})

        _, told = await alone.look(look)

    assert told.startswith("chat: fail, ")
    assert said in told


def answering(answers: Mapping[str, Any]) -> Starlette:
    """Return a Bot API that answers each method always the same."""

    async def answer(request: Request) -> JSONResponse:
        return JSONResponse({"ok": True, "result": answers[request.path_params["method"]]})

    return Starlette(routes=[Route("/{bot}/{method}", answer, methods=["POST"])])


async def test_a_group_that_became_a_supergroup_has_another_id(
    alone: Examined, telegram: TelegramStandIn
) -> None:
    telegram.add_chat(id=-500, type="group", title="Old")
    telegram.add_member(chat_id=-500, user_id=ANNA)
    telegram.migrate(chat_id=-500, new_id=-100500)
    alone.given(telegram_chat_id="-500")

    chats = [line for line in await alone.look(look) if "supergroup" in line]

    assert chats == [
        "chat: fail, the group has become a supergroup, -100500 → TELEGRAM_CHAT_ID=-100500",
    ]


async def test_an_admin_who_never_wrote_to_the_bot_cannot_be_alerted(
    alone: Examined, telegram: TelegramStandIn
) -> None:
    assert telegram
    alone.given(telegram_admin_ids=str(BEN))

    admin = (await alone.look(look))[-1]

    assert admin.startswith("admins: warn, has not written to the bot")
    assert admin.endswith("let them open @test_bot and press Start")


async def test_a_webhook_keeps_the_product_from_hearing_anything(
    alone: Examined, telegram: TelegramStandIn
) -> None:
    bot = telegram.state.bots[TOKEN]
    await telegram.state.webhooks[bot.id].set(Target(url=NOBODY, secret_token="", max_connections=1))

    first, *_ = await alone.look(look)

    assert first.startswith("bot: fail, @test_bot has a webhook")


async def test_a_token_that_nobody_knows_is_not_shown(alone: Examined, telegram: TelegramStandIn) -> None:
    assert telegram
    alone.given(telegram_bot_token="70001:canary")

    assert await alone.look(look) == [
        "bot: fail, Telegram does not know the token → check TELEGRAM_BOT_TOKEN; BotFather shows it"
    ]


async def test_no_answer_is_no_refusal(alone: Examined) -> None:
    alone.given(**telegram_at(NOBODY))

    (bot,) = await alone.look(look)

    assert bot.startswith("bot: fail, Telegram gives no answer (ConnectError)")


async def test_without_a_token_there_is_nothing_to_ask(alone: Examined) -> None:
    alone.given(telegram_bot_token="")

    assert await alone.look(look) == [
        "bot: fail, there is none → set TELEGRAM_BOT_TOKEN, which BotFather shows"
    ]


def make(telegram: TelegramStandIn, status: str) -> None:
    """Make the bot something in the team's chat."""
    telegram.add_member(chat_id=GROUP, user_id=telegram.state.bots[TOKEN].id, status=status)
