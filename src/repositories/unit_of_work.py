"""One transaction on one connection, with all repositories in it."""

import contextlib
from collections.abc import AsyncGenerator, Callable

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from repositories.accounts import SqlAccounts
from repositories.alerts import SqlAlerts
from repositories.audit import SqlAudit
from repositories.cards import SqlCards
from repositories.contributions import SqlContributions
from repositories.engine import without_transactions
from repositories.figures import SqlFigures
from repositories.inbox import SqlInbox
from repositories.media import SqlMedia
from repositories.mixes import SqlMixes
from repositories.outbox import SqlOutbox
from repositories.planning import SqlPlan
from repositories.posts import SqlPosts
from repositories.prepared import SqlPrepared
from repositories.publications import SqlPublications
from repositories.quotas import SqlQuotas
from repositories.selection import SqlSelection
from repositories.switches import SqlSwitches
from repositories.uploads import SqlUploads
from repositories.vault import TokenVault
from repositories.wakes import CHANNEL, DUE, OUTBOX, Wakes
from repositories.workspaces import SqlWorkspaces
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
from services.unit_of_work import Repositories, UnitOfWork


def _nobody() -> None:
    pass


def _elsewhere() -> bool:
    return False


class SqlDatabase:
    """The `Database` of the product, on PostgreSQL or SQLite."""

    def __init__(
        self,
        engine: AsyncEngine,
        vault: TokenVault,
        *,
        on_due: Callable[[], None] = _nobody,
        on_outbox: Callable[[], None] = _nobody,
        sends_here: Callable[[], bool] = _elsewhere,
    ) -> None:
        """Take what to call after a commit that added due work, or messages to send.

        While `sends_here` says so, the sender is in this process, and no other one is told of messages.
        """
        self._engine = engine
        self._looking = without_transactions(engine)
        self._vault = vault
        self._on_due = on_due
        self._on_outbox = on_outbox
        self._sends_here = sends_here

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncGenerator[Repositories]:
        """Let one look on a connection of its own; each statement is a transaction."""
        async with self._looking.connect() as connection:
            yield self._on(connection)

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncGenerator[UnitOfWork]:
        """Open a transaction on a connection of its own; it rolls back unless committed.

        On PostgreSQL that makes the driver forget what the connection has prepared, so that each of its
        statements is planned anew: where nothing was found to be done, a commit is cheaper.
        """
        async with self._engine.connect() as connection:
            yield self._on(connection)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()

    def _on(self, connection: AsyncConnection) -> "SqlUnitOfWork":
        return SqlUnitOfWork(
            connection,
            self._vault,
            on_due=self._on_due,
            on_outbox=self._on_outbox,
            sends_here=self._sends_here,
        )


class SqlUnitOfWork:
    """One transaction. It begins with its first statement."""

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

    def __init__(
        self,
        connection: AsyncConnection,
        vault: TokenVault,
        *,
        on_due: Callable[[], None],
        on_outbox: Callable[[], None],
        sends_here: Callable[[], bool],
    ) -> None:
        self._connection = connection
        self._on_due = on_due
        self._on_outbox = on_outbox
        self._sends_here = sends_here
        self._wakes = Wakes()
        self._history = SqlPublications(connection, vault, self._wakes)
        self.publications = self._history
        self.posts = SqlPosts(connection)
        self.media = SqlMedia(connection)
        self.selection = SqlSelection(connection)
        self.mixes = SqlMixes(connection)
        self.plan = SqlPlan(connection)
        self.accounts = SqlAccounts(connection, vault, self._wakes)
        self.workspaces = SqlWorkspaces(connection, self._wakes)
        self.cards = SqlCards(connection)
        self.outbox = SqlOutbox(connection, self._wakes)
        self.inbox = SqlInbox(connection)
        self.contributions = SqlContributions(connection)
        self.uploads = SqlUploads(connection)
        self.prepared = SqlPrepared(connection, vault)
        self.audit = SqlAudit(connection)
        self.switches = SqlSwitches(connection, self._wakes)
        self.alerts = SqlAlerts(connection)
        self.quotas = SqlQuotas(connection)
        self.figures = SqlFigures(connection)

    async def commit(self) -> None:
        """Make it last, and wake whoever waits for what was added, also in other processes."""
        await self._history.write_history()
        wakes = self._wakes
        meant = ((DUE, wakes.due_elsewhere), (OUTBOX, wakes.outbox and not self._sends_here()))
        topics = [topic for topic, is_meant in meant if is_meant]
        if topics and self._connection.dialect.name == "postgresql":
            await self._connection.execute(
                sa.select(*(sa.func.pg_notify(CHANNEL, topic) for topic in topics))
            )
        await self._connection.commit()
        if wakes.due:
            self._on_due()
        if wakes.outbox:
            self._on_outbox()
