"""Works through what people sent, while this process leads."""

import asyncio
import datetime as dt
from collections.abc import Callable

from bot.waiting import first_of
from services.contributions.fetch import ContributionFetcher
from services.ports import Clock

IDLE = dt.timedelta(seconds=30)
"""The longest time without a look, should a wake-up be lost."""
BREATH = dt.timedelta(milliseconds=20)


class ContributionLoop:
    """Fetches and answers as soon as something is there to be fetched or answered."""

    def __init__(
        self,
        *,
        fetcher: ContributionFetcher,
        clock: Clock,
        taken: asyncio.Event,
        beat: Callable[[], None],
    ) -> None:
        """Take the event that is set whenever something was sent."""
        self._fetcher = fetcher
        self._clock = clock
        self._taken = taken
        self._beat = beat

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what was begun."""
        while not stop.is_set():
            self._beat()
            self._taken.clear()
            next_at = await self._fetcher.work()
            wait = IDLE if next_at is None else max(BREATH, next_at - self._clock.now())
            await first_of(self._taken, stop, clock=self._clock, within=min(wait, IDLE))
