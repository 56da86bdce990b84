"""Who of several processes on one database polls, sends, plans and ticks."""

import asyncio
import fcntl
from pathlib import Path
from typing import IO, Protocol

import psycopg

from repositories.engine import CONNECTING, SESSION, is_sqlite, parse

_LOCK = 0x537472794C656164
"""Key of PostgreSQL's advisory lock on leading; any number that nothing else uses."""


class Leadership(Protocol):
    """A place that one process has at a time, and that passes on when its process dies."""

    async def try_acquire(self) -> bool:
        """Take the place if it is free, and return whether this process has it now."""
        ...

    async def is_held(self) -> bool:
        """Whether this process still has the place, asked of the database."""
        ...

    async def release(self) -> None:
        """Give the place up."""
        ...


def leadership(url: str) -> Leadership:
    """Return the leadership of the processes on this database."""
    if is_sqlite(url):
        return FileLeadership(Path(f"{parse(url).database}.leader"))
    return PostgresLeadership(url)


class FileLeadership:
    """A lock on a file beside the SQLite database: it ends with the process, also with one that is killed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: IO[bytes] | None = None

    async def try_acquire(self) -> bool:
        """Take the place if it is free."""
        if self._held is None:
            self._held = await asyncio.to_thread(_locked, self._path)
        return self._held is not None

    async def is_held(self) -> bool:
        """Whether this process has the place; nobody can take it away."""
        return self._held is not None

    async def release(self) -> None:
        """Close the file, and with it the lock."""
        held, self._held = self._held, None
        if held is not None:
            held.close()


def _locked(path: Path) -> IO[bytes] | None:
    file = path.open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


class PostgresLeadership:
    """An advisory lock of a session: it ends with the connection, also with one that is killed.

    It does not work through a pooler that changes sessions between transactions.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection | None = None

    async def try_acquire(self) -> bool:
        """Take the place if it is free; also False when the database cannot be reached."""
        if self._connection is not None:
            return await self.is_held()
        try:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True, **CONNECTING)
            await self._connection.execute(SESSION)
            cursor = await self._connection.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
            row = await cursor.fetchone()
        except psycopg.OperationalError:
            row = None
        if row is None or not row[0]:
            await self.release()
            return False
        return True

    async def is_held(self) -> bool:
        """Whether the session that has the lock is alive."""
        if self._connection is None:
            return False
        try:
            await self._connection.execute("SELECT 1")
        except psycopg.OperationalError:
            await self.release()
            return False
        return True

    async def release(self) -> None:
        """Close the session, and with it the lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
