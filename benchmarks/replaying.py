"""What an engine sends to its database, noted, and sent again by the bare driver."""

import collections
import contextlib
import dataclasses
from collections.abc import AsyncGenerator, Generator, Sequence
from typing import Any, Protocol

import aiosqlite
import psycopg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from repositories.engine import is_sqlite, parse


@dataclasses.dataclass(frozen=True, slots=True)
class Sent:
    """A statement with its values, as the driver got it."""

    text: str
    values: Any
    is_many: bool
    """Whether the values are those of several executions."""


Transaction = list[Sent]
"""The statements of one that was committed, in order."""


class Driver(Protocol):
    """A connection of the bare driver."""

    async def send(self, sent: Sent) -> None:
        """Execute a statement and read all that it gives back."""
        ...

    async def commit(self) -> None:
        """End the transaction."""
        ...


@contextlib.contextmanager
def sent_by(engine: AsyncEngine) -> Generator[list[Transaction]]:
    """Yield a list that fills with the engine's transactions as they end; whoever reads it may empty it."""
    ended: list[Transaction] = []
    running: dict[int, Transaction] = collections.defaultdict(list)

    def note(connection: Any, _cursor: Any, text: str, values: Any, _context: Any, is_many: Any) -> None:
        running[id(connection)].append(Sent(text, values, bool(is_many)))

    def end(connection: Any) -> None:
        ended.append(running.pop(id(connection)))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    event.listen(engine.sync_engine, "commit", end)
    try:
        yield ended
    finally:
        event.remove(engine.sync_engine, "before_cursor_execute", note)
        event.remove(engine.sync_engine, "commit", end)


async def replay(driver: Driver, transactions: Sequence[Transaction]) -> None:
    """Send transactions once more, one after another."""
    for transaction in transactions:
        for each in transaction:
            await driver.send(each)
        await driver.commit()


@contextlib.asynccontextmanager
async def bare_driver(url: str) -> AsyncGenerator[Driver]:
    """Yield a connection set up as the product sets up its own."""
    if is_sqlite(url):
        async with aiosqlite.connect(parse(url).database or "", isolation_level=None) as sqlite:
            for pragma in ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"):
                await sqlite.execute(f"PRAGMA {pragma}")
            yield _Aiosqlite(sqlite)
    else:
        async with await psycopg.AsyncConnection.connect(url) as postgresql:
            yield _Psycopg(postgresql)


class _Aiosqlite:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def send(self, sent: Sent) -> None:
        if sent.is_many:
            await self._connection.executemany(sent.text, sent.values)
        else:
            await self._connection.execute_fetchall(sent.text, sent.values)

    async def commit(self) -> None:
        await self._connection.commit()


class _Psycopg:
    def __init__(self, connection: psycopg.AsyncConnection) -> None:
        self._connection = connection

    async def send(self, sent: Sent) -> None:
        async with self._connection.cursor() as cursor:
            text = sent.text.encode()  # bytes, for the type of texts asks for literals
            if sent.is_many:
                await cursor.executemany(text, sent.values)
            else:
                await cursor.execute(text, sent.values)
            if cursor.description is not None:
                await cursor.fetchall()

    async def commit(self) -> None:
        await self._connection.commit()
