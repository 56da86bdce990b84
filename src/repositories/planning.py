"""The slots of the plan: which are filled, and how they become free again."""

import datetime as dt
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import AccountId, PublicationId
from domain.publication import State
from repositories.tables import accounts, in_state, publications
from services.repositories.planning import FilledSlot

_AS_PLANNED = 1
"""The version of a publication that was queued, and with which nothing happened since."""
_IS_UNTOUCHED = sa.and_(in_state(State.SCHEDULED), publications.c.version == _AS_PLANNED)


class SqlPlan:
    """The `PlanRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def filled_slots(self, *, since: dt.date) -> list[FilledSlot]:
        """Return the filled slots of all workspaces from this local date on, in one statement."""
        rows = await self._connection.execute(
            sa.select(
                publications.c.account_id,
                publications.c.slot_date.label("local_date"),
                publications.c.slot_number.label("number"),
                publications.c.id.label("publication_id"),
                publications.c.planned_at,
                sa.and_(in_state(State.SCHEDULED), publications.c.version == _AS_PLANNED).label(
                    "is_untouched"
                ),
            ).where(publications.c.slot_date.is_not(None), publications.c.slot_date >= since)
        )
        return [FilledSlot(**row) for row in rows.mappings()]

    async def alone(self, account_ids: Collection[AccountId]) -> None:
        """Wait until nobody else plans for these accounts, and keep others waiting until the end.

        On SQLite a transaction that writes is alone anyway.
        """
        await self._connection.execute(
            sa.select(accounts.c.id)
            .where(accounts.c.id.in_(list(account_ids)))
            .order_by(accounts.c.id)
            .with_for_update(key_share=True)
        )

    async def release(self, publication_ids: Collection[PublicationId]) -> None:
        """Let the slots of these publications be filled again."""
        await self._connection.execute(
            sa.update(publications)
            .where(publications.c.id.in_(list(publication_ids)))
            .values(slot_date=None, slot_number=None)
        )

    async def exchange(self, one: PublicationId, other: PublicationId) -> None:
        """Let each of two publications fill the other's slot."""
        rows = await self._connection.execute(
            sa.select(publications.c.id, publications.c.slot_date, publications.c.slot_number).where(
                publications.c.id.in_([one, other])
            )
        )
        slots = {row.id: {"slot_date": row.slot_date, "slot_number": row.slot_number} for row in rows}
        # Both are free for a moment, as a slot is never filled twice.
        await self.release([one, other])
        for publication_id, of in ((one, other), (other, one)):
            await self._connection.execute(
                sa.update(publications).where(publications.c.id == publication_id).values(**slots[of])
            )
