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
from repositories.tables import media_standing, tokens, workspaces
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
AN_ITEM = """
    INSERT INTO media_items (id, workspace_id, path, sha256, facts, description, added_at, is_retired)
    VALUES (:id, 1, '/cup.jpg', :sha256, '{"kind": "image"}', '{"category": "cups"}',
      '2026-03-01 12:00:00', false)
"""
A_LOCK = """
    INSERT INTO media_locks (media_id, account_id, reason, until, locked_at)
    VALUES (:media_id, 1, :reason, :until, '2026-03-01 12:00:00')
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


def test_a_library_that_was_there_before_stands_as_its_locks_say_and_a_way_back_leads_to_the_old_tables(
    empty_url: str,
) -> None:
    driver = "sqlite" if is_sqlite(empty_url) else "postgresql+psycopg"
    engine = sa.create_engine(parse(empty_url).set(drivername=driver), poolclass=sa.NullPool)
    config = Config()
    config.set_main_option("script_location", "migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        connection.execute(sa.text(A_TEAM))
        connection.execute(sa.text(AN_ACCOUNT), {"id": 1, "login": "instagram"})
        for number in (1, 2, 3):
            connection.execute(sa.text(AN_ITEM), {"id": number, "sha256": f"{number:064x}"})
        connection.execute(
            sa.text(A_LOCK), {"media_id": 1, "reason": "posted", "until": "2026-04-01 12:00:00"}
        )
        connection.execute(sa.text(A_LOCK), {"media_id": 2, "reason": "rejected", "until": None})
        command.upgrade(config, "0005")

        rows = connection.execute(sa.select(media_standing).order_by(media_standing.c.media_id)).all()
        command.downgrade(config, "0004")
        left = sa.inspect(connection).get_table_names()
        connection.execute(sa.text(AN_ITEM), {"id": 4, "sha256": f"{4:064x}"})
    engine.dispose()

    assert [row.category for row in rows] == ["cups"] * 3
    assert [row.rests_until and row.rests_until.year for row in rows] == [2026, 9999, None]
    assert [row.last_posted_at.year for row in rows] == [2026, 1970, 1970]
    assert "media_standing" not in left
