"""What most tests of the repositories begin with."""

import pytest

from repositories.unit_of_work import SqlDatabase
from support.builders import Team, add_team


@pytest.fixture
async def team(database: SqlDatabase) -> Team:
    """A workspace with an account and a post, in the database under test."""
    return await add_team(database)
