"""A clock that stands still until it is moved."""

import asyncio
import datetime as dt
import heapq
import itertools

START = dt.datetime(2026, 1, 5, 12, 0, tzinfo=dt.UTC)


class FakeClock:
    """Implements `services.ports.Clock`; `advance` moves it and wakes those whose time has come."""

    def __init__(self, start: dt.datetime = START) -> None:
        self._now = start
        self._elapsed = dt.timedelta(0)
        self._sleepers: list[tuple[dt.timedelta, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> dt.datetime:
        return self._now

    def monotonic(self) -> float:
        return self._elapsed.total_seconds()

    async def sleep(self, duration: dt.timedelta) -> None:
        if duration <= dt.timedelta(0):
            await asyncio.sleep(0)  # noqa: TID251  (lets others run; takes no time)
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + duration, next(self._order), future))
        await future

    def set(self, by: dt.timedelta) -> None:
        """Set the clock forward or back, without time passing."""
        self._now += by

    def advance(self, by: dt.timedelta) -> None:
        self._now += by
        self._elapsed += by
        while self._sleepers and self._sleepers[0][0] <= self._elapsed:
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)


class FakeChance:
    """Implements `services.ports.Randomness`: always the lower end."""

    def uniform(self, low: float, high: float) -> float:
        return low
