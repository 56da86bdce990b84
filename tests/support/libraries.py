"""Folders of files, and the libraries that they are taken into."""

from collections.abc import Callable
from pathlib import Path

from domain.ids import WorkspaceId
from domain.media import MediaItem
from domain.publication import COMMAND_LINE
from services.media.import_report import ImportProgress, ImportReport
from services.media.ingest import IngestService
from services.unit_of_work import Database


async def imported(
    ingest: IngestService,
    workspace_id: WorkspaceId,
    folder: Path,
    on_progress: Callable[[ImportProgress], object] = lambda at: None,
) -> ImportReport:
    """Take a folder in."""
    return await ingest.import_folder(
        folder, workspace_id=workspace_id, actor=COMMAND_LINE, on_progress=on_progress
    )


async def library(database: Database, workspace_id: WorkspaceId) -> list[MediaItem]:
    """Return all items, oldest first."""
    async with database.begin() as uow:
        return await uow.media.find(workspace_id)


def written(path: Path, data: bytes) -> Path:
    """Write a file and the folders it needs; return where it is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
