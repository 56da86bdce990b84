from pathlib import Path

import pytest

from services.unit_of_work import Database
from support.posting_world import PostingWorld, posting_world


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> PostingWorld:
    return await posting_world(database, tmp_path)
