"""The slots of the plan: which are filled, and how they become free again."""

import datetime as dt
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.account import AccountState
from domain.ids import AccountId, PublicationId
from domain.publication import BOT, State
from domain.season import DateSpan
from repositories.tables import (
    accounts,
    in_state,
    media_standing,
    planned_dates,
    post_media,
    publication_events,
    publications,
)
from repositories.upsert import insert_into
from services.repositories.planning import FilledSlot

_AS_PLANNED = 1
"""The version of a publication that was queued, and with which nothing happened since."""
_IS_UNTOUCHED = sa.and_(
    in_state(State.SCHEDULED),
    publications.c.version == _AS_PLANNED,
    sa.exists().where(
        publication_events.c.publication_id == publications.c.id,
        publication_events.c.version == _AS_PLANNED,
        publication_events.c.actor == BOT,
    ),
)
_RESTS_THEN = (
    sa.exists()
    .where(
        post_media.c.post_id == publications.c.post_id,
        media_standing.c.account_id == publications.c.account_id,
        media_standing.c.media_id == post_media.c.media_id,
        media_standing.c.rests_until > publications.c.planned_at,
    )
    .correlate(publications)
)


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
                publications.c.placement,
                _IS_UNTOUCHED.label("is_untouched"),
                sa.and_(_IS_UNTOUCHED, _RESTS_THEN).label("is_locked"),
            ).where(publications.c.slot_date.is_not(None), publications.c.slot_date >= since)
        )
        return [FilledSlot(**row) for row in rows.mappings()]

    async def dates(self) -> dict[AccountId, DateSpan]:
        """Return, of all accounts that have some, the dates whose slots are accounted for: one statement."""
        rows = await self._connection.execute(sa.select(planned_dates))
        return {AccountId(row.account_id): DateSpan(first=row.since, last=row.until) for row in rows}

    async def extend(self, dates: Mapping[AccountId, DateSpan]) -> None:
        """Let accounts have these dates, or more at their end, and forget those of removed accounts."""
        insert = insert_into(self._connection, planned_dates)
        await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=[planned_dates.c.account_id], set_={"until": insert.excluded.until}
            ),
            [
                {"account_id": account_id, "since": span.first, "until": span.last}
                for account_id, span in dates.items()
            ],
        )
        removed = sa.select(accounts.c.id).where(accounts.c.state == AccountState.REMOVED)
        await self._connection.execute(
            sa.delete(planned_dates).where(planned_dates.c.account_id.in_(removed))
        )

    async def late(self, account_id: AccountId, *, planned_before: dt.datetime) -> list[PublicationId]:
        """Return what fills slots before then and still waits, just as the planner made it."""
        found = await self._connection.scalars(
            sa.select(publications.c.id)
            .where(
                publications.c.account_id == account_id,
                _IS_UNTOUCHED,
                publications.c.slot_date.is_not(None),
                # As nobody touched it, it is due when it was planned for.
                publications.c.due_at < planned_before,
            )
            .order_by(publications.c.due_at)
        )
        return [PublicationId(number) for number in found]

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
