"""Cards in the chat."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.card import Card, CardKind, CardPanel
from domain.ids import CardId, ChatId, PublicationId, UserId
from repositories.rows import read
from repositories.tables import UNDELIVERED, OutboxStage, at_stage, cards, outbox

_PROMPTS = [kind for kind in CardKind if kind.is_prompt]


class SqlCards:
    """The `CardRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        publication_id: PublicationId,
        kind: CardKind,
        chat_id: ChatId,
        *,
        at: dt.datetime,
        asked_of: UserId | None = None,
    ) -> CardId:
        """Add a card that is not delivered yet."""
        added = await self._connection.execute(
            sa.insert(cards)
            .values(
                publication_id=publication_id,
                kind=kind,
                chat_id=chat_id,
                panel=CardPanel.MAIN,
                media_message_ids=(),
                is_open=True,
                asked_of=asked_of,
                created_at=at,
            )
            .returning(cards.c.id)
        )
        return CardId(added.scalar_one())

    async def get(self, card_id: CardId) -> Card | None:
        """Return one card."""
        return await self._newest(cards.c.id == card_id)

    async def prompt(self, chat_id: ChatId, message_id: int) -> Card | None:
        """Return the prompt that a reply answers, open or not."""
        return await self._newest(
            cards.c.chat_id == chat_id,
            cards.c.message_id == message_id,
            cards.c.kind.in_(_PROMPTS),
        )

    async def close_for(self, publication_id: PublicationId) -> list[CardId]:
        """Close a publication's open cards and return them, oldest first; they then show how it ended."""
        closed = await self._connection.scalars(
            sa.update(cards)
            .where(cards.c.publication_id == publication_id, cards.c.is_open)
            .values(is_open=False)
            .returning(cards.c.id)
        )
        return sorted(CardId(card_id) for card_id in closed)

    async def stranded(self, *, limit: int) -> list[Card]:
        """Return open cards that stand in no chat and for which no message waits, oldest first."""
        is_on_its_way = sa.exists().where(
            outbox.c.card_id == cards.c.id,
            sa.or_(at_stage(OutboxStage.WAITING), at_stage(OutboxStage.SENDING)),
        )
        rows = await self._connection.execute(
            sa.select(cards)
            .where(UNDELIVERED, cards.c.is_open, ~is_on_its_way)
            .order_by(cards.c.id)
            .limit(limit)
        )
        return [read(Card, cards, row) for row in rows.mappings()]

    async def set_panel(self, card_id: CardId, panel: CardPanel) -> None:
        """Choose which buttons a card shows."""
        await self._change(card_id, panel=panel)

    async def delivered(
        self, card_id: CardId, *, message_id: int, media_message_ids: Sequence[int] = ()
    ) -> None:
        """Store where a card stands; a `message_id` of 0: only its media do, the buttons are to follow."""
        await self._change(card_id, message_id=message_id or None, media_message_ids=tuple(media_message_ids))

    async def _newest(self, *conditions: sa.ColumnElement[bool]) -> Card | None:
        found = await self._connection.execute(
            sa.select(cards).where(*conditions).order_by(cards.c.id.desc()).limit(1)
        )
        row = found.mappings().one_or_none()
        return None if row is None else read(Card, cards, row)

    async def _change(self, card_id: CardId, **values: Any) -> None:
        await self._connection.execute(sa.update(cards).where(cards.c.id == card_id).values(**values))
