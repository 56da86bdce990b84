"""Durable intake: an update is confirmed to Telegram only after it was stored.

Updates are fetched raw by long polling, stored in one transaction, and confirmed by the next call. The
library's Updater confirms what lies in memory, and one update it cannot parse stalls it. Here nothing is read
but the number of an update; `dispatch.py` reads each by itself.
"""

import asyncio
import contextlib
import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import httpx
import pydantic
import structlog

from bot.updates import ALLOWED_UPDATES
from bot.waiting import GrowingWait, first_of
from services.ports import Clock
from services.unit_of_work import Database

LONG_POLL = dt.timedelta(seconds=25)
"""How long Telegram holds a call when nothing is there."""
ANSWER_MARGIN = dt.timedelta(seconds=10)
"""How much longer than that an answer may take."""
BATCH = 100
"""Most updates in one answer. Source: Bot API schema 10.3, read 2026-11-20."""
LARGEST_ID = 2**63 - 1

_KINDS = {401: "unauthorized", 404: "unauthorized", 409: "conflict", 429: "too_fast"}
_LIST = pydantic.TypeAdapter(list[Any])
_log = structlog.get_logger()


class _Parameters(pydantic.BaseModel):
    retry_after: dt.timedelta | None = None


class _Answer(pydantic.BaseModel):
    ok: bool
    result: Any = None
    description: str = ""
    parameters: _Parameters = _Parameters()


class _Numbered(pydantic.BaseModel):
    update_id: int = pydantic.Field(strict=True, ge=0, le=LARGEST_ID)


class PollError(Exception):
    """A poll brought nothing; `kind` says in a word why, `retry_after` what Telegram asks for."""

    def __init__(self, kind: str, message: str = "", *, retry_after: dt.timedelta | None = None) -> None:
        super().__init__(message or kind)
        self.kind = kind
        self.retry_after = retry_after


class Intake:
    """Polls Telegram and stores what comes; whatever Telegram answers, it goes on until it is stopped.

    `api_url` ends in `/bot<token>` and is never logged. Everything is one sequence of calls, as Telegram lets
    one poller in only.
    """

    def __init__(
        self,
        *,
        client: httpx.AsyncClient,
        api_url: str,
        database: Database,
        clock: Clock,
        stored: asyncio.Event,
        beat: Callable[[], None],
        long_poll: dt.timedelta = LONG_POLL,
    ) -> None:
        self._client = client
        self._api_url = api_url
        self._database = database
        self._clock = clock
        self._stored = stored
        self._beat = beat
        self._long_poll = long_poll
        self._waits = GrowingWait()
        self._trouble: str | None = None
        self._webhook_is_off = False
        self._offset: int | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Fetch and store until `stop` is set; a call that is held open is dropped then."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._beat()
                turn = asyncio.create_task(self._turn(stop))
                await asyncio.wait({turn, stopping}, return_when=asyncio.FIRST_COMPLETED)
                if not turn.done():
                    # Nothing is lost: what it fetched is not confirmed yet.
                    turn.cancel()
                    await asyncio.wait({turn})
                    return
                await turn
        finally:
            stopping.cancel()

    async def _turn(self, stop: asyncio.Event) -> None:
        try:
            if not self._webhook_is_off:
                # A webhook that is still set makes every poll fail.
                await self._call("deleteWebhook", {}, within=ANSWER_MARGIN)
                self._webhook_is_off = True
            await self._poll()
        except PollError as error:
            await self._wait_after(error, stop)
        else:
            self._recovered()

    async def _poll(self) -> None:
        arguments = {
            "timeout": int(self._long_poll.total_seconds()),
            "limit": BATCH,
            "allowed_updates": list(ALLOWED_UPDATES),
        }
        if self._offset is not None:
            arguments["offset"] = self._offset
        answer = await self._call("getUpdates", arguments, within=self._long_poll + ANSWER_MARGIN)
        try:
            updates = _LIST.validate_python(answer)
        except pydantic.ValidationError:
            raise PollError("unreadable", "getUpdates did not answer with a list") from None
        await self._store(updates)

    async def _store(self, updates: list[Any]) -> None:
        readable = dict[int, Any]()
        for update in updates:
            with contextlib.suppress(pydantic.ValidationError):
                readable[_Numbered.model_validate(update).update_id] = update
        if len(readable) < len(updates):
            _log.warning("update.without_number", count=len(updates) - len(readable))
        if not readable:
            # All before is confirmed. Without an offset the next poll is right even where Telegram, after a
            # week of silence, counts from elsewhere.
            self._offset = None
            if updates:
                raise PollError("unreadable", "no update of a whole answer has a number")
            return
        async with self._database.begin() as uow:
            raw = {number: json.dumps(update) for number, update in readable.items()}
            await uow.inbox.add(raw, at=self._clock.now())
            await uow.commit()
        self._offset = max(readable) + 1
        self._stored.set()

    async def _call(self, method: str, arguments: dict[str, Any], *, within: dt.timedelta) -> Any:
        try:
            response = await self._client.post(
                f"{self._api_url}/{method}", json=arguments, timeout=within.total_seconds()
            )
        except httpx.TimeoutException as error:
            raise PollError("timeout", type(error).__name__) from None
        except httpx.HTTPError as error:
            # Its text may name the address, and so the token.
            raise PollError("network", type(error).__name__) from None
        try:
            # The standard library's reader takes half characters, where a stricter one would refuse the whole
            # answer for one update.
            answer = _Answer.model_validate(response.json())
        except ValueError:
            raise PollError("unreadable", f"{method} answered {response.status_code} without sense") from None
        if response.is_success and answer.ok:
            return answer.result
        kind = _KINDS.get(response.status_code, "server" if response.is_server_error else "refused")
        raise PollError(kind, answer.description, retry_after=answer.parameters.retry_after)

    async def _wait_after(self, error: PollError, stop: asyncio.Event) -> None:
        if error.kind != self._trouble:
            _log.warning("intake.trouble", kind=error.kind, detail=str(error))
            self._trouble = error.kind
        if error.kind == "conflict":
            # Another poller, or a webhook that somebody set meanwhile.
            self._webhook_is_off = False
        wait = max(self._waits.grow(), error.retry_after or dt.timedelta(0))
        await first_of(stop, clock=self._clock, within=wait)

    def _recovered(self) -> None:
        self._waits.reset()
        if self._trouble is not None:
            _log.info("intake.recovered", after=self._trouble)
            self._trouble = None
