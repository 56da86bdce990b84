"""Delivery of updates to a bot's webhook, retried as the real server retries.

Source: the public server source (10.0), read 2026-11-20: pauses double up to a random 60 to 120 s, a
Retry-After of up to 3600 s is obeyed, 410 for 23 hours removes the webhook.
"""

import asyncio
import dataclasses
import http

import httpx

from sandbox.json_values import Json
from sandbox.telegram.updates import Update, UpdateQueue
from sandbox.trust import authorities
from sandbox.world import World

_TIMEOUT_SECONDS = 60.0
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = (60.0, 120.0)
_LONGEST_RETRY_AFTER_SECONDS = 3600.0
_GONE_AFTER_SECONDS = 23 * 3600.0
_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """Where a webhook delivers to."""

    url: str
    secret_token: str
    max_connections: int


class Webhook:
    """The webhook of one bot. Delivers one update at a time, oldest first."""

    def __init__(self, world: World, queue: UpdateQueue) -> None:
        self.target: Target | None = None
        self._world = world
        self._queue = queue
        self._delivery: asyncio.Task[None] | None = None
        self._last_error: tuple[int, str] | None = None

    async def set(self, target: Target) -> None:
        """Deliver to this target from now on; open polls are failed."""
        await self.remove()
        self.target = target
        self._last_error = None
        self._queue.webhook_was_set()
        self._delivery = asyncio.create_task(self._deliver(target))

    async def remove(self) -> None:
        """Forget the target; polls are served again."""
        self.target = None
        self._queue.webhook_is_set = False
        await self.stop()

    async def stop(self) -> None:
        """Stop delivering."""
        if self._delivery is not None and self._delivery is not asyncio.current_task():
            self._delivery.cancel()
            await asyncio.wait({self._delivery})
        self._delivery = None

    def as_json(self) -> Json:
        """Return the Bot API's WebhookInfo."""
        shown: Json = {
            "url": self.target.url if self.target else "",
            "has_custom_certificate": False,
            "pending_update_count": len(self._queue.waiting()),
        }
        if self.target is None:
            return shown
        shown |= {"ip_address": "127.0.0.1", "max_connections": self.target.max_connections}
        if self._queue.allowed is not None:
            shown["allowed_updates"] = sorted(self._queue.allowed)
        if self._last_error is not None:
            shown["last_error_date"], shown["last_error_message"] = self._last_error
        return shown

    async def _deliver(self, target: Target) -> None:
        headers = {_SECRET_HEADER: target.secret_token} if target.secret_token else {}
        pause = _FIRST_PAUSE_SECONDS
        gone_since: float | None = None
        async with httpx.AsyncClient(
            timeout=_TIMEOUT_SECONDS, headers=headers, verify=authorities()
        ) as client:
            while True:
                update = await self._next()
                response = await self._posted(client, target.url, update)
                if response is not None and response.is_success:
                    self._queue.confirm(update.id + 1)
                    self._world.changed.set()
                    pause, gone_since = _FIRST_PAUSE_SECONDS, None
                    continue
                now = self._world.clock.now().timestamp()
                gone = response is not None and response.status_code == http.HTTPStatus.GONE
                gone_since = (gone_since or now) if gone else None
                if gone_since is not None and now - gone_since >= _GONE_AFTER_SECONDS:
                    return await self.remove()
                await asyncio.sleep(self._world.clock.real_seconds(_retry_after(response) or pause))
                pause = min(pause * 2, self._world.random.uniform(*_LONGEST_PAUSE_SECONDS))

    async def _next(self) -> Update:
        while not (waiting := self._queue.waiting()):
            self._queue.arrived.clear()
            await self._queue.arrived.wait()
        return waiting[0]

    async def _posted(self, client: httpx.AsyncClient, url: str, update: Update) -> httpx.Response | None:
        try:
            response = await client.post(url, json=update.as_json())
        except httpx.TransportError as error:
            refused = isinstance(error, httpx.ConnectError)
            self._note("Connection refused" if refused else "Read timeout expired")
            return None
        if not response.is_success:
            self._note(
                f"Wrong response from the webhook: {response.status_code} {response.reason_phrase}".rstrip()
            )
        return response

    def _note(self, error: str) -> None:
        self._last_error = (self._world.clock.timestamp(), error)


def _retry_after(response: httpx.Response | None) -> float:
    text = response.headers.get("retry-after", "") if response is not None else ""
    return min(float(text), _LONGEST_RETRY_AFTER_SECONDS) if text.isdecimal() else 0.0
