"""SQLite's connection for asyncio, with fewer ways to its thread and back.

aiosqlite makes, executes, reads and closes a cursor in four visits to the connection's thread, and begins and
rolls back in one each. Each visit wakes that thread and then the event loop, which costs more than most
statements. Here a statement is one visit, with its rows and, if it is the first of its transaction, with the
transaction's beginning; and what was never begun is not rolled back.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self, cast

import aiosqlite

ROWS_AT_ONCE = 64


def connect(database: str) -> "Connection":
    """Return a connection to a file, to be awaited."""

    def opened() -> sqlite3.Connection:
        return sqlite3.connect(database, check_same_thread=False)

    return Connection(opened, iter_chunk_size=ROWS_AT_ONCE)


class Connection(aiosqlite.Connection):
    """A connection whose transactions begin when they are told to, with their first statement."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Take what aiosqlite takes."""
        super().__init__(*arguments, **options)
        # As SQLAlchemy does it: a process that ends unexpectedly does not wait for its connections.
        self._thread.daemon = True
        # aiosqlite gives its way to the thread no types.
        self._visit = cast("Callable[..., Any]", self._execute)  # pyright: ignore[reportUnknownMemberType]
        self._is_to_begin = False
        self._may_be_open = False

    def begin_immediately(self) -> None:
        """Let the next statement begin a transaction that takes the writer's place."""
        self._is_to_begin = True

    def cursor(self) -> Any:
        """Return a cursor that costs nothing until it executes."""
        return _Cursor(self)

    async def run(
        self, execute: Callable[[sqlite3.Cursor], sqlite3.Cursor]
    ) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        """Execute a statement and return its cursor with all its rows."""
        is_first = self._is_to_begin
        # Set before it is on its way, so that one that fails or is not waited for is rolled back.
        self._may_be_open |= is_first
        self._is_to_begin = False
        ran: tuple[sqlite3.Cursor, Sequence[Any]] = await self._visit(self._run, execute, is_first=is_first)
        return ran

    async def commit(self) -> None:
        """Commit, if a transaction was begun."""
        if self._may_be_open:
            await super().commit()
        self._ended()

    async def rollback(self) -> None:
        """Roll back, if a transaction was begun."""
        if self._may_be_open:
            await super().rollback()
        self._ended()

    def _run(
        self, execute: Callable[[sqlite3.Cursor], sqlite3.Cursor], *, is_first: bool
    ) -> tuple[sqlite3.Cursor, Sequence[Any]]:
        cursor = self._conn.cursor()
        if is_first:
            cursor.execute("BEGIN IMMEDIATE")
        execute(cursor)
        return cursor, cursor.fetchall() if cursor.description else ()

    def _ended(self) -> None:
        self._is_to_begin = self._may_be_open = False


class _Cursor:
    """The part of a cursor that SQLAlchemy uses."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._executed: sqlite3.Cursor | None = None
        self._rows: Sequence[Any] = ()
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, statement: str, values: Sequence[Any] = ()) -> Self:
        self._executed, self._rows = await self._connection.run(
            lambda cursor: cursor.execute(statement, values)
        )
        return self

    async def executemany(self, statement: str, values: Iterable[Sequence[Any]]) -> Self:
        self._executed, self._rows = await self._connection.run(
            lambda cursor: cursor.executemany(statement, values)
        )
        return self

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        """Do nothing: SQLite is done with a statement when all its rows are read."""

    @property
    def description(self) -> Sequence[Any] | None:
        return None if self._executed is None else self._executed.description

    @property
    def rowcount(self) -> int:
        return -1 if self._executed is None else self._executed.rowcount

    @property
    def lastrowid(self) -> int | None:
        return None if self._executed is None else self._executed.lastrowid
