"""Split a video that is too long for a placement into parts, each of them an item of the library.

The parts are the bot's own: their files are deleted some time after they were posted.
"""

import asyncio
import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path

from domain.capabilities import Placement
from domain.errors import StorylineError
from domain.media import MediaItem
from domain.recipe import VideoRecipe, parts_of
from domain.workspace import Workspace
from services.media.ingest import IngestService
from services.media.prepare import patience_for
from services.media.unfinished import delete_stale, is_stale, new_unfinished
from services.ports import Clock, Networks, Preparer, UnreadableMediaError
from services.unit_of_work import Database

MOST_PARTS = 20
"""More would bury everything else that an account shows."""
FILES = "*.mp4"


class SplitService:
    """Makes parts. They are retired from the beginning, so that the planner never picks one of them alone."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        networks: Networks,
        preparer: Preparer,
        ingest: IngestService,
        folder: Path,
        retention: dt.timedelta,
    ) -> None:
        """Take what it works with; parts are kept for the `retention` after the last use of one."""
        self._database = database
        self._clock = clock
        self._networks = networks
        self._preparer = preparer
        self._ingest = ingest
        self._folder = folder
        self._retention = retention

    async def split(
        self,
        item: MediaItem,
        workspace: Workspace,
        *,
        placement: str,
        actor: str,
        on_progress: Callable[[float], object],
    ) -> list[MediaItem]:
        """Return the parts in their order; the video itself where it is not too long.

        Raises:
            StorylineError: no platform has the placement, or the parts cannot be made.
        """
        recipes = parts_of(item.facts, self._shortest(placement), workspace.settings.wishes(item))
        if not recipes:
            return [item]
        if len(recipes) > MOST_PARTS:
            raise StorylineError(
                f"{Path(item.path).name} would come in {len(recipes)} parts, at most {MOST_PARTS} go. "
                "Cut it to what is worth showing."
            )
        parts: list[MediaItem] = []
        for number, recipe in enumerate(recipes):
            path = self._folder / f"{item.sha256[:16]}-{number + 1}-of-{len(recipes)}.mp4"

            def heard(share: float, before: int = number) -> None:
                on_progress((before + share) / len(recipes))

            try:
                await self._make(item, recipe, path, on_progress=heard)
                parts.append(
                    await self._ingest.import_file(
                        path, workspace_id=workspace.id, actor=actor, set_aside=True
                    )
                )
            except UnreadableMediaError as error:
                raise StorylineError(f"{Path(item.path).name} cannot be split: {error}.") from error
        return parts

    async def sweep(self) -> None:
        """Delete the parts that nothing needs and that were last used long ago."""
        now = self._clock.now()
        await asyncio.to_thread(delete_stale, self._folder, now=now)
        old = await asyncio.to_thread(_old_parts, self._folder, now, self._retention)
        if not old:
            return
        async with self._database.begin() as uow:
            kept = set[str]()
            for workspace in await uow.workspaces.all():
                items = [file.item for file in await uow.media.known(workspace.id, paths=old)]
                needed = await uow.prepared.needed([each.id for each in items], since=now - self._retention)
                kept |= {each.path for each in items if each.id in needed}
                gone = [each.id for each in items if each.id not in needed]
                await uow.media.missing(gone, at=now)
            await uow.commit()
        await asyncio.to_thread(_delete, old - kept)

    async def _make(
        self, item: MediaItem, recipe: VideoRecipe, path: Path, *, on_progress: Callable[[float], object]
    ) -> None:
        part = await asyncio.to_thread(new_unfinished, self._folder)
        try:
            await self._preparer.prepare(
                recipe,
                source=Path(item.path),
                target=part,
                patience=patience_for(item),
                on_progress=on_progress,
            )
            await asyncio.to_thread(part.replace, path)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)

    def _shortest(self, name: str) -> Placement:
        """Return the placement of this name that takes the shortest videos; its parts go everywhere."""
        found = [
            placement
            for network in self._networks.values()
            if (placement := network.capabilities.placements.get(name)) is not None and placement.video
        ]
        if not found:
            raise StorylineError(f"No platform takes videos as “{name}”.")
        return min(found, key=_longest)


def _longest(placement: Placement) -> dt.timedelta:
    longest = placement.video.max_duration if placement.video else None
    return longest or dt.timedelta.max


def _old_parts(folder: Path, now: dt.datetime, retention: dt.timedelta) -> set[str]:
    """Return the files that were made long ago, by their paths as the library has them."""
    files = folder.resolve().glob(FILES)
    return {str(path) for path in files if is_stale(path, now=now, after=retention)}


def _delete(paths: Iterable[str]) -> None:
    for path in paths:
        Path(path).unlink(missing_ok=True)
