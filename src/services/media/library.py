"""What people do with the items of the library: look at one, describe it, retire it, keep what is alike."""

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from domain.errors import StorylineError
from domain.ids import MediaId, WorkspaceId
from domain.media import MediaItem
from domain.publication import State
from domain.terms import Terms
from services.ports import Clock
from services.posting.book import take_out
from services.repositories.media import MediaLock, MediaUse
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, Repositories, UnitOfWork

USES = 20
"""How many publications of an item are shown."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ItemDetails:
    """All that is known of an item."""

    item: MediaItem
    terms: Terms
    locks: Sequence[MediaLock]
    uses: Sequence[MediaUse]
    """The newest publications that have it."""
    near_of: MediaItem | None


class LibraryService:
    """Changes items on behalf of people, and records who did what."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def details(self, media_id: MediaId, *, workspace_id: WorkspaceId) -> ItemDetails:
        """Return all that is known of an item.

        Raises:
            StorylineError: the workspace has no such item.
        """
        async with self._database.read() as look:
            (item,) = await _items(look, [media_id], workspace_id)
            near = await look.media.get([item.near_of]) if item.near_of else []
            return ItemDetails(
                item=item,
                terms=(await look.selection.terms([media_id])).get(media_id, Terms()),
                locks=await look.media.locks_of(media_id),
                uses=await look.media.uses_of(media_id, limit=USES),
                near_of=near[0] if near else None,
            )

    async def describe(
        self, media_id: MediaId, changes: Mapping[str, Any], *, workspace_id: WorkspaceId, by: str
    ) -> MediaItem:
        """Say something else of an item; it holds until its sidecars say something new of the same thing.

        `changes` are fields of `Description`. What a person says can be trusted, so what was wrong with the
        sidecars no longer keeps the item from the bot.

        Raises:
            StorylineError: the workspace has no such item.
        """
        async with self._database.begin() as uow:
            (item,) = await _items(uow, [media_id], workspace_id)
            description = dataclasses.replace(item.description, **changes, problem="")
            await uow.media.describe(item, description)
            await self._record(uow, "media_described", [media_id], workspace_id, by, changed=sorted(changes))
            await uow.commit()
        return dataclasses.replace(item, description=description)

    async def retire(self, media_ids: Collection[MediaId], *, workspace_id: WorkspaceId, by: str) -> None:
        """Let the planner pick these no more; what it planned of them makes way, what people queued stays.

        Raises:
            StorylineError: the workspace has no such item.
        """
        async with self._database.begin() as uow:
            await _items(uow, media_ids, workspace_id)
            await uow.media.retire(media_ids, is_retired=True)
            await self._record(uow, "media_retired", media_ids, workspace_id, by)
            await uow.commit()

    async def restore(self, media_ids: Collection[MediaId], *, workspace_id: WorkspaceId, by: str) -> None:
        """Let the planner pick these again.

        Raises:
            StorylineError: the workspace has no such item.
        """
        async with self._database.begin() as uow:
            await _items(uow, media_ids, workspace_id)
            await uow.media.retire(media_ids, is_retired=False)
            await self._record(uow, "media_restored", media_ids, workspace_id, by)
            await uow.commit()

    async def keep(self, media_ids: Collection[MediaId], *, workspace_id: WorkspaceId, by: str) -> None:
        """Say that these stay, whatever they look like.

        Raises:
            StorylineError: the workspace has no such item.
        """
        async with self._database.begin() as uow:
            await _items(uow, media_ids, workspace_id)
            await uow.media.keep(media_ids)
            await self._record(uow, "media_kept", media_ids, workspace_id, by)
            await uow.commit()

    async def settle(
        self, media_id: MediaId, *, is_kept: bool, workspace_id: WorkspaceId, by: str
    ) -> MediaItem | None:
        """Keep or retire an item that looks like an older one; return it as it was, None: it was settled.

        What is retired leaves the slots that wait with it alone, also those that it got when it was sent to
        the bot. A post of several items stays.

        Raises:
            StorylineError: the workspace has no such item.
        """
        async with self._database.begin() as uow:
            (item,) = await _items(uow, [media_id], workspace_id)
            if item.near_of is None or item.is_retired:
                return None
            if is_kept:
                await uow.media.keep([media_id])
            else:
                await uow.media.retire([media_id], is_retired=True)
                waiting = await uow.publications.showing([media_id], states=(State.SCHEDULED,), in_slots=True)
                alone = [job for job in waiting if len(job.post.media) == 1]
                await take_out(uow, alone, now=self._clock.now(), by=by, reason="it looks like another one")
            await self._record(
                uow, "media_kept" if is_kept else "media_retired", [media_id], workspace_id, by
            )
            await uow.commit()
        return item

    async def _record(
        self,
        uow: UnitOfWork,
        action: str,
        media_ids: Collection[MediaId],
        workspace_id: WorkspaceId,
        by: str,
        **more: Any,
    ) -> None:
        await uow.audit.add(
            AuditEntry(
                at=self._clock.now(),
                actor=by,
                action=action,
                workspace_id=workspace_id,
                detail={"media": sorted(media_ids), **more},
            )
        )


async def _items(
    look: Repositories, media_ids: Collection[MediaId], workspace_id: WorkspaceId
) -> list[MediaItem]:
    items = [item for item in await look.media.get(media_ids) if item.workspace_id == workspace_id]
    unknown = sorted(set(media_ids) - {item.id for item in items})
    if unknown:
        numbers = ", ".join(str(media_id) for media_id in unknown)
        raise StorylineError(f"The library has no item {numbers}.")
    return items
