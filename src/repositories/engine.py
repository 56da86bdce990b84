"""Connections to either database: how they are opened, and how their transactions begin."""

import datetime as dt
import functools
import math
import time
from collections.abc import Mapping
from typing import Any, LiteralString, cast

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from domain.errors import StorylineError
from repositories import sqlite_driver

BUSY_TIMEOUT = dt.timedelta(seconds=15)
"""How long SQLite waits for another process's transaction."""
POOL_SIZE = 10
"""PostgreSQL connections per process; transactions are short, so a few serve many workers."""
CONNECTING: Mapping[str, Any] = {
    "connect_timeout": 10,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Parameters of every PostgreSQL connection, in seconds and the last in milliseconds: within about ten
seconds it is known that the other end is gone."""
ASKED_AFTER = dt.timedelta(seconds=5)
"""How long a PostgreSQL connection may lie unused and be used without being asked whether it still is one."""
_WITHOUT_BEGIN = "without_begin"
_RESTS_SINCE = "rests_since"
SESSION: LiteralString = """
SET idle_in_transaction_session_timeout = '15s';
SET jit = off;
SET tcp_keepalives_idle = 5;
SET tcp_keepalives_interval = 2;
SET tcp_keepalives_count = 3
"""
"""What the server is told at the beginning of each connection: how soon to notice that this end is gone, for
the transaction of a process that is stopped would hold up all others with its locks; and
to compile no statement, which takes longer than any of ours, and is done for tables without statistics."""


def create_engine(url: str, *, asked_after: dt.timedelta = ASKED_AFTER) -> AsyncEngine:
    """Return the engine for a `postgresql://` or `sqlite:///` URL; nothing is connected yet.

    Raises:
        StorylineError: the URL is of another kind.
    """
    parsed = parse(url)
    if is_sqlite(url):
        # SQLite has one writer at a time. One connection lets a process's transactions wait for each other in
        # turn, instead of each polling for the file's lock; every transaction still has it for itself.
        engine = create_async_engine(
            parsed.set(drivername="sqlite+aiosqlite"),
            pool_size=1,
            max_overflow=0,
            async_creator=functools.partial(sqlite_driver.connect, parsed.database or ""),
        )
        event.listen(engine.sync_engine, "connect", _set_up_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_with_the_first_statement)
        return engine
    engine = create_async_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=POOL_SIZE,
        max_overflow=0,
        # The one used last is used first, so that the others rest and are asked before they are used again.
        pool_use_lifo=True,
        connect_args=dict(CONNECTING),
    )
    event.listen(engine.sync_engine, "connect", _set_up_postgresql)
    _ask_after_rest(engine.sync_engine, asked_after)
    return engine


def parse(url: str) -> sa.URL:
    """Return a database URL in parts.

    Raises:
        StorylineError: it is neither of the two kinds. The message does not repeat it, for its password.
    """
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        parsed = None
    if parsed is None or parsed.drivername not in {"postgresql", "sqlite"}:
        raise StorylineError("DATABASE_URL takes postgresql://… or sqlite:///….")
    return parsed


def is_sqlite(url: str) -> bool:
    """Whether this is the URL of an SQLite file."""
    return parse(url).drivername == "sqlite"


def without_transactions(engine: AsyncEngine) -> AsyncEngine:
    """Return the same connections for statements that only read; each is a transaction of its own."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_WITHOUT_BEGIN: True})
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def begin_immediately(engine: sa.Engine) -> None:
    """Let SQLite transactions take the writer's place at their beginning, and be durable at their end.

    Without that, a transaction that reads before it writes loses the updates of others without any error.
    For an engine without asyncio; that of `create_engine` does it by itself.
    """
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_immediate)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT // dt.timedelta(milliseconds=1)}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _set_up_postgresql(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(SESSION)
    cursor.close()
    connection.commit()


def _ask_after_rest(engine: sa.Engine, asked_after: dt.timedelta) -> None:
    """Ask a connection that lay unused for a while whether it is still one, and replace all if not.

    To ask before every transaction, as the pool's own pre-ping does, would cost each a round trip.
    """

    def rests(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_RESTS_SINCE] = time.monotonic()

    def is_taken(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        rested = time.monotonic() - record.info.get(_RESTS_SINCE, math.inf)  # a new one has not rested
        if rested > asked_after.total_seconds():
            _ask(engine.dialect, connection)

    event.listen(engine, "checkin", rests)
    event.listen(engine, "checkout", is_taken)


def _ask(dialect: sa.Dialect, connection: Any) -> None:
    try:
        is_alive = dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error
    if not is_alive:
        raise InvalidatePoolError


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_with_the_first_statement(connection: sa.Connection) -> None:
    if not connection.get_execution_options().get(_WITHOUT_BEGIN):
        cast("sqlite_driver.Connection", connection.connection.driver_connection).begin_immediately()
