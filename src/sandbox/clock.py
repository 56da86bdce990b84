"""The sandbox's own clock, which can run ahead, behind or fast."""

import datetime as dt
import time


class SandboxClock:
    """Wall-clock time in UTC, moved by an offset and run at a speed.

    The speed counts from the moment it was set, so that changing it never makes time jump.
    """

    def __init__(self, *, offset: dt.timedelta = dt.timedelta(0), speed: float = 1.0) -> None:
        self._speed = speed
        self._base = dt.datetime.now(dt.UTC) + offset
        self._started = time.monotonic()

    def now(self) -> dt.datetime:
        """Return the sandbox's time, aware, in UTC."""
        return self._base + dt.timedelta(seconds=(time.monotonic() - self._started) * self._speed)

    def timestamp(self) -> int:
        """Return the sandbox's time as whole Unix seconds."""
        return int(self.now().timestamp())

    def advance(self, by: dt.timedelta) -> None:
        """Jump by a duration; a negative one goes back."""
        self._base += by

    def run_at(self, speed: float) -> None:
        """Run at this many sandbox seconds per real second from now on."""
        self._base = self.now()
        self._started = time.monotonic()
        self._speed = speed

    @property
    def speed(self) -> float:
        """Sandbox seconds per real second."""
        return self._speed

    @property
    def offset(self) -> dt.timedelta:
        """How far this clock is ahead of the real one just now."""
        return self.now() - dt.datetime.now(dt.UTC)

    def real_seconds(self, seconds: float) -> float:
        """Return how many real seconds this many sandbox seconds take."""
        return seconds / self._speed
