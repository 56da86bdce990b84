"""The whole bot against the Telegram stand-in over HTTP and a real database, with one team."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import httpx
from cryptography.fernet import Fernet
from telegram import Bot

from app.clock import SystemClock
from bot.application import BotRunner, BotServices, ContributionServices, telegram_bot
from bot.callbacks import CardButton
from bot.chat_files import TelegramChatFiles
from bot.members import TelegramChatMembers
from domain.account import AccessToken, Account
from domain.card import Action
from domain.ids import ChatId, MediaId, PublicationId
from domain.media import Description, MediaFacts, MediaItem, MediaKind, Need
from domain.publication import BOT, Event, Publication, State
from domain.workspace import Workspace
from repositories.engine import create_engine
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from sandbox.clock import SandboxClock
from sandbox.serving import listening
from sandbox.telegram.actors import Message
from sandbox.telegram.stand_in import PressAnswer, TelegramStandIn
from sandbox.world import World
from services.accounts.connect import AccountService
from services.alerts import AlertService
from services.contact_sheet import PairedPicture, Tile, WeekDay
from services.contributions.answer import ContributionAnswers
from services.contributions.decide import ContributionDecisions
from services.contributions.fetch import ContributionFetcher
from services.contributions.take import ContributionIntake
from services.media.ingest import IngestService
from services.media.library import LibraryService
from services.media.thumbnails import Thumbnails
from services.people import PeopleService
from services.ports import Networks
from services.posting.compose import QueueRequest
from services.posting.decide import DecisionService
from services.posting.dispatch import DispatchService
from services.posting.edit_plan import PlanEditor
from services.posting.plan import PlanningService
from services.posting.schedule import QueueService
from services.queries import QueryService
from services.week_links import WeekLinks
from services.workspaces import WorkspaceService
from support.chat_media import PlainExaminer
from support.fake_clock import FakeChance
from support.fake_network import FAKE, FakePublisher
from support.media_files import image
from support.telegram_api import ANNA, GROUP, TOKEN, team_in, until

MOST_BYTES = 300_000
"""The largest file that the bot takes: large enough for what tests send."""
SPEED = 10.0
"""How fast time runs for the bot and for Telegram, so that limits and pauses cost little."""


class FastClock:
    """Time that runs faster than the machine's, in every respect."""

    def __init__(self, speed: float = SPEED) -> None:
        self._speed = speed
        self._clock = SystemClock(speed=speed)

    def now(self) -> dt.datetime:
        return self._clock.now()

    def monotonic(self) -> float:
        return self._clock.monotonic() * self._speed

    async def sleep(self, duration: dt.timedelta) -> None:
        await self._clock.sleep(duration)


class FakePainter:
    """Paints a plain picture, and makes plain thumbnails."""

    async def paint(self, tiles: Sequence[Tile], *, title: str) -> bytes:
        return image(size=(320, 320))

    async def paint_week(self, days: Sequence[WeekDay], *, title: str) -> bytes:
        return image(size=(640, 320))

    async def paint_pairs(self, pairs: Sequence[Sequence[PairedPicture]]) -> bytes:
        return image(size=(640, 320))

    async def thumbnail(self, item: MediaItem) -> bytes:
        return image(size=(90, 160))


