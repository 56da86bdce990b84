"""Put a publication in front of the team."""

from domain.card import CardKind
from domain.publication import Publication
from domain.workspace import Workspace
from services.messages import ShowCard, Urgency
from services.ports import Clock
from services.unit_of_work import Database, UnitOfWork

REDELIVERED_AT_ONCE = 100
"""Cards that one round puts into the outbox again at most."""


async def show_card(
    uow: UnitOfWork, publication: Publication, workspace: Workspace, kind: CardKind, clock: Clock
) -> None:
    """Send a new card for a publication; the ones before it are closed and redrawn."""
    now = clock.now()
    await close_cards(uow, publication, workspace, clock)
    card_id = await uow.cards.add(publication.id, kind, workspace.chat_id, at=now)
    await uow.outbox.add(workspace.chat_id, ShowCard(card_id=card_id), urgency=Urgency.CARD, at=now)


async def close_cards(
    uow: UnitOfWork,
    publication: Publication,
    workspace: Workspace,
    clock: Clock,
    *,
    urgency: Urgency = Urgency.CARD,
) -> None:
    """Close a publication's open cards and have them redrawn as they are now."""
    for card_id in await uow.cards.close_for(publication.id):
        await uow.outbox.add(workspace.chat_id, ShowCard(card_id=card_id), urgency=urgency, at=clock.now())


class RedeliveryService:
    """Sees to it that no open card stays unseen: one whose sending was given up is sent again."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def redeliver(self) -> int:
        """Put open cards that stand in no chat, and are not on their way to one, into the outbox again."""
        async with self._database.begin() as uow:
            stranded = await uow.cards.stranded(limit=REDELIVERED_AT_ONCE)
            for card in stranded:
                await uow.outbox.add(
                    card.chat_id, ShowCard(card_id=card.id), urgency=Urgency.CARD, at=self._clock.now()
                )
            if stranded:
                await uow.commit()
        return len(stranded)
