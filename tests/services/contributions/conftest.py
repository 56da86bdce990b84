from pathlib import Path

import pytest

from services.unit_of_work import Database
from support.chat_media import ContributionWorld, contribution_world


@pytest.fixture
async def team(database: Database, tmp_path: Path) -> ContributionWorld:
    """A team of three slots a day, on either kind of database."""
    return await contribution_world(database, tmp_path)
