"""The posting services over a real database and a fake platform, with one workspace, account and library."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import sqlalchemy as sa
from cryptography.fernet import Fernet
from sqlalchemy.ext.asyncio import AsyncEngine

from domain.account import AccessToken, Account
from domain.card import Card, CardKind
from domain.ids import CardId, ChatId, MediaId, PublicationId, UserId
from domain.media import Description, MediaFacts, MediaKind, Need
from domain.publication import Event, Publication, State
from domain.workspace import Workspace
from repositories.tables import publications
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from services.accounts.connect import AccountService
from services.alerts import AlertService
from services.availability import AvailabilityService
from services.media.hosting import HostedFiles, UploadCleaner
from services.media.prepare import Keeping, PreparationService
from services.messages import ShowCard
from services.ports import Job, MediaStore, Publisher
from services.posting.compose import QueueRequest
from services.posting.decide import DecisionService
from services.posting.dispatch import DispatchService
from services.posting.publish import PublishingService, PublishingTimes
from services.posting.quota import QuotaGate
from services.posting.reconcile import LookUpRules, ReconcileService
from services.posting.schedule import QueueService
from services.posting.settle import RetryRules, Settlement
from services.posting.throttle import Throttle
from services.quotas import QuotaService
from services.repositories.chat import Outgoing
from services.workspaces import WorkspaceService
from support.boundaries import Boundaries, Watched, WatchedDatabase
from support.fake_clock import FakeChance, FakeClock
from support.fake_network import CONTAINER_WAIT, FAKE, FakePublisher
from support.fake_preparer import FakePreparer
from support.fake_store import FakeStore
from support.fake_watches import FakeMeter, FakeVersions

CHAT = ChatId(-100123)
ANNA = UserId(1)
LEASE = dt.timedelta(seconds=300)
GRACE = dt.timedelta(seconds=90)
GIVE_UP = dt.timedelta(minutes=30)
KEEPING = Keeping(most_bytes=1_000_000, retention=dt.timedelta(days=30), ahead=dt.timedelta(hours=6))
RETRIES = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 15, 45))

UNAPPROVED = {State.DRAFT, State.AWAITING_APPROVAL}
PATHS: Mapping[State, Sequence[Event]] = {
    State.DRAFT: [Event.RETURNED],
    State.AWAITING_APPROVAL: [],
    State.SCHEDULED: [],
    State.PUBLISHING: [Event.CLAIMED],
    State.UNCONFIRMED: [Event.CLAIMED, Event.LOST, Event.ASKED],
    State.WITH_TEAM: [Event.CLAIMED, Event.HANDED_OFF],
    State.PUBLISHED: [Event.CLAIMED, Event.SUCCEEDED],
    State.SKIPPED: [Event.SKIPPED],
    State.REJECTED: [Event.REJECTED],
    State.CANCELLED: [Event.CANCELLED],
    State.MISSED: [Event.EXPIRED],
    State.FAILED: [Event.CLAIMED, Event.GAVE_UP],
}
"""The shortest way from the queue, or from the approvers, to each state."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What outlives a process."""

    clock: FakeClock
    publisher: FakePublisher
    store: FakeStore
    vault: TokenVault
    preparer: FakePreparer = dataclasses.field(default_factory=FakePreparer)
    meter: FakeMeter = dataclasses.field(default_factory=FakeMeter)
    versions: FakeVersions = dataclasses.field(default_factory=FakeVersions)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A publication and the card that stands for it."""

    publication: Publication
    card_id: CardId


class PostingWorld:
    """What a test of the posting flow needs at hand: one process of the product, and what is around it."""

    workspace: Workspace
    account: Account

    def __init__(
        self,
        engine: AsyncEngine,
        folder: Path,
        *,
        outside: Outside,
        boundaries: Boundaries,
        min_gap: dt.timedelta = dt.timedelta(0),
        posting_enabled: bool = True,
    ) -> None:
        self.engine = engine
        self.database = SqlDatabase(engine, outside.vault)
        """Beside the process: what a test does with it passes no boundary."""
        self.folder = folder
        self.outside = outside
        self.clock = outside.clock
        self.publisher = outside.publisher
        self.store = outside.store
        self.boundaries = boundaries
        self.min_gap = min_gap
        watched = WatchedDatabase(self.database, boundaries)
        store = cast("MediaStore", Watched(outside.store, "store", boundaries))
        publisher = cast("Publisher", Watched(outside.publisher, "publisher", boundaries))
        networks = {FAKE: outside.publisher.network(publisher=publisher)}
        self.alerts = AlertService(clock=self.clock)
        self.settlement = Settlement(
            database=watched,
            clock=self.clock,
            randomness=FakeChance(),
            alerts=self.alerts,
            rules=RetryRules(delays=RETRIES, look_up_grace=GRACE),
        )
        self.cleaner = UploadCleaner(
            database=watched, clock=self.clock, store=store, retention=dt.timedelta(hours=24)
        )
        self.quotas = QuotaService(database=watched, clock=self.clock, networks=networks, alerts=self.alerts)
        self.gate = QuotaGate(database=watched, clock=self.clock, networks=networks, quotas=self.quotas)
        self.throttle = Throttle(database=watched, clock=self.clock, meter=outside.meter)
        self.availability = AvailabilityService(
            database=watched,
            clock=self.clock,
            networks=networks,
            alerts=self.alerts,
            versions=outside.versions,
        )
        self.preparation = PreparationService(
            database=watched,
            clock=self.clock,
            networks=networks,
            preparer=outside.preparer,
            prober=outside.preparer,
            hasher=outside.preparer,
            folder=folder / "prepared",
            keeping=KEEPING,
        )
        self.publishing = PublishingService(
            database=watched,
            clock=self.clock,
            networks=networks,
            files=lambda job: HostedFiles(
                database=watched,
                clock=self.clock,
                store=store,
                publication_id=job.publication.id,
                is_untried=job.publication.is_untried,
            ),
            cleaner=self.cleaner,
            gate=self.gate,
            throttle=self.throttle,
            availability=self.availability,
            settlement=self.settlement,
            preparation=self.preparation,
            times=PublishingTimes(lease=LEASE, remote_timeout=dt.timedelta(seconds=60)),
        )
        self.queue = QueueService(database=watched, clock=self.clock, networks=networks, alerts=self.alerts)
        self.dispatch = DispatchService(
            database=watched,
            clock=self.clock,
            networks=networks,
            worker="test",
            lease=LEASE,
            min_gap=min_gap,
            alerts=self.alerts,
            posting_enabled=posting_enabled,
        )
        self.reconcile = ReconcileService(
            database=watched,
            clock=self.clock,
            networks=networks,
            settlement=self.settlement,
            alerts=self.alerts,
            publishing=self.publishing,
            preparation=self.preparation,
            rules=LookUpRules(grace=GRACE, give_up=GIVE_UP, lease=LEASE),
        )
        self.decisions = DecisionService(database=watched, clock=self.clock, alerts=self.alerts)
        self.workspaces = WorkspaceService(database=watched, clock=self.clock)
        self.accounts = AccountService(
            database=watched,
            clock=self.clock,
            randomness=FakeChance(),
            networks=networks,
            alerts=self.alerts,
        )

    def restarted(
        self,
        boundaries: Boundaries | None = None,
        *,
        min_gap: dt.timedelta | None = None,
        posting_enabled: bool = True,
    ) -> "PostingWorld":
        """A new process on the same database, before the same outside world."""
        world = PostingWorld(
            self.engine,
            self.folder,
            outside=self.outside,
            boundaries=boundaries or Boundaries(),
            min_gap=self.min_gap if min_gap is None else min_gap,
            posting_enabled=posting_enabled,
        )
        world.workspace, world.account = self.workspace, self.account
        return world

    async def leases_run_out(self) -> None:
        """Let every lease be over, as time would."""
        async with self.engine.begin() as connection:
            await connection.execute(
                sa.update(publications)
                .where(publications.c.lease_until.is_not(None))
                .values(lease_until=dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
            )

    async def media(self, *, format: str = "JPEG", description: Description | None = None) -> MediaId:  # noqa: A002
        number = len(list(self.folder.glob("*.jpg"))) + 1
        path = self.folder / f"{number}.jpg"
        path.write_bytes(b"x" * 10)
        async with self.database.begin() as uow:
            media_id = await uow.media.add(
                self.workspace.id,
                path=str(path),
                sha256=f"{number:064x}",
                facts=MediaFacts(kind=MediaKind.IMAGE, format=format, size_bytes=10, width=1080, height=1920),
                description=description or Description(caption=f"Caption {number}"),
                at=self.clock.now(),
            )
            await uow.commit()
        assert media_id is not None
        return media_id

    async def queued(
        self,
        *,
        media: MediaId | None = None,
        needs: frozenset[Need] = frozenset(),
        at: dt.datetime | None = None,
        approval: bool = False,
    ) -> PublicationId:
        jobs = await self.queue.add(
            QueueRequest(
                workspace_id=self.workspace.id,
                media=(media or await self.media(),),
                placement="story",
                needs=needs,
                at=at,
                approval=approval,
            ),
            by="test",
        )
        return jobs[0].publication.id

    async def work(self) -> list[Job]:
        """Claim what is due and publish it."""
        jobs = await self.dispatch.claim(limit=10)
        for job in jobs:
            await self.publishing.publish(job)
        return jobs

    async def look_up(self) -> None:
        """Look up what is due to be looked up."""
        for job in await self.reconcile.claim_look_ups():
            await self.reconcile.look_up(job)

    async def until_quiet(self) -> None:
        """Go on as time does: leases run out, waits end, what is unclear is looked up."""
        await self.leases_run_out()
        await self.reconcile.recover()
        for pause in (CONTAINER_WAIT, GRACE, GRACE):
            await self.work()
            self.clock.advance(pause)
            await self.look_up()
        await self.work()
        await self.cleaner.sweep(self.clock.now())

    async def publication(self, publication_id: PublicationId) -> Publication:
        async with self.database.begin() as uow:
            publication = await uow.publications.get(publication_id)
        assert publication is not None
        return publication

    async def state(self, publication_id: PublicationId) -> State:
        return (await self.publication(publication_id)).state

    async def history(self, publication_id: PublicationId) -> list[Event]:
        """What happened to a publication, oldest first."""
        async with self.database.begin() as uow:
            return [entry.event for entry in await uow.publications.history(publication_id)]

    async def in_state(self, state: State, *, kind: CardKind = CardKind.POST) -> Shown:
        """Bring a new publication into a state, event by event, with a card of this kind for it."""
        publication = await self.publication(await self.queued(approval=state in UNAPPROVED))
        async with self.database.begin() as uow:
            for event in PATHS[state]:
                changed = await uow.publications.apply(
                    publication, event, at=self.clock.now(), actor="test", **self._told_by(event)
                )
                assert changed is not None
                publication = changed
            await uow.cards.close_for(publication.id)
            card_id = await uow.cards.add(publication.id, kind, CHAT, at=self.clock.now())
            await uow.cards.delivered(card_id, message_id=1000 + card_id)
            await uow.commit()
        assert publication.state is state
        return Shown(publication=publication, card_id=card_id)

    def _told_by(self, event: Event) -> dict[str, Any]:
        now = self.clock.now()
        return {Event.LOST: {"intent_at": now}, Event.ASKED: {"asked_at": now}}.get(event, {})

    async def rows(self, *tables: sa.Table) -> list[tuple[object, ...]]:
        """Return all that the database holds, or these tables, for comparing before with after."""
        async with self.engine.connect() as connection:
            return [
                (table.name, *row)
                for table in tables or publications.metadata.sorted_tables
                for row in await connection.execute(sa.select(table).order_by(*table.primary_key))
            ]

    async def stored(self, *update_ids: int) -> None:
        """Take updates in, as the intake does before anything is done about them."""
        async with self.database.begin() as uow:
            await uow.inbox.add(dict.fromkeys(update_ids, "{}"), at=self.clock.now())
            await uow.commit()

    async def is_handled(self, update_id: int) -> bool:
        async with self.database.begin() as uow:
            return update_id not in [waiting for waiting, _ in await uow.inbox.unhandled(limit=1000)]

    async def sent(self) -> list[Outgoing]:
        """What waits in the outbox."""
        async with self.database.begin() as uow:
            return await uow.outbox.waiting(now=self.clock.now(), limit=10_000)

    async def cards(self, publication_id: PublicationId, kind: CardKind = CardKind.POST) -> list[Card]:
        """The publication's cards that wait to be drawn, oldest first."""
        found: list[Card] = []
        async with self.database.begin() as uow:
            for outgoing in await uow.outbox.waiting(now=self.clock.now(), limit=10_000):
                if isinstance(outgoing.message, ShowCard):
                    card = await uow.cards.get(CardId(outgoing.message.card_id))
                    if card and card.publication_id == publication_id and card.kind is kind:
                        found.append(card)
        return found


async def posting_world(engine: AsyncEngine, folder: Path) -> PostingWorld:
    """Set the world up: automatic posting on, one account with a token."""
    outside = Outside(
        clock=FakeClock(),
        publisher=FakePublisher(),
        store=FakeStore(),
        vault=TokenVault([Fernet.generate_key().decode()]),
    )
    world = PostingWorld(engine, folder, outside=outside, boundaries=Boundaries())
    world.workspace = await world.workspaces.add(
        name="Team", chat_id=CHAT, by="test", first_settings={"api": "on"}
    )
    world.account = await world.accounts.add(
        world.workspace.id,
        platform=FAKE,
        external_id="1",
        name="harbour",
        login=None,
        token=AccessToken("token-of-the-account"),
        by="test",
    )
    return world
