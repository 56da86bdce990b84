"""Updates from Telegram, stored raw before they are confirmed."""

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from repositories.tables import inbox
from repositories.upsert import insert_into


class SqlInbox:
    """The `InboxRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, updates: Mapping[int, str], *, at: dt.datetime) -> None:
        """Store raw updates by id; known ones are ignored."""
        if not updates:
            return
        await self._connection.execute(
            insert_into(self._connection, inbox).on_conflict_do_nothing(index_elements=[inbox.c.update_id]),
            [
                {"update_id": update_id, "body": body, "received_at": at, "error": ""}
                for update_id, body in updates.items()
            ],
        )

    async def unhandled(self, *, limit: int) -> list[tuple[int, str]]:
        """Return updates that wait to be handled, oldest first."""
        rows = await self._connection.execute(
            sa.select(inbox.c.update_id, inbox.c.body)
            .where(inbox.c.handled_at.is_(None))
            .order_by(inbox.c.update_id)
            .limit(limit)
        )
        return [(row.update_id, row.body) for row in rows]

    async def handled(self, update_id: int, *, at: dt.datetime, error: str = "") -> bool:
        """Store that an update was handled, or why it could not be; False: it did not wait for that."""
        changed = await self._connection.execute(
            sa.update(inbox)
            .where(inbox.c.update_id == update_id, inbox.c.handled_at.is_(None))
            .values(handled_at=at, error=error)
        )
        return bool(changed.rowcount)
