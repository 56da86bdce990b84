from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from support.databases import open_engine
from support.posting_world import posting_world
from support.token_world import TokenWorld, token_world


@pytest.fixture
async def tokens(database_url: str, tmp_path: Path) -> AsyncGenerator[TokenWorld]:
    """A team with one account whose access lives 60 days, on either kind of database."""
    async with open_engine(database_url) as engine:
        yield await token_world(await posting_world(engine, tmp_path))