@dataclasses.dataclass(kw_only=True)
class BotWorld:
    """What a test of the bot needs at hand."""

    world: World
    telegram: TelegramStandIn
    bot: Bot
    database: SqlDatabase
    clock: FastClock
    runner: BotRunner
    workspace: Workspace
    account: Account
    queue: QueueService
    dispatch: DispatchService
    planning: PlanningService
    workspaces: WorkspaceService
    folder: Path
    _files: int = 0

    async def set(self, key: str, value: str) -> None:
        """Change a setting of the team."""
        await self.workspaces.set(self.workspace.id, key, value, by="test")

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Run the bot while inside, and stop it as a process does."""
        stop = asyncio.Event()
        task = asyncio.create_task(self.runner.run(stop))
        try:
            yield
        finally:
            stop.set()
            await asyncio.wait_for(task, timeout=10)

    async def queued(
        self,
        *,
        caption: str = "Good morning",
        needs: frozenset[Need] = frozenset(),
        files: int = 1,
        size: tuple[int, int] = (90, 160),
        approval: bool = False,
    ) -> PublicationId:
        """Put a story with real pictures into the queue, due now."""
        media = [await self.add_media(caption, size) for _ in range(files)]
        jobs = await self.queue.add(
            QueueRequest(
                workspace_id=self.workspace.id,
                media=tuple(media),
                placement="story",
                needs=needs,
                approval=approval,
            ),
            by="test",
        )
        return jobs[0].publication.id

    async def card(self, *, caption: str = "Good morning", files: int = 1) -> tuple[PublicationId, Message]:
        """Hand a publication to the team, and wait for its card in the chat."""
        known = len(self.shown())
        publication_id = await self.queued(caption=caption, files=files)
        await self.dispatch.claim(limit=10)

        async def is_shown() -> bool:
            return len(self.shown()) > known and self.shown()[-1].reply_markup is not None

        await until(is_shown)
        await until(self.outbox_is_empty)
        return publication_id, self.shown()[-1]

    def shown(self) -> list[Message]:
        """What the bot has written in the team's chat, oldest first."""
        return [message for message in self.telegram.messages(GROUP) if message.sender.is_bot]

    async def press(
        self, message: Message, action: Action, *, by: int = ANNA, wait_seconds: float = 5
    ) -> PressAnswer:
        """Press the button of this action that a message shows."""
        data = next(data for data in buttons(message) if (b := CardButton.parse(data)) and b.action is action)
        return await self.forge(message, data, by=by, wait_seconds=wait_seconds)

    async def forge(
        self, message: Message, data: str, *, by: int = ANNA, wait_seconds: float = 5
    ) -> PressAnswer:
        """Press anything."""
        return await self.telegram.press(
            chat_id=GROUP, message_id=message.id, user_id=by, data=data, wait_seconds=wait_seconds
        )

    async def publication(self, publication_id: PublicationId) -> Publication:
        """Return a publication as it is now."""
        async with self.database.begin() as uow:
            publication = await uow.publications.get(publication_id)
        assert publication is not None
        return publication

    async def state(self, publication_id: PublicationId) -> State:
        """Return where a publication is now."""
        return (await self.publication(publication_id)).state

    async def missed(self, publication_id: PublicationId) -> None:
        """Let a publication be too late."""
        async with self.database.begin() as uow:
            scheduled = await uow.publications.get(publication_id)
            assert scheduled is not None
            await uow.publications.apply(scheduled, Event.EXPIRED, at=self.clock.now(), actor=BOT)
            await uow.commit()

    async def events(self, publication_id: PublicationId) -> list[str]:
        """Return what happened to a publication, oldest first."""
        async with self.database.begin() as uow:
            return [entry.event for entry in await uow.publications.history(publication_id)]

    async def paused(self) -> bool:
        """Whether the team's posting is paused."""
        async with self.database.begin() as uow:
            workspace = await uow.workspaces.get(self.workspace.id)
        assert workspace is not None
        return workspace.paused_at is not None

    async def inbox_is_empty(self) -> bool:
        """Whether every stored update was handled."""
        async with self.database.begin() as uow:
            return not await uow.inbox.unhandled(limit=1)

    async def outbox_is_empty(self) -> bool:
        async with self.database.begin() as uow:
            return await uow.outbox.next_at() is None

    async def add_media(self, caption: str, size: tuple[int, int]) -> MediaId:
        self._files += 1
        path = self.folder / f"{self._files}.jpg"
        path.write_bytes(image(size=size, shade=self._files))
        async with self.database.begin() as uow:
            media_id = await uow.media.add(
                self.workspace.id,
                path=str(path),
                sha256=f"{self._files:064x}",
                facts=MediaFacts(
                    kind=MediaKind.IMAGE,
                    format="JPEG",
                    size_bytes=path.stat().st_size,
                    width=size[0],
                    height=size[1],
                ),
                description=Description(caption=caption),
                at=self.clock.now(),
            )
            await uow.commit()
        assert media_id is not None
        return media_id


