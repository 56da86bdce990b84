"""The bot as a whole: intake, dispatch and sender, kept running while this process leads."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

import httpx
import structlog
import telegram
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from bot import texts
from bot.access import Door
from bot.answers import Answers
from bot.contributions import ContributionLoop
from bot.dispatch import Dispatcher, Handlers
from bot.handlers.cards import CardPresses
from bot.handlers.commands import Commands
from bot.handlers.contributions import ContributionHandlers
from bot.handlers.lookalikes import LookalikePresses
from bot.handlers.members import Members
from bot.handlers.replies import PromptReplies
from bot.intake import Intake
from bot.outgoing.cards import CardCourier
from bot.outgoing.courier import Courier
from bot.outgoing.media import MediaSender
from bot.outgoing.sender import Sender
from bot.waiting import GrowingWait, first_of
from services.contact_sheet import SheetPainter
from services.contributions.decide import ContributionDecisions
from services.contributions.fetch import ContributionFetcher
from services.contributions.take import ContributionIntake
from services.media.library import LibraryService
from services.media.thumbnails import ThumbnailSource
from services.people import PeopleService
from services.ports import Clock, Networks
from services.posting.decide import DecisionService
from services.posting.edit_plan import PlanEditor
from services.posting.schedule import QueueService
from services.queries import QueryService
from services.unit_of_work import Database
from services.week_links import WeekLinks
from services.workspaces import WorkspaceService

READ_TIMEOUT = 30.0
UPLOAD_TIMEOUT = 120.0
"""Seconds; a video of 50 MB takes a while on a slow line."""
CONNECTIONS = 64
LONG_RUN = 60.0
"""Seconds after which a loop that fails counts as one that worked."""

_log = structlog.get_logger()


@contextlib.asynccontextmanager
async def telegram_bot(*, token: str, api_base_url: str) -> AsyncGenerator[telegram.Bot]:
    """Open the client of the Bot API at this scheme and host; its connections are closed at the end.

    A plain `telegram.Bot`, as updates are taken and handled without the library's Application.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # the library's way to choose its future types
    request = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        read_timeout=READ_TIMEOUT,
        write_timeout=READ_TIMEOUT,
        connect_timeout=10.0,
        pool_timeout=READ_TIMEOUT,
        media_write_timeout=UPLOAD_TIMEOUT,
    )
    try:
        yield telegram.Bot(
            token,
            base_url=f"{api_base_url}/bot",
            base_file_url=f"{api_base_url}/file/bot",
            request=request,
            get_updates_request=request,
        )
    finally:
        await request.shutdown()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ContributionServices:
    """The use cases around what people send."""

    intake: ContributionIntake
    fetcher: ContributionFetcher
    decisions: ContributionDecisions
    most_bytes: int
    """How large a file that somebody sends may be."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class BotServices:
    """The use cases the bot calls."""

    decisions: DecisionService
    people: PeopleService
    queries: QueryService
    workspaces: WorkspaceService
    queue: QueueService
    plan: PlanEditor
    week_links: WeekLinks | None
    """None: the team cannot reach the page of its week."""
    contributions: ContributionServices
    library: LibraryService


class BotRunner:
    """Runs the bot. Only one process may: Telegram lets one poller in, and the limits have one keeper."""

    def __init__(
        self,
        *,
        bot: telegram.Bot,
        database: Database,
        clock: Clock,
        services: BotServices,
        networks: Networks,
        painter: SheetPainter,
        thumbnails: ThumbnailSource,
        outbox_added: asyncio.Event,
    ) -> None:
        """Take what is needed.

        Args:
            bot: from `telegram_bot`; it is closed by whoever made it.
            database: where inbox and outbox are.
            clock: time.
            services: the use cases.
            networks: the platforms, for what the API could do.
            painter: paints contact sheets.
            thumbnails: makes the small pictures of videos.
            outbox_added: set whenever a message was put into the outbox.
        """
        self._bot = bot
        self._database = database
        self._clock = clock
        self._services = services
        self._networks = networks
        self._painter = painter
        self._thumbnails = thumbnails
        self._outbox_added = outbox_added
        self._beats = dict[str, float]()

    def ages(self) -> Mapping[str, dt.timedelta]:
        """Return for each loop how long ago it last ticked; each ticks at least every minute."""
        now = self._clock.monotonic()
        return {name: dt.timedelta(seconds=now - at) for name, at in self._beats.items()}

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set, then finish what is in hand. Set it when this process leads no more."""
        if not await self._introduce(stop):
            return
        stored, taken = asyncio.Event(), asyncio.Event()
        async with httpx.AsyncClient() as client, asyncio.TaskGroup() as loops:
            intake = Intake(
                client=client,
                api_url=self._bot.base_url,
                database=self._database,
                clock=self._clock,
                stored=stored,
                beat=self._beat("intake"),
            )
            loops.create_task(self._keep("intake", intake.run, stop))
            loops.create_task(self._keep("dispatch", self._dispatcher(stored, taken).run, stop))
            loops.create_task(self._keep("contributions", self._contributions(taken).run, stop))
            loops.create_task(self._keep("sender", self._sender().run, stop))
        self._beats.clear()

    async def _introduce(self, stop: asyncio.Event) -> bool:
        """Learn the bot's own name; False: stopped before Telegram answered."""
        waits = GrowingWait()
        while not stop.is_set():
            self._beat("intake")()
            try:
                await self._bot.get_me()
            except InvalidToken:
                _log.error("telegram.token_refused", do="check TELEGRAM_BOT_TOKEN; BotFather shows it")
                await first_of(stop, clock=self._clock, within=waits.grow())
            except TelegramError as error:
                _log.warning("telegram.not_reached", kind=type(error).__name__)
                await first_of(stop, clock=self._clock, within=waits.grow())
            else:
                await self._set_menus()
                _log.info("bot.ready", username=self._bot.username)
                return True
        return False

    async def _set_menus(self) -> None:
        everybody = list(texts.COMMAND_MENU.items())
        admins = [*everybody, *texts.ADMIN_MENU.items()]
        try:
            await self._bot.set_my_commands(everybody)
            await self._bot.set_my_commands(admins, scope=telegram.BotCommandScopeAllChatAdministrators())
        except TelegramError as error:
            # The menus of an earlier start stand, and every command works without them.
            _log.warning("menus.not_set", why=type(error).__name__)

    async def _keep(
        self, name: str, work: Callable[[asyncio.Event], Awaitable[None]], stop: asyncio.Event
    ) -> None:
        """Run a loop until `stop` is set, and begin it anew after every error."""
        waits = GrowingWait()
        while not stop.is_set():
            self._beat(name)()
            started = self._clock.monotonic()
            try:
                await work(stop)
            except Exception:  # noqa: BLE001  (a loop that ends would leave the team without its bot)
                _log.exception("loop.failed", loop=name)
                if self._clock.monotonic() - started > LONG_RUN:
                    waits.reset()
                await first_of(stop, clock=self._clock, within=waits.grow())

    def _beat(self, name: str) -> Callable[[], None]:
        def beat() -> None:
            self._beats[name] = self._clock.monotonic()

        return beat

    def _dispatcher(self, stored: asyncio.Event, taken: asyncio.Event) -> Dispatcher:
        answers = Answers(database=self._database, clock=self._clock, bot=self._bot)
        door = Door(database=self._database, people=self._services.people)
        handlers = Handlers(
            cards=CardPresses(door=door, decisions=self._services.decisions, answers=answers),
            commands=Commands(
                bot=self._bot,
                door=door,
                answers=answers,
                queries=self._services.queries,
                workspaces=self._services.workspaces,
                queue=self._services.queue,
                plan=self._services.plan,
                week_links=self._services.week_links,
                clock=self._clock,
            ),
            replies=PromptReplies(door=door, decisions=self._services.decisions, answers=answers),
            contributions=ContributionHandlers(
                door=door,
                intake=self._services.contributions.intake,
                decisions=self._services.contributions.decisions,
                answers=answers,
                taken=taken,
                most_bytes=self._services.contributions.most_bytes,
            ),
            lookalikes=LookalikePresses(door=door, library=self._services.library, answers=answers),
            members=Members(database=self._database, clock=self._clock),
        )
        return Dispatcher(
            database=self._database,
            clock=self._clock,
            handlers=handlers,
            answers=answers,
            stored=stored,
            beat=self._beat("dispatch"),
        )

    def _contributions(self, taken: asyncio.Event) -> ContributionLoop:
        return ContributionLoop(
            fetcher=self._services.contributions.fetcher,
            clock=self._clock,
            taken=taken,
            beat=self._beat("contributions"),
        )

    def _sender(self) -> Sender:
        media = MediaSender(bot=self._bot, thumbnails=self._thumbnails)
        cards = CardCourier(bot=self._bot, media=media)
        return Sender(
            database=self._database,
            clock=self._clock,
            bot=self._bot,
            courier=Courier(bot=self._bot, cards=cards, media=media, painter=self._painter),
            networks=self._networks,
            added=self._outbox_added,
            beat=self._beat("sender"),
        )
