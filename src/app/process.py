"""The running product: one process that works, and that leads where no other does."""

import asyncio
import datetime as dt
import signal
import sys

import structlog

from app.bootstrap import Storyline, assembled
from app.first_start import bring_up_to_date, ensure_first_workspace
from app.health import ProcessHealth
from app.hosting import hosted_folder
from app.leader import Leader
from app.logging_setup import set_up_logging
from app.metrics import ProcessMetrics
from app.scheduler import every_process
from app.settings import Settings
from app.start_report import start_report
from app.web_server import served
from app.worker import Worker
from domain.errors import StorylineError
from repositories.leadership import leadership
from repositories.listener import listener
from web import media as hosted_media
from web import week
from web.health import application
from web.metrics import route

logger = structlog.get_logger()

PATIENCE = dt.timedelta(seconds=8)
"""How long a stopping process lets go on what is in hand; systemd and Docker kill after 10 s and more."""


async def run_until_stopped(settings: Settings) -> None:
    """Run the product until SIGTERM or SIGINT.

    Raises:
        StorylineError: a setting is missing, or the database is not up to date and may not be migrated.
    """
    if settings.telegram.telegram_bot_token is None or settings.telegram.telegram_chat_id is None:
        raise StorylineError(
            "`storyline run` needs TELEGRAM_BOT_TOKEN (from BotFather) and TELEGRAM_CHAT_ID (the chat).\n"
            "To try Storyline without any account: storyline sandbox"
        )
    set_up_logging(settings.log, secrets=secrets_of(settings))
    await bring_up_to_date(settings)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with assembled(settings) as storyline:
        await ensure_first_workspace(storyline)
        if not settings.posting.posting_enabled:
            await storyline.workspaces.posting_is_off(by="start")
        await _tell_start(storyline)
        await _run(storyline, stop)


async def _run(storyline: Storyline, stop: asyncio.Event) -> None:
    worker = Worker(
        dispatch=storyline.dispatch,
        publishing=storyline.publishing,
        reconcile=storyline.reconcile,
        clock=storyline.clock,
        places=storyline.settings.posting.max_concurrent_publications,
    )
    url = storyline.settings.data.url
    leader = Leader(storyline=storyline, leadership=leadership(url))
    hearing = listener(url, on_due=worker.wake, on_outbox=leader.wake_sender)
    storyline.wakers.listen(due=worker.wake, outbox=leader.wake_sender, sends_here=lambda: leader.is_leading)
    health = ProcessHealth(storyline=storyline, worker=worker, leader=leader)
    ticking = every_process(tick=worker.wake, speed=storyline.settings.clock.clock_speed)
    metrics = ProcessMetrics(storyline=storyline, worker=worker, leader=leader)
    others = [route(metrics.read)]
    if storyline.media_links is not None:
        others.append(hosted_media.route(storyline.media_links, hosted_folder(storyline.settings)))
    if storyline.week_links is not None:
        others += week.routes(storyline.week_links, storyline.weeks, storyline.painter)
    web = application(live=health.live, ready=health.ready, others=others)
    async with served(web, storyline.settings.web):
        ticking.start()
        endless = [
            asyncio.create_task(worker.run(), name="worker"),
            asyncio.create_task(hearing.run(), name="listener"),
        ]
        leading = asyncio.create_task(leader.run(stop), name="leader")
        logger.info("process.ready")
        await stop.wait()
        logger.info("process.stopping", in_hand=worker.in_hand)
        ticking.shutdown(wait=False)
        for task in endless:
            task.cancel()
        await worker.drain(patience=PATIENCE)
        await asyncio.gather(leading, *endless, return_exceptions=True)
    logger.info("process.stopped")


async def _tell_start(storyline: Storyline) -> None:
    workspaces = await storyline.workspaces.all()
    accounts = [
        account for workspace in workspaces for account in await storyline.accounts.find(workspace.id)
    ]
    for line in start_report(storyline.settings, workspaces, accounts):
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def secrets_of(settings: Settings) -> list[str]:
    """Return every secret of the settings, for keeping them out of the logs."""
    found: list[str] = []
    for group in settings.groups:
        for _, value in group:
            if hasattr(value, "get_secret_value"):
                found.extend(part.strip() for part in value.get_secret_value().split(","))
    return found
