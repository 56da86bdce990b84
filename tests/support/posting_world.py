"""The posting services over a real database and a fake platform, with one workspace, account and library."""

import dataclasses
import datetime as dt
from pathlib import Path

from domain.account import AccessToken, Account
from domain.card import Card, CardKind
from domain.ids import CardId, ChatId, MediaId, PublicationId, UserId
from domain.media import Description, MediaFacts, MediaKind, Need
from domain.publication import Publication, State
from domain.workspace import Workspace
from services.accounts.connect import AccountService
from services.media.hosting import HostedFiles, UploadCleaner
from services.messages import ShowCard
from services.ports import HostedFile, Job
from services.posting.decide import DecisionService
from services.posting.dispatch import DispatchService
from services.posting.publish import PublishingService, PublishingTimes
from services.posting.reconcile import LookUpRules, ReconcileService
from services.posting.schedule import QueueRequest, QueueService
from services.posting.settle import RetryRules, Settlement
from services.unit_of_work import Database, Outgoing
from services.workspaces import WorkspaceService
from support.fake_clock import FakeChance, FakeClock
from support.fake_network import FAKE, FakePublisher

CHAT = ChatId(-100123)
ANNA = UserId(1)
GRACE = dt.timedelta(seconds=90)
GIVE_UP = dt.timedelta(minutes=30)
RETRIES = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 15, 45))


class FakeStore:
    """Keeps the names of what was uploaded and not deleted."""

    name = "fake"

    def __init__(self) -> None:
        self.kept: set[str] = set()

    async def upload(self, path: Path, *, name: str, kind: MediaKind) -> HostedFile:
        self.kept.add(name)
        return HostedFile(url=f"https://cloud.example/{name}", reference=name)

    async def delete(self, reference: str) -> None:
        self.kept.discard(reference)


@dataclasses.dataclass(kw_only=True)
class PostingWorld:
    """What a test of the posting flow needs at hand."""

    database: Database
    clock: FakeClock
    publisher: FakePublisher
    store: FakeStore
    folder: Path
    workspace: Workspace
    account: Account
    queue: QueueService
    dispatch: DispatchService
    publishing: PublishingService
    reconcile: ReconcileService
    decisions: DecisionService
    workspaces: WorkspaceService
    accounts: AccountService
    _files: int = 0

    async def media(self, *, format: str = "JPEG", description: Description | None = None) -> MediaId:  # noqa: A002
        self._files += 1
        path = self.folder / f"{self._files}.jpg"
        path.write_bytes(b"x" * 10)
        async with self.database.begin() as uow:
            media_id = await uow.media.add(
                self.workspace.id,
                path=str(path),
                sha256=f"{self._files:064x}",
                facts=MediaFacts(kind=MediaKind.IMAGE, format=format, size_bytes=10, width=1080, height=1920),
                description=description or Description(caption=f"Caption {self._files}"),
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

    async def publication(self, publication_id: PublicationId) -> Publication:
        async with self.database.begin() as uow:
            publication = await uow.publications.get(publication_id)
        assert publication is not None
        return publication

    async def state(self, publication_id: PublicationId) -> State:
        return (await self.publication(publication_id)).state

    async def sent(self) -> list[Outgoing]:
        """What waits in the outbox."""
        async with self.database.begin() as uow:
            return await uow.outbox.waiting(now=self.clock.now(), limit=1000)

    async def cards(self, publication_id: PublicationId, kind: CardKind = CardKind.POST) -> list[Card]:
        """The publication's cards that wait to be drawn, oldest first."""
        found: list[Card] = []
        async with self.database.begin() as uow:
            for outgoing in await uow.outbox.waiting(now=self.clock.now(), limit=1000):
                if isinstance(outgoing.message, ShowCard):
                    card = await uow.cards.get(CardId(outgoing.message.card_id))
                    if card and card.publication_id == publication_id and card.kind is kind:
                        found.append(card)
        return found


async def posting_world(
    database: Database, folder: Path, *, min_gap: dt.timedelta = dt.timedelta(0)
) -> PostingWorld:
    """Set the world up: automatic posting on, one account with a token."""
    clock = FakeClock()
    publisher = FakePublisher()
    networks = {FAKE: publisher.network()}
    store = FakeStore()
    lease = dt.timedelta(seconds=300)
    settlement = Settlement(
        database=database,
        clock=clock,
        randomness=FakeChance(),
        rules=RetryRules(delays=RETRIES, look_up_grace=GRACE),
    )
    cleaner = UploadCleaner(database=database, clock=clock, store=store, retention=dt.timedelta(hours=24))
    publishing = PublishingService(
        database=database,
        clock=clock,
        networks=networks,
        files=lambda job: HostedFiles(
            database=database, clock=clock, store=store, publication_id=job.publication.id
        ),
        cleaner=cleaner,
        settlement=settlement,
        times=PublishingTimes(lease=lease, remote_timeout=dt.timedelta(seconds=60), min_gap=min_gap),
    )
    workspaces = WorkspaceService(database=database, clock=clock)
    accounts = AccountService(database=database, clock=clock, networks=networks)
    workspace = await workspaces.add(name="Team", chat_id=CHAT, by="test", first_settings={"api": "on"})
    account = await accounts.add(
        workspace.id,
        platform=FAKE,
        external_id="1",
        name="harbour",
        login=None,
        token=AccessToken("token-of-the-account"),
        by="test",
    )
    return PostingWorld(
        database=database,
        clock=clock,
        publisher=publisher,
        store=store,
        folder=folder,
        workspace=workspace,
        account=account,
        queue=QueueService(database=database, clock=clock, networks=networks),
        dispatch=DispatchService(
            database=database,
            clock=clock,
            networks=networks,
            worker="test",
            lease=lease,
            posting_enabled=True,
        ),
        publishing=publishing,
        reconcile=ReconcileService(
            database=database,
            clock=clock,
            networks=networks,
            settlement=settlement,
            publishing=publishing,
            rules=LookUpRules(grace=GRACE, give_up=GIVE_UP, lease=lease),
        ),
        decisions=DecisionService(database=database, clock=clock),
        workspaces=workspaces,
        accounts=accounts,
    )
