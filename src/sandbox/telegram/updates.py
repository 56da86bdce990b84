"""What waits for a bot: its updates, fetched by long polling or delivered to its webhook."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import time

from sandbox.clock import SandboxClock
from sandbox.json_values import Json
from sandbox.telegram.errors import ApiError
from sandbox.telegram.limits import Limits

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "message_reaction",
    "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query", "shipping_query",
    "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "chat_boost", "removed_chat_boost",
)  # fmt: skip
_ONLY_ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

_OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_WEBHOOK_SET = "terminated by setWebhook request"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """One update that waits."""

    id: int
    kind: str
    body: Json
    expires_at: dt.datetime

    def as_json(self) -> Json:
        """Return the Bot API's Update."""
        return {"update_id": self.id, **self.body}


class UpdateQueue:
    """The updates of one bot, oldest first, each until it is confirmed or too old."""

    def __init__(self, *, clock: SandboxClock, limits: Limits, first_id: int) -> None:
        self.allowed: frozenset[str] | None = None
        """Kinds that are let in; None for all but those that must be asked for."""
        self.webhook_is_set = False
        self.arrived = asyncio.Event()
        """Set whenever an update comes in; who delivers to the webhook clears it."""
        self._clock = clock
        self._limits = limits
        self.next_id = first_id
        self._waiting: list[Update] = []
        self._poll: asyncio.Future[None] | None = None
        self._last_offset: int | None = None
        self._last_poll_at = 0.0
        self._last_conflict_at = float("-inf")
        self._closing = asyncio.Event()
        self._heard_at = time.monotonic()

    def add(self, kind: str, body: Json) -> int | None:
        """Put an update in and wake who waits for it; return its id, None when its kind is not wanted."""
        if kind in _ONLY_ON_REQUEST if self.allowed is None else kind not in self.allowed:
            return None
        seconds = (
            self._limits.callback_lifetime_seconds
            if kind == "callback_query"
            else self._limits.update_lifetime_seconds
        )
        expires_at = self._clock.now() + dt.timedelta(seconds=seconds)
        update = Update(id=self.next_id, kind=kind, body=body, expires_at=expires_at)
        self.next_id += 1
        self._waiting.append(update)
        self.arrived.set()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        return update.id

    def restore(self, waiting: list[Update], *, next_id: int) -> None:
        """Let these updates wait again, and give the next one this id."""
        self._waiting = waiting
        self.next_id = next_id
        self.arrived.set()

    def allow(self, kinds: frozenset[str]) -> None:
        """Let in these kinds from now on; none means the default ones."""
        self.allowed = kinds or None

    def waiting(self) -> list[Update]:
        """Return what waits and is not too old, oldest first."""
        now = self._clock.now()
        self._waiting = [update for update in self._waiting if update.expires_at > now]
        return list(self._waiting)

    def confirm(self, before_id: int) -> None:
        """Forget the updates with smaller ids."""
        self._waiting = [update for update in self._waiting if update.id >= before_id]

    def forget_all(self) -> None:
        """Forget what waits."""
        self._waiting.clear()

    def close(self) -> None:
        """Fail the open poll and all that come: the server is to stop."""
        self._closing.set()
        self.terminate_poll(ApiError(500, "Internal Server Error: closing"))

    def unheard_seconds(self) -> float:
        """Return for how many real seconds nobody has been there to take an update."""
        is_heard = self._poll is not None or self.webhook_is_set
        return 0.0 if is_heard else time.monotonic() - self._heard_at

    def terminate_poll(self, error: ApiError) -> None:
        """Fail the long poll that is open, if one is."""
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(error)

    def webhook_was_set(self) -> None:
        """Refuse polls from now on and fail the open one."""
        self.webhook_is_set = True
        self.terminate_poll(_conflict(_WEBHOOK_SET))

    async def poll(self, *, offset: int, limit: int, timeout_seconds: int) -> list[Update]:
        """Confirm what is before `offset` and return what waits, if need be after a wait.

        A negative offset keeps that many of the newest and forgets the rest.

        Raises:
            ApiError: 409; a webhook is set, or a later poll took over.
        """
        try:
            if self.webhook_is_set:
                raise _conflict(_WEBHOOK_ACTIVE)
            limit, timeout = self._slowed(offset, limit, float(timeout_seconds))
            if offset < 0:
                offset = max((update.id for update in self.waiting()[:offset]), default=offset) + 1
            self.confirm(offset)
            if not self.waiting() and timeout > 0:
                self.terminate_poll(_conflict(_OTHER_POLLER))
                await self._wait(timeout)
            return self.waiting()[:limit]
        except ApiError:
            await self._pause_after_conflict()
            raise
        finally:
            self._heard_at = time.monotonic()

    async def _wait(self, seconds: float) -> None:
        self._poll = poll = asyncio.get_running_loop().create_future()
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(poll, seconds)
        finally:
            if self._poll is poll:
                self._poll = None

    def _slowed(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        now = time.monotonic()
        if offset == self._last_offset:
            if now < self._last_poll_at + self._limits.repeated_poll_seconds:
                timeout = max(timeout, self._limits.repeated_poll_seconds)
            if now < self._last_poll_at + self._limits.hasty_poll_seconds:
                limit = 1
        self._last_offset, self._last_poll_at = offset, now
        return limit, timeout

    async def _pause_after_conflict(self) -> None:
        now = time.monotonic()
        if now < self._last_conflict_at + self._limits.conflict_pause_seconds:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), self._limits.conflict_pause_seconds)
        else:
            self._last_conflict_at = now


def _conflict(reason: str) -> ApiError:
    return ApiError(409, f"Conflict: {reason}")
