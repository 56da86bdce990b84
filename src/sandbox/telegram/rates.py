"""How fast a bot may send before it is told to wait."""

import collections
import math

from sandbox.clock import SandboxClock
from sandbox.telegram.errors import too_many_requests
from sandbox.telegram.limits import Limits, Window


class Rates:
    """Counts what one bot sends, in the sandbox's time, over everything and for each chat."""

    def __init__(self, limits: Limits, clock: SandboxClock) -> None:
        self._limits = limits
        self._clock = clock
        self._sent: dict[tuple[str, int], collections.deque[float]] = {}

    def count(self, chat_id: int, *, messages: int = 1, edit: bool = False) -> None:
        """Count a message, an album of several, or an edit, towards a chat.

        Raises:
            ApiError: 429 with the seconds to wait; nothing is counted then.
        """
        now = self._clock.now().timestamp()
        windows = [(("all", 0), self._limits.overall)]
        if not edit:
            windows.append((("chat", chat_id), self._limits.per_chat))
        if chat_id < 0:
            windows.append((("group", chat_id), self._limits.per_group))
        wait = max(self._wait(key, window, now) for key, window in windows)
        if wait > 0:
            raise too_many_requests(math.ceil(wait))
        for key, window in windows:
            self._sent.setdefault(key, collections.deque(maxlen=window.count)).extend([now] * messages)

    def _wait(self, key: tuple[str, int], window: Window, now: float) -> float:
        # An album may overshoot a window once, as one call; what follows then waits for all of it.
        sent = self._sent.get(key)
        if sent is None or len(sent) < window.count:
            return 0.0
        oldest = sent[-window.count]
        if oldest > now:  # the clock was set back
            sent.clear()
            return 0.0
        return oldest + window.seconds - self._limits.rate_tolerance_seconds - now
