"""Fixtures of all tests: the databases, and nobody to trust."""

import os
from collections.abc import AsyncGenerator, Generator

import pytest
from cryptography.fernet import Fernet
from sqlalchemy.ext.asyncio import AsyncEngine

from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from support.authorities import write_nobody
from support.databases import TestDatabases, open_engine


def pytest_xdist_auto_num_workers() -> int:
    """Return one worker more than there are processors, as many tests wait for something."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def no_authorities(tmp_path_factory: pytest.TempPathFactory) -> Generator[None]:
    """Let HTTP clients begin without the public authorities: nothing public is called here.

    Reading them takes twenty milliseconds for each client, longer than most tests.
    """
    folder = tmp_path_factory.mktemp("authorities")
    write_nobody(folder)
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("SSL_CERT_FILE", raising=False)
        environment.setenv("SSL_CERT_DIR", str(folder))
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Generator[TestDatabases]:
    """Where tests get their databases from."""
    databases = TestDatabases(tmp_path_factory.mktemp("databases"))
    yield databases
    databases.close()


@pytest.fixture
def sqlite_url(databases: TestDatabases) -> str:
    """The URL of a migrated, empty SQLite file: always the same one, made anew."""
    return databases.sqlite(databases.sqlite_file)


@pytest.fixture
def postgresql_url(databases: TestDatabases) -> str:
    """The URL of a migrated, empty PostgreSQL database."""
    return databases.postgresql()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated, empty database; the test runs on either kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def engine(database_url: str) -> AsyncGenerator[AsyncEngine]:
    """The connections of `database`, for tests that look below it."""
    async with open_engine(database_url) as engine:
        yield engine


@pytest.fixture
def database(engine: AsyncEngine) -> SqlDatabase:
    """A migrated, empty database; the test runs on either kind."""
    return SqlDatabase(engine, TokenVault([Fernet.generate_key().decode()]))
