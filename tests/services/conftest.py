from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from support.databases import open_engine
from support.posting_world import PostingWorld, posting_world


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncGenerator[PostingWorld]:
    """On either kind of database."""
    async with open_engine(database_url) as engine:
        yield await posting_world(engine, tmp_path)


@pytest.fixture
async def sqlite_world(sqlite_url: str, tmp_path: Path) -> AsyncGenerator[PostingWorld]:
    """On SQLite alone, for tables of cases in which the kind of database plays no part."""
    async with open_engine(sqlite_url) as engine:
        yield await posting_world(engine, tmp_path)


@pytest.fixture
async def postgresql_world(postgresql_url: str, tmp_path: Path) -> AsyncGenerator[PostingWorld]:
    """On PostgreSQL alone, for what a sample is enough of."""
    async with open_engine(postgresql_url) as engine:
        yield await posting_world(engine, tmp_path)