def buttons(message: Message) -> list[str]:
    """Return the callback data of a message's buttons."""
    rows = (message.reply_markup or {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row if "callback_data" in button]


@contextlib.asynccontextmanager
async def bot_world(database_url: str, folder: Path, *, speed: float = SPEED) -> AsyncGenerator[BotWorld]:
    """Set the world up; the bot itself runs only inside `running`."""
    world = World(seed=7, clock=SandboxClock(speed=speed))
    stand_in = team_in(world)
    outbox_added = asyncio.Event()
    vault = TokenVault([Fernet.generate_key().decode()])
    database = SqlDatabase(create_engine(database_url), vault, on_outbox=outbox_added.set)
    try:
        async with _world(database, world, stand_in, folder, outbox_added, FastClock(speed)) as team:
            yield team
    finally:
        await stand_in.close()
        await database.close()


@contextlib.asynccontextmanager
async def _world(
    database: SqlDatabase,
    world: World,
    stand_in: TelegramStandIn,
    folder: Path,
    outbox_added: asyncio.Event,
    clock: FastClock,
) -> AsyncGenerator[BotWorld]:
    networks = {FAKE: FakePublisher().network()}
    workspaces = WorkspaceService(database=database, clock=clock)
    workspace = await workspaces.ensure(name="Harbour Lane", chat_id=ChatId(GROUP), first_settings={})
    alerts = AlertService(clock=clock)
    queue = QueueService(database=database, clock=clock, networks=networks, alerts=alerts)
    async with (
        listening({"telegram": (stand_in.app, 0)}) as urls,
        httpx.AsyncClient() as downloads,
        telegram_bot(token=TOKEN, api_base_url=urls["telegram"]) as bot,
    ):
        planning = PlanningService(database=database, networks=networks)
        services = BotServices(
            decisions=DecisionService(database=database, clock=clock, alerts=alerts),
            people=PeopleService(
                database=database,
                clock=clock,
                chat_members=TelegramChatMembers(bot),
                admin_ids=frozenset(),
            ),
            queries=QueryService(
                database=database, clock=clock, networks=networks, posting_enabled=True, dry_run=False
            ),
            workspaces=workspaces,
            queue=queue,
            plan=PlanEditor(database=database, clock=clock, queue=queue, planning=planning),
            week_links=WeekLinks(base_url="https://team.example", keys=[b"key"], clock=clock),
            contributions=_contributions(database, networks, folder, clock, bot, downloads),
            library=LibraryService(database=database, clock=clock),
        )
        runner = BotRunner(
            bot=bot,
            database=database,
            clock=clock,
            services=services,
            networks=networks,
            painter=FakePainter(),
            thumbnails=FakePainter(),
            outbox_added=outbox_added,
        )
        yield BotWorld(
            world=world,
            telegram=stand_in,
            bot=bot,
            database=database,
            clock=clock,
            runner=runner,
            planning=planning,
            workspaces=workspaces,
            workspace=workspace,
            account=await AccountService(
                database=database,
                clock=clock,
                randomness=FakeChance(),
                networks=networks,
                alerts=alerts,
            ).add(
                workspace.id,
                platform=FAKE,
                external_id="1",
                name="harbour.lane",
                login=None,
                token=AccessToken("token-of-the-account"),
                by="test",
            ),
            queue=queue,
            dispatch=DispatchService(
                database=database,
                clock=clock,
                networks=networks,
                worker="test",
                lease=dt.timedelta(seconds=300),
                min_gap=dt.timedelta(0),
                alerts=alerts,
                posting_enabled=True,
            ),
            folder=folder,
        )
        await stand_in.close()


def _contributions(
    database: SqlDatabase,
    networks: Networks,
    folder: Path,
    clock: FastClock,
    bot: Bot,
    downloads: httpx.AsyncClient,
) -> ContributionServices:
    examiner = PlainExaminer()
    thumbnails = Thumbnails(folder / "thumbnails", thumbnailer=examiner)
    return ContributionServices(
        intake=ContributionIntake(database=database, clock=clock),
        fetcher=ContributionFetcher(
            database=database,
            clock=clock,
            files=TelegramChatFiles(bot=bot, client=downloads, most_bytes=MOST_BYTES),
            ingest=IngestService(database=database, clock=clock, examiner=examiner, thumbnails=thumbnails),
            answers=ContributionAnswers(database=database, clock=clock, networks=networks),
            folder=folder / "chat",
        ),
        decisions=ContributionDecisions(database=database, clock=clock, networks=networks),
        most_bytes=MOST_BYTES,
    )
