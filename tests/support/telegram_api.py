"""A bot that talks to the Telegram stand-in by hand, and who it talks to."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

TOKEN = "70001:AAE-test-token"
GROUP = -1001700000001
ANNA, BEN, STRANGER = 7001, 7002, 7009
"""Anna made the group and has started the bot, Ben is a member, the stranger is nowhere."""


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
