import datetime as dt
import enum
import multiprocessing
import re
from collections.abc import Generator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from domain.errors import StorylineError
from repositories import migrate
from repositories.engine import is_sqlite, parse
from repositories.tables import tokens, workspaces
from repositories.types import EnumText
from support.databases import TestDatabases

metadata = workspaces.metadata
A_TEAM = (
    "INSERT INTO workspaces (id, name, chat_id, created_at) VALUES (1, 'Team', -1001, '2026-03-01 12:00:00')"
)
AN_ACCOUNT = """
    INSERT INTO accounts
      (id, workspace_id, platform, external_id, name, login, state, state_reason, created_at)
    VALUES (:id, 1, 'instagram', :login, 'pots', :login, 'active', '', '2026-03-01 12:00:00')
"""
A_TOKEN = """
    INSERT INTO tokens (account_id, sealed, updated_at) VALUES (:id, 'sealed', '2026-03-01 12:00:00')
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, databases: TestDatabases, tmp_path: Path) -> Generator[str]:
    """The URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        with databases.unmigrated_postgresql() as url:
            yield url


@pytest.fixture
def connection(database_url: str) -> Generator[sa.Connection]:
    """A connection to a migrated database."""
    driver = "sqlite" if is_sqlite(database_url) else "postgresql+psycopg"
    engine = sa.create_engine(parse(database_url).set(drivername=driver))
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_an_empty_database_is_brought_up_to_date_and_stays_so(empty_url: str) -> None:
    assert migrate.current(empty_url) is None
    assert not migrate.is_current(empty_url)

    migrate.upgrade(empty_url)
    first = migrate.current(empty_url)
    migrate.upgrade(empty_url)

    assert first is not None
    assert migrate.current(empty_url) == first
    assert migrate.is_current(empty_url)


def test_asking_for_the_revision_makes_no_file(tmp_path: Path) -> None:
    assert not migrate.is_current(f"sqlite:///{tmp_path / 'absent.db'}")

    assert list(tmp_path.iterdir()) == []


def test_the_migrations_make_the_tables_that_the_code_knows(connection: sa.Connection) -> None:
    assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_migrations_allow_the_states_that_the_code_knows(connection: sa.Connection) -> None:
    known = {
        f"ck_{table.name}_{column.name}": members(column.type)
        for table in metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, EnumText)
    }

    inspector = sa.inspect(connection)
    there = {
        str(constraint["name"]): words(constraint["sqltext"])
        for table in metadata.tables
        for constraint in inspector.get_check_constraints(table)
    }

    assert there == known


def test_the_migrations_make_the_conditions_of_partial_indexes_that_the_code_knows(
    connection: sa.Connection,
) -> None:
    dialect = connection.dialect.name
    known = {
        index.name: words(str(index.dialect_options[dialect]["where"].compile(connection)))
        for table in metadata.sorted_tables
        for index in table.indexes
        if index.dialect_options[dialect]["where"] is not None
    }

    inspector = sa.inspect(connection)
    there = {
        index["name"]: words(str(condition))
        for table in metadata.tables
        for index in inspector.get_indexes(table)
        if (condition := index.get("dialect_options", {}).get(f"{dialect}_where")) is not None
    }

    assert there == known


def test_processes_that_migrate_at_once_wait_for_each_other(empty_url: str) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=migrate.upgrade, args=(empty_url,)) for _ in range(2)]

    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=30)

    assert [process.exitcode for process in processes] == [0, 0]
    assert migrate.is_current(empty_url)


@pytest.mark.parametrize(
    "url", ["mysql://root:canary@db/x", "storyline.db", "postgresql+asyncpg://canary@db/x"]
)
def test_another_kind_of_url_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(StorylineError, match="DATABASE_URL") as refusal:
        migrate.upgrade(url)

    assert "canary" not in str(refusal.value)


def members(kind: EnumText[enum.StrEnum]) -> frozenset[str]:
    return frozenset(str(member) for member in kind.members)


def words(condition: str) -> frozenset[str]:
    """Return what a condition is about, however a database writes it."""
    return frozenset(re.findall(r"'(\w+)'", condition))


def test_tokens_of_instagram_login_that_were_renewed_by_hand_are_renewed_from_now_on(empty_url: str) -> None:
    driver = "sqlite" if is_sqlite(empty_url) else "postgresql+psycopg"
    engine = sa.create_engine(parse(empty_url).set(drivername=driver), poolclass=sa.NullPool)
    config = Config()
    config.set_main_option("script_location", "migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(sa.text(A_TEAM))
        for number, login in enumerate(["instagram", "facebook"], start=1):
            connection.execute(sa.text(AN_ACCOUNT), {"id": number, "login": login})
            connection.execute(sa.text(A_TOKEN), {"id": number})

    migrate.upgrade(empty_url)

    with engine.connect() as connection:
        rows = connection.execute(sa.select(tokens.c.account_id, tokens.c.refresh_after))
        renewed = {row.account_id: row.refresh_after for row in rows}
    engine.dispose()
    assert renewed == {1: dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC), 2: None}
