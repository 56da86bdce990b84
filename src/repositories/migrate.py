"""Bring the database's tables to the form that this version of the product needs."""

import contextlib
import enum
from collections.abc import Generator
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from domain.errors import StorylineError
from repositories.engine import CONNECTING, begin_immediately, is_sqlite, parse

MIGRATING = 0x53746F72794D6967
"""Key of PostgreSQL's advisory lock on migrating; any number that nothing else uses."""


class Schema(enum.Enum):
    """How a database's tables stand to what this version of the product needs."""

    NONE = enum.auto()
    """It has none of ours."""
    OLDER = enum.auto()
    CURRENT = enum.auto()
    LATER = enum.auto()
    """A later version of the product made them."""


def upgrade(url: str) -> None:
    """Apply the migrations that are missing, all of them or none; makes SQLite's folder where there is none.

    Of several processes that do this at once one does the work, and the others wait for it. Blocks; to be
    called in a thread where an event loop runs.

    Raises:
        StorylineError: the database cannot be used.
    """
    if is_sqlite(url):
        _make_folder(Path(parse(url).database or ""))
    with _transaction(url) as connection:
        if connection.dialect.name == "postgresql":  # SQLite's transaction holds the file by itself
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(MIGRATING)))
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def current(url: str) -> str | None:
    """Return the revision of the database; None: it has no tables of ours. Blocks.

    Raises:
        StorylineError: the database cannot be used.
    """
    if is_sqlite(url) and not Path(parse(url).database or "").is_file():
        return None
    with _transaction(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def schema(url: str) -> Schema:
    """Return how the database's tables stand. Blocks, and makes no file.

    Raises:
        StorylineError: the database cannot be used.
    """
    found, scripts = current(url), ScriptDirectory.from_config(_config())
    if found is None:
        return Schema.NONE
    if found == scripts.get_current_head():
        return Schema.CURRENT
    is_known = any(script.revision == found for script in scripts.walk_revisions())
    return Schema.OLDER if is_known else Schema.LATER


def is_current(url: str) -> bool:
    """Whether no migration is missing. Blocks."""
    return schema(url) is Schema.CURRENT


@contextlib.contextmanager
def _transaction(url: str) -> Generator[sa.Connection]:
    """Open a transaction; what stands against that is for people to put right, so it is a sentence."""
    engine = _engine(url)
    with contextlib.ExitStack() as stack:
        stack.callback(engine.dispose)
        try:
            connection = stack.enter_context(engine.connect())
            stack.enter_context(connection.begin())
        except DBAPIError as error:
            why = str(error.orig).partition("\n")[0]
            raise StorylineError(f"The database cannot be used: {why}") from error
        yield connection


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorylineError(f"The folder {file.parent} cannot be made: {error.strerror}.") from error


def _engine(url: str) -> sa.Engine:
    if is_sqlite(url):
        engine = sa.create_engine(parse(url), poolclass=sa.NullPool)
        begin_immediately(engine)
        return engine
    return sa.create_engine(
        parse(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool, connect_args=dict(CONNECTING)
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_scripts()).replace("%", "%%"))
    return config


def _scripts() -> Path:
    """Return the folder of the migrations: beside our packages when installed, beside `src` in a checkout."""
    packages = Path(__file__).resolve().parents[1]
    installed = packages / "migrations"
    return installed if installed.is_dir() else packages.parent / "migrations"
