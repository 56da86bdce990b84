"""The database and the library's workspace, until the shared fixture lands."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from cryptography.fernet import Fernet

from repositories.engine import create_engine
from repositories.migrate import upgrade
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault


@pytest.fixture
async def database(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[SqlDatabase]:
    url = f"sqlite:///{tmp_path_factory.mktemp('database') / 'storyline.db'}"
    await asyncio.to_thread(upgrade, url)
    database = SqlDatabase(create_engine(url), TokenVault([Fernet.generate_key().decode()]))
    yield database
    await database.close()
