"""Which items' files are gone, and whether that may be: a drive that is not there is no tidying up."""

from collections.abc import Mapping
from pathlib import Path

from domain.ids import MediaId, WorkspaceId
from services.media.folder import FolderListing
from services.unit_of_work import Database

SMALL_LIBRARY = 20
"""Of fewer items any number may vanish at once, but not all."""
FEW = 5
"""Of so few even all may."""
PAGE = 10_000


async def lying_in(database: Database, workspace_id: WorkspaceId, folder: Path) -> dict[MediaId, str]:
    """Return the items below a folder that are not missing, and where they lie."""
    found = dict[MediaId, str]()
    after: MediaId | None = None
    async with database.read() as look:
        while page := await look.media.lying_in(workspace_id, str(folder), after=after, limit=PAGE):
            found |= page
            after = page[-1][0]
    return found


def vanished_from(listing: FolderListing, items: Mapping[MediaId, str]) -> set[MediaId]:
    """Return the items whose files are not in the folder; of what cannot be read nothing is known."""
    there = {str(path) for path in listing.files}
    gone = {media_id for media_id, path in items.items() if path not in there}
    if not listing.unreadable:
        return gone
    unreadable = set(listing.unreadable)
    return {media_id for media_id in gone if unreadable.isdisjoint(Path(items[media_id]).parents)}


def is_drive_gone(vanished: int, *, of: int) -> bool:
    """Whether so many items vanished at once that it is rather a drive than people."""
    return (of >= SMALL_LIBRARY and 2 * vanished > of) or vanished == of >= FEW
