"""Which items of the library may be posted next."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import AccountId, WorkspaceId
from domain.media import LockReason, MediaItem
from domain.publication import State
from repositories.rows import read
from repositories.tables import media_items, media_locks, post_media, publications

_WAITING = [state for state in State if not state.is_final]


class SqlSelection:
    """The `SelectionRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def candidates(
        self, workspace_id: WorkspaceId, account_id: AccountId, *, now: dt.datetime, limit: int
    ) -> list[MediaItem]:
        """Return items that may be posted on the account: not retired, not locked, not in its queue.

        Never posted on it first, then least recently posted on it: the lock of a post stays when it is over,
        and tells when that was.
        """
        posted = media_locks.alias("posted")
        is_locked = sa.exists().where(
            media_locks.c.media_id == media_items.c.id,
            media_locks.c.account_id == account_id,
            sa.or_(media_locks.c.until.is_(None), media_locks.c.until > now),
        )
        is_queued = sa.exists().where(
            post_media.c.media_id == media_items.c.id,
            publications.c.post_id == post_media.c.post_id,
            publications.c.account_id == account_id,
            publications.c.state.in_(_WAITING),
        )
        rows = await self._connection.execute(
            sa.select(media_items)
            .outerjoin(
                posted,
                sa.and_(
                    posted.c.media_id == media_items.c.id,
                    posted.c.account_id == account_id,
                    posted.c.reason == LockReason.POSTED,
                ),
            )
            .where(
                media_items.c.workspace_id == workspace_id,
                media_items.c.is_retired.is_(False),
                ~is_locked,
                ~is_queued,
            )
            .order_by(posted.c.locked_at.nulls_first(), media_items.c.id)
            .limit(limit)
        )
        return [read(MediaItem, media_items, row) for row in rows.mappings()]
