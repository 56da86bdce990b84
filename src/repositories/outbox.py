"""What is to be sent to the chats."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import ChatId, OutboxId
from repositories.tables import FRESH_REDRAW, OutboxStage, at_stage, outbox
from repositories.types import adapter
from repositories.upsert import insert_into
from repositories.wakes import Wakes
from services.messages import (
    Message,
    SendAlert,
    SendCaption,
    SendLookalikes,
    SendNewLookalikes,
    SendOriginal,
    SendQueue,
    SendText,
    SendWeek,
    ShowCard,
    ShowContribution,
    Urgency,
)
from services.repositories.chat import Outgoing

_KINDS: Mapping[str, Any] = {
    "card": ShowCard,
    "text": SendText,
    "original": SendOriginal,
    "caption": SendCaption,
    "queue": SendQueue,
    "week": SendWeek,
    "alert": SendAlert,
    "contribution": ShowContribution,
    "lookalikes": SendLookalikes,
    "new_lookalikes": SendNewLookalikes,
}
_NAMES: Mapping[Any, str] = {form: name for name, form in _KINDS.items()}


class SqlOutbox:
    """The `OutboxRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection, wakes: Wakes) -> None:
        self._connection = connection
        self._wakes = wakes

    async def add(self, chat_id: ChatId, message: Message, *, urgency: Urgency, at: dt.datetime) -> None:
        """Put a message into the outbox. A redraw of a card that already waits to be drawn is not doubled.

        The one that waits then has the greater urgency of the two.
        """
        form: Any = type(message)
        insert = insert_into(self._connection, outbox)
        await self._connection.execute(
            insert.values(
                chat_id=chat_id,
                kind=_NAMES[form],
                body=adapter(form).dump_python(message, mode="json"),
                card_id=message.card_id if isinstance(message, ShowCard) else None,
                urgency=urgency,
                stage=OutboxStage.WAITING,
                tries=0,
                unclear=False,
                not_before=at,
                created_at=at,
                error="",
            ).on_conflict_do_update(
                index_elements=[outbox.c.card_id],
                index_where=FRESH_REDRAW,
                set_={"urgency": _lesser(outbox.c.urgency, insert.excluded.urgency)},
            )
        )
        self._wakes.outbox = True

    async def waiting(self, *, now: dt.datetime, limit: int) -> list[Outgoing]:
        """Return what may be sent now: most urgent first, then oldest."""
        rows = await self._connection.execute(
            sa.select(outbox)
            .where(at_stage(OutboxStage.WAITING), outbox.c.not_before <= now)
            .order_by(outbox.c.urgency, outbox.c.id)
            .limit(limit)
        )
        return [
            Outgoing(
                id=OutboxId(row.id),
                chat_id=ChatId(row.chat_id),
                message=adapter(_KINDS[row.kind]).validate_python(row.body),
                urgency=Urgency(row.urgency),
                tries=row.tries,
                unclear=row.unclear,
            )
            for row in rows
        ]

    async def begin(self, outbox_ids: Collection[OutboxId], *, at: dt.datetime) -> None:
        """Store that sending begins, so that a crash leaves a trace."""
        await self._change(
            outbox.c.id.in_(list(outbox_ids)),
            stage=OutboxStage.SENDING,
            tries=outbox.c.tries + 1,
            begun_at=at,
        )

    async def sent(self, outbox_id: OutboxId, *, at: dt.datetime) -> None:
        """Store that it arrived."""
        await self._change(outbox.c.id == outbox_id, stage=OutboxStage.SENT, done_at=at)

    async def later(self, outbox_id: OutboxId, *, until: dt.datetime, unclear: bool, error: str) -> None:
        """Send it again later; `unclear`: it may have arrived."""
        await self._change(
            outbox.c.id == outbox_id,
            stage=OutboxStage.WAITING,
            not_before=until,
            unclear=sa.or_(outbox.c.unclear, sa.literal(unclear)),
            error=error,
        )

    async def failed(self, outbox_id: OutboxId, *, at: dt.datetime, error: str) -> None:
        """Give it up."""
        await self._change(outbox.c.id == outbox_id, stage=OutboxStage.FAILED, done_at=at, error=error)

    async def recover(self, *, until: dt.datetime) -> int:
        """Make what a dead leader was sending wait until then, as unclear; return how many."""
        return await self._change(
            at_stage(OutboxStage.SENDING), stage=OutboxStage.WAITING, not_before=until, unclear=True
        )

    async def next_at(self) -> dt.datetime | None:
        """Return when the next message may be sent; None: nothing waits."""
        found: dt.datetime | None = await self._connection.scalar(
            sa.select(sa.func.min(outbox.c.not_before, type_=outbox.c.not_before.type)).where(
                at_stage(OutboxStage.WAITING)
            )
        )
        return found

    async def _change(self, condition: sa.ColumnElement[bool], **values: Any) -> int:
        changed = await self._connection.execute(sa.update(outbox).where(condition).values(**values))
        return changed.rowcount


def _lesser(one: sa.ColumnElement[int], other: sa.ColumnElement[int]) -> sa.ColumnElement[int]:
    return sa.case((other < one, other), else_=one)
