"""What is looked at, with what several checks need of it, found out once."""

import asyncio
import contextlib
import datetime as dt
import email.utils
from collections.abc import AsyncGenerator

import httpx

from app.clock import SystemClock
from app.doctor.bounded import apart
from app.doctor.records import Records, read_records
from app.settings import Reading, seconds
from platforms._shared.http import shared_client
from repositories.migrate import Schema, schema

LONGEST_CALL = dt.timedelta(seconds=10)
"""How long one call to the outside may take."""


class NotCheckedError(Exception):
    """Something cannot be looked at; the message ends the sentence “not checked, because …”."""


class Installation:
    """One that is being looked at."""

    def __init__(
        self,
        reading: Reading,
        *,
        clock: SystemClock,
        stands: "asyncio.Task[Schema]",
        known: "asyncio.Task[Records]",
    ) -> None:
        """Take the settings, and what is being asked of the database."""
        self.settings = reading.settings
        self.problems = reading.problems
        self.clock = clock
        self.ahead = dict[str, dt.timedelta]()
        """By host: how far its clock is ahead of this machine's, as far as answers came and said so."""
        longest = min(seconds(reading.settings.posting.remote_timeout_seconds), LONGEST_CALL)
        self.http = shared_client(timeout=longest, watches=(self._watch,))
        self._stands = stands
        self._known = known

    async def schema(self) -> Schema:
        """Return how the database's tables stand.

        Raises:
            StorylineError: it cannot be used.
        """
        return await asyncio.shield(self._stands)

    async def records(self) -> Records:
        """Return what the database knows.

        Raises:
            NotCheckedError: it cannot be asked.
        """
        try:
            return await asyncio.shield(self._known)
        except NotCheckedError:
            raise
        except Exception as error:  # whatever a driver raises, the check of the database tells it
            raise NotCheckedError("the database cannot be read") from error

    async def _watch(self, response: httpx.Response) -> None:
        with contextlib.suppress(KeyError, ValueError):
            theirs = email.utils.parsedate_to_datetime(response.headers["date"])
            self.ahead[response.request.url.host] = theirs - SystemClock().now()


@contextlib.asynccontextmanager
async def visited(reading: Reading) -> AsyncGenerator[Installation]:
    """Provide an installation to look at, and leave what is still being asked at the end."""
    settings = reading.settings
    clock = SystemClock(offset=seconds(settings.clock.clock_offset_seconds), speed=settings.clock.clock_speed)
    stands = asyncio.create_task(apart(lambda: schema(settings.data.url)))
    known = asyncio.create_task(_records(reading, stands))
    installation = Installation(reading, clock=clock, stands=stands, known=known)
    try:
        yield installation
    finally:
        for task in (stands, known):
            task.cancel()
        await asyncio.gather(stands, known, return_exceptions=True)
        await installation.http.aclose()


async def _records(reading: Reading, stands: "asyncio.Task[Schema]") -> Records:
    async with asyncio.timeout(LONGEST_CALL.total_seconds()):
        if await asyncio.shield(stands) is not Schema.CURRENT:
            raise NotCheckedError("the database is not up to date")
        return await read_records(reading.settings)
