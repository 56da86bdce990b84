import asyncio
import dataclasses
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.serving import listening
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World
from support.telegram_api import ANNA, BotClient, moment, until


@dataclasses.dataclass
class Receiver:
    """A bot's own server: takes what is delivered and answers by a list of statuses, then 200."""

    url: str = ""
    statuses: list[int] = dataclasses.field(default_factory=list[int])
    updates: list[dict[str, Any]] = dataclasses.field(default_factory=list[dict[str, Any]])
    secrets: list[str | None] = dataclasses.field(default_factory=list[str | None])
    arrived: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.updates.append(await request.json())
        self.secrets.append(request.headers.get("x-telegram-bot-api-secret-token"))
        status = self.statuses.pop(0) if self.statuses else 200
        if status == 200:
            self.arrived.set()
        await Response(status_code=status)(scope, receive, send)

    def texts(self) -> list[str]:
        return [update["message"]["text"] for update in self.updates]


@pytest.fixture
async def receiver() -> AsyncGenerator[Receiver]:
    receiver = Receiver()
    async with listening({"receiver": (receiver, 0)}) as urls:
        receiver.url = urls["receiver"] + "/hook"
        yield receiver


async def test_updates_are_delivered_with_the_secret(
    bot: BotClient, telegram: TelegramStandIn, receiver: Receiver
) -> None:
    await bot.result("setWebhook", url=receiver.url, secret_token="s3cret_-")

    telegram.say(chat_id=ANNA, user_id=ANNA, text="hello")
    await asyncio.wait_for(receiver.arrived.wait(), 5)

    async def is_confirmed() -> bool:
        return not (await bot.result("getWebhookInfo"))["pending_update_count"]

    assert receiver.texts() == ["hello"]
    assert receiver.secrets == ["s3cret_-"]
    await until(is_confirmed)


async def test_what_waited_before_the_webhook_is_delivered_too_unless_dropped(
    bot: BotClient, telegram: TelegramStandIn, receiver: Receiver
) -> None:
    telegram.say(chat_id=ANNA, user_id=ANNA, text="dropped")
    await bot.result("setWebhook", url=receiver.url, drop_pending_updates=True)

    telegram.say(chat_id=ANNA, user_id=ANNA, text="kept")
    await asyncio.wait_for(receiver.arrived.wait(), 5)

    assert receiver.texts() == ["kept"]


async def test_a_failed_delivery_is_tried_again_and_reported(
    bot: BotClient, telegram: TelegramStandIn, receiver: Receiver, world: World
) -> None:
    world.clock.run_at(1000)
    receiver.statuses = [500, 502]
    await bot.result("setWebhook", url=receiver.url)

    telegram.say(chat_id=ANNA, user_id=ANNA, text="hello")
    await asyncio.wait_for(receiver.arrived.wait(), 5)

    assert receiver.texts() == ["hello"] * 3
    info = await bot.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 502 Bad Gateway"


async def test_a_webhook_that_is_gone_for_23_hours_is_removed(
    bot: BotClient, telegram: TelegramStandIn, receiver: Receiver, world: World
) -> None:
    world.clock.run_at(1_000_000)
    receiver.statuses = [410] * 10_000
    telegram.limits.update_lifetime_seconds = 1e9
    await bot.result("setWebhook", url=receiver.url)
    telegram.say(chat_id=ANNA, user_id=ANNA, text="hello")

    async def is_removed() -> bool:
        return not (await bot.result("getWebhookInfo"))["url"]

    await until(is_removed)

    assert texts_of(await bot.result("getUpdates")) == ["hello"]


async def test_setting_a_webhook_fails_the_open_poll_and_later_ones(
    bot: BotClient, receiver: Receiver
) -> None:
    poll = asyncio.create_task(bot.refusal("getUpdates", timeout=30))
    await moment()

    await bot.result("setWebhook", url=receiver.url)

    assert await poll == (409, "Conflict: terminated by setWebhook request")


async def test_polling_is_refused_while_a_webhook_is_set_and_works_again_after(
    bot: BotClient, receiver: Receiver
) -> None:
    await bot.result("setWebhook", url=receiver.url)

    refusal = await bot.refusal("getUpdates")
    await bot.result("deleteWebhook")

    assert refusal == (
        409,
        (
            "Conflict: can't use getUpdates method while webhook is active;"
            " use deleteWebhook to delete the webhook first"
        ),
    )
    assert await bot.result("getUpdates") == []


async def test_the_answers_say_what_changed(bot: BotClient, receiver: Receiver) -> None:
    calls = [
        await bot.call("setWebhook", url=receiver.url),
        await bot.call("setWebhook", url=receiver.url),
        await bot.call("deleteWebhook"),
        await bot.call("deleteWebhook"),
    ]

    assert [call.json()["description"] for call in calls] == [
        "Webhook was set",
        "Webhook is already set",
        "Webhook was deleted",
        "Webhook is already deleted",
    ]


async def test_the_info_describes_the_webhook(bot: BotClient, receiver: Receiver) -> None:
    await bot.result("setWebhook", url=receiver.url, max_connections=7, allowed_updates=["message"])

    assert await bot.result("getWebhookInfo") == {
        "url": receiver.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "ip_address": "127.0.0.1",
        "max_connections": 7,
        "allowed_updates": ["message"],
    }


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"secret_token": "a b"}, "Bad Request: secret token contains unallowed characters"),
        ({"secret_token": "x" * 257}, "Bad Request: secret token is too long"),
        ({"url": "ftp://127.0.0.1/"}, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"),
        (
            {"url": "https://example.com/hook"},
            "Bad Request: bad webhook: Failed to resolve host: Name or service not known",
        ),
    ],
)
async def test_a_webhook_that_breaks_the_rules_is_refused(
    bot: BotClient, arguments: dict[str, Any], description: str
) -> None:
    given: dict[str, Any] = {"url": "http://127.0.0.1:9/", **arguments}

    assert await bot.refusal("setWebhook", **given) == (400, description)


def texts_of(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]
