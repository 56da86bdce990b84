"""The database of a scenario, which can be away for a while or in the middle of a migration."""

import contextlib
import sqlite3
import time
import uuid
from collections.abc import Generator
from pathlib import Path
from typing import Protocol

import psycopg

from repositories.migrate import MIGRATING
from support.databases import OwnPostgres

MIGRATION = "ALTER TABLE publications ADD COLUMN chaos TEXT"


class ChaosDatabase(Protocol):
    """What can be done to a database."""

    @property
    def url(self) -> str:
        """Where it is, for the product."""
        ...

    def be_away(self, seconds: float) -> None:
        """Let nobody use it for so long; at 0 seconds a server is killed and started at once."""
        ...

    @contextlib.contextmanager
    def migrating(self) -> Generator[None]:
        """Hold the migrations' lock and a table that one of them changes; in the end the change is undone."""
        ...


class SqliteFile:
    """A file, whose only way to be away is that somebody else has locked it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.url = f"sqlite:///{path}"

    def be_away(self, seconds: float) -> None:
        """Hold the writer's lock."""
        with self.migrating():
            time.sleep(seconds)

    @contextlib.contextmanager
    def migrating(self) -> Generator[None]:
        """Be in the middle of a migration, which holds the file."""
        with contextlib.closing(sqlite3.connect(self._path, isolation_level=None, timeout=15)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(MIGRATION)
            yield
            connection.execute("ROLLBACK")


class PostgresDatabase:
    """A database on a server that is stopped and started."""

    def __init__(self, server: OwnPostgres, url: str) -> None:
        self._server = server
        self.url = url

    def be_away(self, seconds: float) -> None:
        """Kill the server, and start it again after so long."""
        self._server.stop()
        time.sleep(seconds)
        self._server.start()

    @contextlib.contextmanager
    def migrating(self) -> Generator[None]:
        """Be in the middle of a migration."""
        with psycopg.connect(self.url) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [MIGRATING])
            connection.execute(MIGRATION)
            yield
            connection.rollback()


@contextlib.contextmanager
def chaos_database(kind: str, server: OwnPostgres | None, folder: Path) -> Generator[ChaosDatabase]:
    """Yield a database of this kind without any table."""
    if kind == "sqlite" or server is None:
        yield SqliteFile(folder / "storyline.db")
        return
    with server.postgres.database(f"chaos_{uuid.uuid4().hex}") as url:
        yield PostgresDatabase(server, url)
