"""What exactly one process does: talks with Telegram, sends, plans, sweeps."""

import asyncio
import datetime as dt
from collections.abc import Mapping

import httpx
import structlog

from app.bootstrap import Storyline
from app.contributions import contribution_services, contribution_sweeper
from app.scheduler import leader_only
from bot.application import BotRunner, BotServices, telegram_bot
from bot.members import TelegramChatMembers
from domain.ids import UserId
from repositories.leadership import Leadership
from services.people import PeopleService

logger = structlog.get_logger()

WATCH_AGAIN_AFTER = dt.timedelta(minutes=1)
"""How soon the media folders are watched again after something unforeseen."""
CHECK_EVERY = dt.timedelta(seconds=1)
"""How soon a follower notices that nobody leads, and a leader that it leads no more."""


class Leader:
    """Leads while no other process does, and gives up at once when the place is lost."""

    def __init__(self, *, storyline: Storyline, leadership: Leadership) -> None:
        self._storyline = storyline
        self._leadership = leadership
        self._outbox_added = asyncio.Event()
        self._bot: BotRunner | None = None

    @property
    def is_leading(self) -> bool:
        """Whether this process leads."""
        return self._bot is not None

    def wake_sender(self) -> None:
        """Look at once for what is to be sent."""
        self._outbox_added.set()

    def ages(self) -> Mapping[str, dt.timedelta]:
        """Return how long ago each of the bot's loops ticked; empty for a follower."""
        return self._bot.ages() if self._bot else {}

    async def run(self, stop: asyncio.Event) -> None:
        """Lead whenever the place is free, until `stop` is set."""
        while not stop.is_set():
            try:
                if await self._leadership.try_acquire():
                    await self._lead(stop)
            except Exception:  # whatever it is, somebody must lead again
                logger.exception("leader.failed")
            finally:
                self._bot = None
                await self._leadership.release()
            await self._pause(stop)

    async def _lead(self, stop: asyncio.Event) -> None:
        logger.info("leader.began")
        storyline = self._storyline
        telegram = storyline.settings.telegram
        token = telegram.telegram_bot_token
        if token is None:
            raise RuntimeError("nothing leads without a bot token")
        ending = asyncio.Event()
        jobs = leader_only(
            plan=self._plan,
            watch_quotas=storyline.quotas.watch,
            watch_runway=storyline.runway.watch,
            watch_settings=storyline.settings_watch.watch,
            probe_platforms=storyline.availability.probe,
            watch_versions=storyline.availability.watch_versions,
            look_for_hand_overs=storyline.hand_overs.look,
            record_figures=storyline.figures.record,
            follow_source=self._follow_source,
            watch_storage=self._watch_storage,
            sweep_uploads=self._sweep,
            sweep_contributions=contribution_sweeper(storyline).sweep,
            prepare_ahead=storyline.preparation.prepare_ahead,
            sweep_prepared=self._sweep_prepared,
            redeliver=storyline.redelivery.redeliver,
            refresh_tokens=storyline.token_refresh.refresh_due,
            check_access=storyline.health_checks.check_due,
            speed=storyline.settings.clock.clock_speed,
        )
        async with (
            httpx.AsyncClient() as downloads,
            telegram_bot(
                token=token.get_secret_value(), api_base_url=telegram.telegram_api_base_url.rstrip("/")
            ) as bot,
        ):
            self._bot = BotRunner(
                bot=bot,
                database=storyline.database,
                clock=storyline.clock,
                services=BotServices(
                    decisions=storyline.decisions,
                    people=PeopleService(
                        database=storyline.database,
                        clock=storyline.clock,
                        chat_members=TelegramChatMembers(bot),
                        admin_ids=frozenset(UserId(number) for number in telegram.telegram_admin_ids),
                    ),
                    queries=storyline.queries,
                    workspaces=storyline.workspaces,
                    queue=storyline.queue,
                    plan=storyline.plan,
                    week_links=storyline.week_links if storyline.settings.web.public_base_url else None,
                    contributions=contribution_services(storyline, bot, downloads),
                    library=storyline.library,
                ),
                networks=storyline.networks,
                painter=storyline.painter,
                thumbnails=storyline.thumbnails,
                outbox_added=self._outbox_added,
            )
            jobs.start()
            running = asyncio.create_task(self._bot.run(ending), name="bot")
            watching = asyncio.create_task(self._watch_library(), name="library watch")
            try:
                await self._while_held(stop, running)
            finally:
                watching.cancel()
                await asyncio.wait([watching])
                jobs.shutdown(wait=False)
                ending.set()
                await running
        logger.info("leader.ended")

    async def _while_held(self, stop: asyncio.Event, running: asyncio.Task[None]) -> None:
        while not stop.is_set() and not running.done() and await self._leadership.is_held():
            await self._pause(stop)

    async def _plan(self) -> None:
        report = await self._storyline.planning.fill(self._storyline.clock.now())
        if report.planned or report.lacks:
            logger.info("planner.filled", planned=report.planned, lacks=len(report.lacks))

    async def _watch_library(self) -> None:
        watches = self._storyline.library_watches
        while watches is not None:
            try:
                await watches.run()
            except Exception:  # the bot must go on, whatever is wrong with the folders
                logger.exception("library_watches.failed")
            await self._storyline.clock.sleep(WATCH_AGAIN_AFTER)

    async def _follow_source(self) -> None:
        if self._storyline.library_source is not None:
            await self._storyline.library_source.follow()

    async def _sweep(self) -> None:
        swept = await self._storyline.cleaner.sweep(self._storyline.clock.now())
        for failure in swept.failures:
            logger.warning("uploads.sweep_failed", reason=str(failure))

    async def _sweep_prepared(self) -> None:
        await self._storyline.preparation.sweep()
        await self._storyline.splitting.sweep()
        await asyncio.to_thread(self._storyline.thumbnails.prune)

    async def _watch_storage(self) -> None:
        if self._storyline.settings.cloud.is_watched:
            await self._storyline.storage_watch.watch()

    async def _pause(self, stop: asyncio.Event) -> None:
        try:
            async with asyncio.timeout(CHECK_EVERY.total_seconds()):
                await stop.wait()
        except TimeoutError:
            pass
