import pytest

from domain.ids import ChatId, WorkspaceId
from services.unit_of_work import Database
from support.builders import NOW


@pytest.fixture
async def workspace_id(database: Database) -> WorkspaceId:
    """A workspace with an empty library."""
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Team", chat_id=ChatId(-1), at=NOW)
        await uow.commit()
    return workspace_id
