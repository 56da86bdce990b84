"""What the use cases need of the database for cards, messages to the chat and updates from it."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from domain.card import Card, CardKind, CardPanel
from domain.ids import CardId, ChatId, OutboxId, PublicationId, UserId
from services.messages import Message, Urgency


class CardRepository(Protocol):
    """Cards in the chat."""

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
        ...

    async def get(self, card_id: CardId) -> Card | None:
        """Return one card."""
        ...

    async def prompt(self, chat_id: ChatId, message_id: int) -> Card | None:
        """Return the prompt that a reply answers, open or not."""
        ...

    async def close_for(self, publication_id: PublicationId) -> list[CardId]:
        """Close a publication's open cards and return them, oldest first; they then show how it ended."""
        ...

    async def stranded(self, *, limit: int) -> list[Card]:
        """Return open cards that stand in no chat and for which no message waits, oldest first."""
        ...

    async def set_panel(self, card_id: CardId, panel: CardPanel) -> None:
        """Choose which buttons a card shows."""
        ...

    async def delivered(
        self, card_id: CardId, *, message_id: int, media_message_ids: Sequence[int] = ()
    ) -> None:
        """Store where a card stands."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message on its way to a chat."""

    id: OutboxId
    chat_id: ChatId
    message: Message
    urgency: Urgency
    tries: int
    """How often sending was begun before."""
    unclear: bool
    """Whether an earlier try may have arrived."""


class OutboxRepository(Protocol):
    """What is to be sent to the chats; drained by the leader alone."""

    async def add(self, chat_id: ChatId, message: Message, *, urgency: Urgency, at: dt.datetime) -> None:
        """Put a message into the outbox. A redraw of a card that already waits to be drawn is not doubled."""
        ...

    async def waiting(self, *, now: dt.datetime, limit: int) -> list[Outgoing]:
        """Return what may be sent now: most urgent first, then oldest."""
        ...

    async def begin(self, outbox_ids: Collection[OutboxId], *, at: dt.datetime) -> None:
        """Store that sending begins, so that a crash leaves a trace."""
        ...

    async def sent(self, outbox_id: OutboxId, *, at: dt.datetime) -> None:
        """Store that it arrived."""
        ...

    async def later(self, outbox_id: OutboxId, *, until: dt.datetime, unclear: bool, error: str) -> None:
        """Send it again later; `unclear`: it may have arrived."""
        ...

    async def failed(self, outbox_id: OutboxId, *, at: dt.datetime, error: str) -> None:
        """Give it up."""
        ...

    async def recover(self, *, until: dt.datetime) -> int:
        """Make what a dead leader was sending wait until then, as unclear; return how many."""
        ...

    async def next_at(self) -> dt.datetime | None:
        """Return when the next message may be sent; None: nothing waits."""
        ...


class InboxRepository(Protocol):
    """Updates from Telegram, stored raw before they are confirmed."""

    async def add(self, updates: Mapping[int, str], *, at: dt.datetime) -> None:
        """Store raw updates by id; known ones are ignored."""
        ...

    async def unhandled(self, *, limit: int) -> list[tuple[int, str]]:
        """Return updates that wait to be handled, oldest first."""
        ...

    async def handled(self, update_id: int, *, at: dt.datetime, error: str = "") -> bool:
        """Store that an update was handled, or why it could not be; False: it did not wait for that."""
        ...
