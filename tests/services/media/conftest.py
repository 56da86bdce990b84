from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.media_workers.pool import MediaWorkers
from domain.ids import ChatId, WorkspaceId
from services.media.ingest import IngestService
from services.media.thumbnails import Thumbnails
from services.unit_of_work import Database
from support.builders import NOW
from support.fake_clock import FakeClock


@pytest.fixture
async def workspace_id(database: Database) -> WorkspaceId:
    """A workspace with an empty library."""
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Team", chat_id=ChatId(-1), at=NOW)
        await uow.commit()
    return workspace_id


@pytest.fixture
async def workers() -> AsyncIterator[MediaWorkers]:
    """The processes that examine files."""
    async with MediaWorkers() as workers:
        yield workers


@pytest.fixture
def thumbnails(workers: MediaWorkers, tmp_path: Path) -> Thumbnails:
    """A folder for thumbnails."""
    return Thumbnails(tmp_path / "thumbnails", thumbnailer=workers)


@pytest.fixture
def ingest(database: Database, workers: MediaWorkers, thumbnails: Thumbnails) -> IngestService:
    """Imports by the real workers."""
    return IngestService(database=database, clock=FakeClock(), examiner=workers, thumbnails=thumbnails)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the media lie."""
    return (tmp_path / "library").resolve()
