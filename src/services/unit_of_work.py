"""One database transaction at a time, and the repositories within it."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from services.repositories.accounts import AccountRepository, QuotaRepository
from services.repositories.chat import CardRepository, InboxRepository, OutboxRepository
from services.repositories.contributions import ContributionRepository
from services.repositories.media import MediaRepository, UploadRepository
from services.repositories.planning import PlanRepository
from services.repositories.prepared import PreparedRepository
from services.repositories.publications import PostRepository, PublicationRepository
from services.repositories.records import (
    AlertRepository,
    AuditRepository,
    FiguresRepository,
    SwitchRepository,
)
from services.repositories.selection import MixRepository, SelectionRepository
from services.repositories.workspaces import WorkspaceRepository


class Repositories(Protocol):
    """All that is stored. Each statement sees what is committed when it runs."""

    publications: PublicationRepository
    posts: PostRepository
    media: MediaRepository
    selection: SelectionRepository
    mixes: MixRepository
    plan: PlanRepository
    accounts: AccountRepository
    workspaces: WorkspaceRepository
    cards: CardRepository
    outbox: OutboxRepository
    inbox: InboxRepository
    contributions: ContributionRepository
    uploads: UploadRepository
    prepared: PreparedRepository
    audit: AuditRepository
    switches: SwitchRepository
    alerts: AlertRepository
    quotas: QuotaRepository
    figures: FiguresRepository


class UnitOfWork(Repositories, Protocol):
    """One database transaction. Left without `commit`, it leaves no trace."""

    async def commit(self) -> None:
        """Make it last, and wake whoever waits for what was added (the queue's worker, the sender)."""
        ...


class Database(Protocol):
    """Opens units of work, and lets one look."""

    def read(self) -> AbstractAsyncContextManager[Repositories]:
        """Let one look without a transaction, which spares two round trips; nothing may be written."""
        ...

    def begin(self) -> AbstractAsyncContextManager[UnitOfWork]:
        """Open a transaction; it rolls back unless committed, and is closed at the end."""
        ...
