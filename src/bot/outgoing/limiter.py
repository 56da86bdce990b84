"""How fast messages may leave: pure arithmetic on times that are passed in.

Telegram takes about 30 messages a second overall, one a second in a chat with small bursts, and 20 a minute
in a group, edits included. Its real thresholds are undocumented: what it answers stands above these numbers.
Source: constants of python-telegram-bot 22.8 and grammY's documentation, read 2026-11-20.

All times are seconds of one monotonic clock.
"""

import collections
import math

from domain.ids import ChatId
from services.messages import Urgency

OVERALL = (30, 1.01)
ANSWERS_REMEMBERED = 100
"""The fastest of so many answers says how long one takes at least."""
JITTER = 0.02
"""Seconds by which an answer may be slower and not late; the windows are longer by about as much."""
LONGEST_LATE = 5.0
"""Seconds; what has no answer for longer is a large file, and does not hold up the others."""
PER_CHAT = (3, 3.05)
PER_GROUP = (20, 60.5)
"""Most messages in any window of so many seconds; a little longer than the rule, for jitter on the way."""
PRESS_RESERVE = 2
"""So much of a group's budget is kept for what somebody who pressed a button is waiting for."""
PACE = 1 / 29.2
"""Seconds between two messages when many wait: an even flow, as bursts bunch up on the way."""
CATCH_UP = 0.05
"""How far, in seconds, the flow may lag behind its pace and still catch up."""


class Window:
    """At most `count` events in any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._taken = collections.deque[float](maxlen=count)

    def free_at(self, *, reserve: int = 0) -> float:
        """Return the earliest time of the next event that leaves `reserve` free; minus infinity: any."""
        place = self._count - reserve
        return self._taken[-place] + self._seconds if len(self._taken) >= place else -math.inf

    def take(self, now: float, events: int = 1) -> None:
        """Count events at `now`."""
        self._taken.extend([now] * min(events, self._count))

    def retake(self, now: float, events: int) -> None:
        """Count events at `now` in place of the last one."""
        self._taken.pop()
        self.take(now, events)


class Arrivals:
    """When messages arrived, as late as it may have been, and how many may be on their way.

    A call takes a while to arrive, and its answer a while to come back. What takes longer than the fastest
    may have been late in arriving, so that others that left well after it arrive close behind it.
    """

    def __init__(self, count: int, seconds: float) -> None:
        self._count = count
        self._seconds = seconds
        self._arrived: list[float] = []
        self._left = dict[ChatId, float]()
        self._took = collections.deque([0.0] * ANSWERS_REMEMBERED, maxlen=ANSWERS_REMEMBERED)

    def free_at(self, now: float) -> float:
        """Return the earliest time of the next message as it is known now; the past means any time."""
        latest = now - self._usual()
        under_way = [max(left, latest if now - left < LONGEST_LATE else left) for left in self._left.values()]
        arrived = sorted([*self._arrived, *under_way])
        return arrived[-self._count] + self._seconds if len(arrived) >= self._count else -math.inf

    def leave(self, chat_id: ChatId, now: float) -> None:
        """Count a message that is on its way to a chat from now on."""
        self._left[chat_id] = now

    def arrive(self, chat_id: ChatId, now: float, messages: int) -> None:
        """Count what was on its way as so many messages, of which the answer came now."""
        left = self._left.pop(chat_id)
        arrived = max(left, now - self._usual())
        self._took.append(now - left)
        self._arrived = sorted([*self._arrived, *[arrived] * messages])[-self._count :]

    def _usual(self) -> float:
        """Return how long an answer takes that is not late."""
        return min(self._took) + JITTER


class Pace:
    """One event every `interval` seconds; lost time up to `catch_up` is made good."""

    def __init__(self, interval: float, *, catch_up: float) -> None:
        self._interval = interval
        self._catch_up = catch_up
        self._next = -math.inf

    def free_at(self) -> float:
        """Return the earliest time of the next event."""
        return self._next

    def take(self, now: float, events: int = 1) -> None:
        """Count events at `now`."""
        self._next = max(self._next, now - self._catch_up) + self._interval * events


class Limiter:
    """Says when a chat's next message may leave, and remembers what left."""

    def __init__(self) -> None:
        self._pace = Pace(PACE, catch_up=CATCH_UP)
        self._overall = Arrivals(*OVERALL)
        self._per_chat = collections.defaultdict[ChatId, Window](lambda: Window(*PER_CHAT))
        self._per_group = collections.defaultdict[ChatId, Window](lambda: Window(*PER_GROUP))
        self._held = collections.defaultdict[ChatId, float](lambda: -math.inf)
        self._all_held = -math.inf

    def ready_at(self, chat_id: ChatId, urgency: Urgency) -> float:
        """Return when a chat may have its next message; the past means now."""
        ready = max(self._all_held, self._held[chat_id], self._per_chat[chat_id].free_at())
        if chat_id < 0:
            reserve = 0 if urgency is Urgency.PRESS else PRESS_RESERVE
            ready = max(ready, self._per_group[chat_id].free_at(reserve=reserve))
        return ready

    def turn_at(self, now: float) -> float:
        """Return when the next message may leave, whoever has it, as it is known now; the past means now."""
        return max(self._all_held, self._pace.free_at(), self._overall.free_at(now))

    def leave(self, chat_id: ChatId, now: float) -> None:
        """Count a message that leaves for a chat; until `arrive`, no other may leave for it."""
        self._pace.take(now)
        self._overall.leave(chat_id, now)
        for window in self._windows(chat_id):
            window.take(now)

    def arrive(self, chat_id: ChatId, now: float, *, messages: int) -> None:
        """Count what left as so many messages; an album is as many as its pictures, and may be too many once.

        Telegram counts when a message arrives, which is at some time before its answer does: a chat's limits
        count from the answer.
        """
        for window in self._windows(chat_id):
            window.retake(now, messages)
        self._overall.arrive(chat_id, now, messages)
        if messages > 1:
            self._pace.take(now, messages - 1)

    def hold(self, chat_id: ChatId, until: float) -> None:
        """Let nothing out to a chat before then."""
        self._held[chat_id] = max(self._held[chat_id], until)

    def hold_all(self, until: float) -> None:
        """Let nothing out at all before then."""
        self._all_held = max(self._all_held, until)

    def _windows(self, chat_id: ChatId) -> tuple[Window, ...]:
        per_chat = self._per_chat[chat_id]
        return (per_chat, self._per_group[chat_id]) if chat_id < 0 else (per_chat,)

    def told_to_wait(self, chat_id: ChatId, now: float, until: float) -> None:
        """Obey a 429, which does not say whom it means: the chat, or, when another is held too, everybody."""
        is_second = any(held > now for other, held in self._held.items() if other != chat_id)
        self.hold(chat_id, until)
        if is_second:
            self.hold_all(until)
