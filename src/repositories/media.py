"""The library, and which of its items rest."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import AccountId, MediaId, WorkspaceId
from domain.media import Description, LockReason, MediaFacts, MediaItem
from repositories.rows import read
from repositories.tables import media_items, media_locks
from repositories.upsert import insert_into


class SqlMedia:
    """The `MediaRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        workspace_id: WorkspaceId,
        *,
        path: str,
        sha256: str,
        facts: MediaFacts,
        description: Description,
        at: dt.datetime,
        is_retired: bool = False,
    ) -> MediaId | None:
        """Add a file; None: the workspace has one with this content."""
        added = await self._connection.scalar(
            insert_into(self._connection, media_items)
            .values(
                workspace_id=workspace_id,
                path=path,
                sha256=sha256,
                facts=facts,
                description=description,
                added_at=at,
                is_retired=is_retired,
            )
            .on_conflict_do_nothing(index_elements=[media_items.c.workspace_id, media_items.c.sha256])
            .returning(media_items.c.id)
        )
        return None if added is None else MediaId(added)

    async def describe(self, media_id: MediaId, *, path: str, description: Description) -> None:
        """Store where a known file lies now, and what people say of it now."""
        await self._connection.execute(
            sa.update(media_items)
            .where(media_items.c.id == media_id)
            .values(path=path, description=description)
        )

    async def by_sha256(self, workspace_id: WorkspaceId, sha256: str) -> MediaItem | None:
        """Return the item with this content."""
        found = await self._items(
            sa.select(media_items).where(
                media_items.c.workspace_id == workspace_id, media_items.c.sha256 == sha256
            )
        )
        return found[0] if found else None

    async def get(self, media_ids: Collection[MediaId]) -> list[MediaItem]:
        """Return these items, in no special order."""
        return await self._items(sa.select(media_items).where(media_items.c.id.in_(list(media_ids))))

    async def find(self, workspace_id: WorkspaceId, *, limit: int = 1000) -> list[MediaItem]:
        """Return a workspace's items, oldest first."""
        return await self._items(
            sa.select(media_items)
            .where(media_items.c.workspace_id == workspace_id)
            .order_by(media_items.c.id)
            .limit(limit)
        )

    async def lock(
        self,
        media_ids: Collection[MediaId],
        account_id: AccountId,
        *,
        until: dt.datetime | None,
        reason: LockReason,
        at: dt.datetime,
    ) -> None:
        """Lock items for an account until a time; None: for ever. A longer lock stands against a shorter."""
        insert = insert_into(self._connection, media_locks)
        new = insert.excluded.until
        await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=list(media_locks.primary_key),
                set_={"until": new, "locked_at": insert.excluded.locked_at},
                where=sa.and_(media_locks.c.until.is_not(None), _later(new, media_locks.c.until)),
            ),
            [
                {
                    "media_id": media_id,
                    "account_id": account_id,
                    "reason": reason,
                    "until": until,
                    "locked_at": at,
                }
                for media_id in media_ids
            ],
        )

    async def locked(
        self, media_ids: Collection[MediaId], account_id: AccountId, *, now: dt.datetime
    ) -> dict[MediaId, dt.datetime | None]:
        """Return which of these are locked, and until when."""
        rows = await self._connection.execute(
            sa.select(media_locks.c.media_id, media_locks.c.until)
            .where(
                media_locks.c.media_id.in_(list(media_ids)),
                media_locks.c.account_id == account_id,
                _holds(now),
            )
            # The lock that stands when several do comes last: the longest, and for ever after all others.
            .order_by(media_locks.c.until.nulls_last())
        )
        return {MediaId(row.media_id): row.until for row in rows}

    async def _items(self, statement: sa.Select[*tuple[Any, ...]]) -> list[MediaItem]:
        rows = await self._connection.execute(statement)
        return [read(MediaItem, media_items, row) for row in rows.mappings()]


def _holds(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.or_(media_locks.c.until.is_(None), media_locks.c.until > now)


def _later(new: sa.ColumnElement[Any], old: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.or_(new.is_(None), new > old)
