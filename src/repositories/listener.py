"""Wake-ups from other processes on the same database."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from typing import Protocol

import aiosqlite
import psycopg

from repositories.engine import CONNECTING, is_sqlite, parse
from repositories.wakes import CHANNEL, DUE, OUTBOX

logger = logging.getLogger(__name__)

_RECONNECT_SECONDS = 1.0
_LOOK_SECONDS = 0.5


class Listener(Protocol):
    """Hears of other processes' commits."""

    async def run(self) -> None:
        """Call the wake-ups until cancelled, whatever becomes of the connection."""
        ...


def listener(url: str, *, on_due: Callable[[], None], on_outbox: Callable[[], None]) -> Listener:
    """Return what hears of other processes' commits to this database."""
    if is_sqlite(url):
        return SqliteWatcher(parse(url).database or "", on_due=on_due, on_outbox=on_outbox)
    return PostgresListener(url, on_due=on_due, on_outbox=on_outbox)


class PostgresListener:
    """Is told of due work and of messages to send, by name."""

    def __init__(self, url: str, *, on_due: Callable[[], None], on_outbox: Callable[[], None]) -> None:
        self._url = url
        self._wakes = {DUE: on_due, OUTBOX: on_outbox}

    async def run(self) -> None:
        """Call the wake-ups until cancelled; all of them whenever it has connected."""
        while True:
            try:
                await self._listen()
            except psycopg.Error as error:
                logger.warning("listener.disconnected", extra={"reason": type(error).__name__})
            await _pause(_RECONNECT_SECONDS)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(
            self._url, autocommit=True, **CONNECTING
        ) as connection:
            await connection.execute(f"LISTEN {CHANNEL}")
            for wake in self._wakes.values():
                wake()
            async for notification in connection.notifies():
                if notification.payload in self._wakes:
                    self._wakes[notification.payload]()


class SqliteWatcher:
    """Looks twice a second whether somebody else changed the file, and wakes all when so.

    Its connection is its own, so this process's commits are somebody else's to it too: they wake once more.
    """

    def __init__(self, path: str, *, on_due: Callable[[], None], on_outbox: Callable[[], None]) -> None:
        self._path = path
        self._wakes = (on_due, on_outbox)

    async def run(self) -> None:
        """Call the wake-ups until cancelled; all of them also at its start."""
        while True:
            try:
                await self._watch()
            except sqlite3.OperationalError as error:
                logger.warning("listener.disconnected", extra={"reason": str(error)})
            await _pause(_RECONNECT_SECONDS)

    async def _watch(self) -> None:
        async with aiosqlite.connect(self._path) as connection:
            seen = None
            while True:
                current = await _data_version(connection)
                if current != seen:
                    seen = current
                    for wake in self._wakes:
                        wake()
                await _pause(_LOOK_SECONDS)


async def _data_version(connection: aiosqlite.Connection) -> int:
    """Return a number that changes when another connection has committed to the file."""
    async with connection.execute("PRAGMA data_version") as cursor:
        row = await cursor.fetchone()
    version: int = row[0] if row else 0
    return version


async def _pause(seconds: float) -> None:
    # The database's processes live in real time, also where the product's clock is a simulated one.
    await asyncio.sleep(seconds)  # noqa: TID251
