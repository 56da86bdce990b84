"""Bring the database's tables to the form that this version of the product needs."""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from repositories.engine import begin_immediately, is_sqlite, parse

_LOCK = 0x53746F72794D6967
"""Key of PostgreSQL's advisory lock on migrating; any number that nothing else uses."""


def upgrade(url: str) -> None:
    """Apply the migrations that are missing, all of them or none.

    Of several processes that do this at once one does the work, and the others wait for it. Blocks; to be
    called in a thread where an event loop runs.
    """
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # SQLite's transaction holds the file by itself
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """Return the revision of the database; None: it has no tables of ours. Blocks."""
    if is_sqlite(url) and not Path(parse(url).database or "").is_file():
        return None
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Whether no migration is missing. Blocks."""
    return current(url) == ScriptDirectory.from_config(_config()).get_current_head()


def _engine(url: str) -> sa.Engine:
    if is_sqlite(url):
        engine = sa.create_engine(parse(url), poolclass=sa.NullPool)
        begin_immediately(engine)
        return engine
    return sa.create_engine(parse(url).set(drivername="postgresql+psycopg"), poolclass=sa.NullPool)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_scripts()).replace("%", "%%"))
    return config


def _scripts() -> Path:
    """Return the folder of the migrations: beside our packages when installed, beside `src` in a checkout."""
    packages = Path(__file__).resolve().parents[1]
    installed = packages / "migrations"
    return installed if installed.is_dir() else packages.parent / "migrations"
