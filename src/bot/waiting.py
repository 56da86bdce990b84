"""Waiting that ends early, and waits that grow."""

import asyncio
import datetime as dt

from services.ports import Clock

FIRST_WAIT = dt.timedelta(seconds=1)
LONGEST_WAIT = dt.timedelta(seconds=30)


async def first_of(*events: asyncio.Event, clock: Clock, within: dt.timedelta) -> None:
    """Return when one of the events is set, or when this time is over."""
    if any(event.is_set() for event in events):
        return
    tasks = [asyncio.create_task(event.wait()) for event in events]
    tasks_and_time: list[asyncio.Task[bool] | asyncio.Task[None]] = [
        *tasks,
        asyncio.create_task(_sleep(clock, within)),
    ]
    try:
        await asyncio.wait(tasks_and_time, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks_and_time:
            task.cancel()


async def _sleep(clock: Clock, duration: dt.timedelta) -> None:
    await clock.sleep(max(duration, dt.timedelta(0)))


class GrowingWait:
    """How long to wait after each failure of a row: twice as long each time, up to a bound."""

    def __init__(self, first: dt.timedelta = FIRST_WAIT, longest: dt.timedelta = LONGEST_WAIT) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def grow(self) -> dt.timedelta:
        """Return the wait after one more failure."""
        wait = self._next
        self._next = min(self._next * 2, self._longest)
        return wait

    def reset(self) -> None:
        """Begin anew: it worked."""
        self._next = self._first
