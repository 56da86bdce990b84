"""What is looked at, with what several checks need of it, found out once."""

import asyncio
import contextlib
import datetime as dt
import email.utils
from collections.abc import AsyncGenerator
from typing import Any

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
    """One that is being looked at. The database is asked once, when somebody first wants to know."""

    def __init__(self, reading: Reading) -> None:
        """Take the settings; nothing is called yet."""
        self.settings = reading.settings
        self.problems = reading.problems
        clock, posting = reading.settings.clock, reading.settings.posting
        self.clock = SystemClock(offset=seconds(clock.clock_offset_seconds), speed=clock.clock_speed)
        self.ahead = dict[str, dt.timedelta]()
        """By host: how far its clock is ahead of this machine's, as far as answers came and said so."""
        longest = min(seconds(posting.remote_timeout_seconds), LONGEST_CALL)
        self.http = shared_client(timeout=longest, watches=(self._watch,))
        self._schema: asyncio.Task[Schema] | None = None
        self._records: asyncio.Task[Records] | None = None

    async def schema(self) -> Schema:
        """Return how the database's tables stand.

        Raises:
            StorylineError: it cannot be used.
        """
        if self._schema is None:
            self._schema = asyncio.create_task(apart(lambda: schema(self.settings.data.url)))
        return await asyncio.shield(self._schema)

    async def records(self) -> Records:
        """Return what the database knows.

        Raises:
            NotCheckedError: it cannot be asked.
        """
        if self._records is None:
            self._records = asyncio.create_task(self._read())
        try:
            return await asyncio.shield(self._records)
        except NotCheckedError:
            raise
        except Exception as error:  # whatever a driver raises, the check of the database tells that it did
            raise NotCheckedError("the database cannot be read") from error

    async def close(self) -> None:
        """Leave what is still being asked."""
        asked: list[asyncio.Task[Any]] = [task for task in (self._schema, self._records) if task is not None]
        for task in asked:
            task.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        await self.http.aclose()

    async def _read(self) -> Records:
        async with asyncio.timeout(LONGEST_CALL.total_seconds()):
            if await self.schema() is not Schema.CURRENT:
                raise NotCheckedError("the database is not up to date")
            return await read_records(self.settings)

    async def _watch(self, response: httpx.Response) -> None:
        with contextlib.suppress(KeyError, ValueError):
            theirs = email.utils.parsedate_to_datetime(response.headers["date"])
            self.ahead[response.request.url.host] = theirs - SystemClock().now()


@contextlib.asynccontextmanager
async def visited(reading: Reading) -> AsyncGenerator[Installation]:
    """Provide an installation to look at."""
    installation = Installation(reading)
    try:
        yield installation
    finally:
        await installation.close()
