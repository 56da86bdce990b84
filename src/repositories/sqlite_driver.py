"""SQLite's connection for asyncio, with fewer ways to its thread and back.

aiosqlite makes, executes, reads and closes a cursor in four visits to the connection's thread. Each wakes
that thread and then the event loop, which costs more than most statements. Here a cursor is made by the visit
that executes its statement and needs no closing, so that a statement takes one visit, or two if it gives
rows.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Self

import aiosqlite

ROWS_AT_ONCE = 64


def connect(database: str) -> aiosqlite.Connection:
    """Return a connection to a file, to be awaited."""

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(database, check_same_thread=False)

    return _Connection(opened, iter_chunk_size=ROWS_AT_ONCE)


class _Connection(aiosqlite.Connection):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        # As SQLAlchemy does it: a process that ends unexpectedly does not wait for its connections.
        self._thread.daemon = True

    def cursor(self) -> Any:
        return _Cursor(self)


class _Cursor:
    """The part of a cursor that SQLAlchemy uses."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._executed: aiosqlite.Cursor | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, values: Iterable[Any] = ()) -> Self:
        self._executed = await self._connection.execute(statement, values)
        return self

    async def executemany(self, statement: str, values: Iterable[Iterable[Any]]) -> Self:
        self._executed = await self._connection.executemany(statement, values)
        return self

    async def fetchall(self) -> Iterable[Any]:
        return [] if self._executed is None else await self._executed.fetchall()

    async def close(self) -> None:
        """Do nothing: SQLite is done with a statement when all its rows are read, as SQLAlchemy does."""

    @property
    def description(self) -> Sequence[Any] | None:
        return None if self._executed is None else self._executed.description

    @property
    def rowcount(self) -> int:
        return -1 if self._executed is None else self._executed.rowcount

    @property
    def lastrowid(self) -> int | None:
        return None if self._executed is None else self._executed.lastrowid
