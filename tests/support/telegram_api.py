"""A running Telegram with one team, and a bot that talks to it by hand."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import Any

import httpx

from sandbox.serving import listening
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World

TOKEN = "70001:AAE-test-token"
GROUP = -1001700000001
ANNA, BEN, STRANGER = 7001, 7002, 7009
"""Anna made the group and has started the bot, Ben is a member, the stranger is nowhere."""


def team_in(world: World) -> TelegramStandIn:
    """Return a Telegram with a bot in a team's group; nothing has happened yet."""
    telegram = TelegramStandIn(world)
    bot = telegram.add_bot(token=TOKEN, username="test_bot", first_name="Test")
    telegram.add_chat(id=GROUP, type="supergroup", title="Team")
    telegram.add_person(id=ANNA, first_name="Anna", username="anna_holm")
    telegram.add_person(id=BEN, first_name="Ben")
    telegram.add_person(id=STRANGER, first_name="Dan")
    telegram.add_member(chat_id=GROUP, user_id=ANNA, status="creator")
    telegram.add_member(chat_id=GROUP, user_id=BEN)
    telegram.add_member(chat_id=GROUP, user_id=bot.id)
    telegram.open_private_chat(bot_id=bot.id, user_id=ANNA)
    telegram.forget_updates(token=TOKEN)
    return telegram


@contextlib.asynccontextmanager
async def served(telegram: TelegramStandIn) -> AsyncGenerator["BotClient"]:
    """Serve a Telegram while inside; yield the team's bot."""
    async with (
        listening({"telegram": (telegram.app, 0)}) as urls,
        httpx.AsyncClient(base_url=urls["telegram"], timeout=10) as http,
    ):
        try:
            yield BotClient(http, TOKEN)
        finally:
            await telegram.close()


class BotClient:
    """Calls methods of the Bot API as JSON, or as a form when files go along."""

    def __init__(self, http: httpx.AsyncClient, token: str) -> None:
        self.http = http
        self.token = token

    async def call(
        self, method: str, *, files: dict[str, tuple[str, bytes]] | None = None, **arguments: Any
    ) -> httpx.Response:
        """Call a method and return the whole answer."""
        url = f"/bot{self.token}/{method}"
        if files is None:
            return await self.http.post(url, json=arguments)
        texts = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in arguments.items()
        }
        return await self.http.post(url, data=texts, files=files)

    async def result(
        self, method: str, *, files: dict[str, tuple[str, bytes]] | None = None, **arguments: Any
    ) -> Any:
        """Call a method that is to succeed and return its result."""
        response = await self.call(method, files=files, **arguments)
        body = response.json()
        assert body["ok"], body
        return body["result"]

    async def refusal(
        self, method: str, *, files: dict[str, tuple[str, bytes]] | None = None, **arguments: Any
    ) -> tuple[int, str]:
        """Call a method that is to be refused and return the code and the description."""
        response = await self.call(method, files=files, **arguments)
        body = response.json()
        assert not body["ok"], body
        assert body["error_code"] == response.status_code
        return body["error_code"], body["description"]


async def moment(seconds: float = 0.05) -> None:
    """Let real time pass, so that requests that are under way arrive."""
    await asyncio.sleep(seconds)  # noqa: TID251 - servers on loopback live in real time


async def until(condition: Callable[[], Awaitable[bool]], *, within_seconds: float = 5.0) -> None:
    """Wait until a condition holds. Raises `TimeoutError`."""
    async with asyncio.timeout(within_seconds):
        while not await condition():
            await moment(0.01)


def button(text: str = "Go", **action: Any) -> dict[str, Any]:
    """Return an inline keyboard with one button; a callback one unless told otherwise."""
    return {"inline_keyboard": [[{"text": text} | (action or {"callback_data": "go"})]]}
