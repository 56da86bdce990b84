"""The only real time, waiting and chance in the product; everything else gets them as ports."""

import asyncio
import datetime as dt
import random
import sys
import time

if sys.platform == "linux":

    def _seconds() -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)  # the monotonic clock stands still in a suspend

else:
    _seconds = time.monotonic


class SystemClock:
    """The machine's time; for simulations moved by an offset and run at a speed."""

    def __init__(self, *, offset: dt.timedelta = dt.timedelta(0), speed: float = 1.0) -> None:
        self._speed = speed
        self._base = dt.datetime.now(dt.UTC)
        self._offset = offset
        self._started = time.monotonic()

    def now(self) -> dt.datetime:
        """Return the time, aware, in UTC."""
        if self._speed == 1.0:
            return dt.datetime.now(dt.UTC) + self._offset
        elapsed = dt.timedelta(seconds=(time.monotonic() - self._started) * self._speed)
        return self._base + self._offset + elapsed

    def monotonic(self) -> float:
        """Return real seconds that never go back; they go on while the process or the machine sleeps."""
        return _seconds()

    async def sleep(self, duration: dt.timedelta) -> None:
        """Wait this long by this clock."""
        await asyncio.sleep(max(0.0, duration.total_seconds() / self._speed))


class SystemRandomness:
    """The machine's chance."""

    def uniform(self, low: float, high: float) -> float:
        """Return a number between `low` and `high`."""
        return random.uniform(low, high)  # noqa: S311  (spreads retries; nothing secret hangs on it)
