"""Split a video that is too long for a placement into parts, each of them an item of the library."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path

from domain.capabilities import Placement
from domain.errors import StorylineError
from domain.media import MediaItem
from domain.recipe import parts_of
from domain.workspace import Workspace
from services.media.ingest import IngestService
from services.media.prepare import patience_for
from services.ports import Networks, Preparer, UnreadableMediaError


class SplitService:
    """Makes parts. They are retired from the beginning, so that the planner never picks one of them alone."""

    def __init__(
        self, *, networks: Networks, preparer: Preparer, ingest: IngestService, folder: Path
    ) -> None:
        self._networks = networks
        self._preparer = preparer
        self._ingest = ingest
        self._folder = folder

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
        await asyncio.to_thread(self._folder.mkdir, parents=True, exist_ok=True)
        parts: list[MediaItem] = []
        for number, recipe in enumerate(recipes):
            path = self._folder / f"{item.sha256[:16]}-{number + 1}-of-{len(recipes)}.mp4"

            def heard(share: float, before: int = number) -> None:
                on_progress((before + share) / len(recipes))

            try:
                await self._preparer.prepare(
                    recipe,
                    source=Path(item.path),
                    target=path,
                    patience=patience_for(item),
                    on_progress=heard,
                )
                parts.append(
                    await self._ingest.import_file(
                        path, workspace_id=workspace.id, actor=actor, set_aside=True
                    )
                )
            except UnreadableMediaError as error:
                raise StorylineError(f"{Path(item.path).name} cannot be split: {error}.") from error
        return parts

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
