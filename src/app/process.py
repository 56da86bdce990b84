"""The running product: one process that works, and that leads where no other does."""

import asyncio
import datetime as dt
import signal
import sys
from pathlib import Path

import structlog

from app.bootstrap import Storyline, assembled
from app.health import ProcessHealth
from app.leader import Leader
from app.logging_setup import set_up_logging
from app.scheduler import every_process
from app.settings import Settings
from app.start_report import start_report
from app.web_server import served
from app.worker import Worker
from domain.account import AccessToken
from domain.errors import StorylineError
from domain.ids import ChatId
from repositories.leadership import leadership
from repositories.listener import listener
from repositories.migrate import is_current, upgrade
from web.health import application

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
        await _tell_start(storyline)
        await _run(storyline, stop)


async def bring_up_to_date(settings: Settings) -> None:
    """Apply missing migrations, or refuse to start where that is to be done by hand.

    Raises:
        StorylineError: migrations are missing and MIGRATE_ON_START is off.
    """
    url = settings.data.url
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    if settings.data.migrate_on_start:
        await asyncio.to_thread(upgrade, url)
    elif not await asyncio.to_thread(is_current, url):
        raise StorylineError("The database is not up to date. Run: storyline migrate")


async def ensure_first_workspace(storyline: Storyline) -> None:
    """Connect the chat and the account that the settings name, where that was not done yet."""
    settings = storyline.settings
    chat_id = settings.telegram.telegram_chat_id
    if chat_id is None:
        return
    workspace = await storyline.workspaces.ensure(
        name="Team", chat_id=ChatId(chat_id), first_settings=storyline.first_settings
    )
    first = settings.first_account
    if first.instagram_account_id is None:
        return
    known = await storyline.accounts.find(workspace.id)
    if any(account.external_id == first.instagram_account_id for account in known):
        return
    token = first.instagram_access_token
    account = await storyline.accounts.add(
        workspace.id,
        platform="instagram",
        external_id=first.instagram_account_id,
        name=first.instagram_account_id,
        login=first.instagram_login,
        token=AccessToken(token.get_secret_value()) if token else None,
        by="start",
    )
    await storyline.accounts.check(account)


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
    storyline.wakers.listen(due=worker.wake, outbox=leader.wake_sender)
    health = ProcessHealth(storyline=storyline, worker=worker, leader=leader)
    ticking = every_process(tick=worker.wake, speed=storyline.settings.clock.clock_speed)
    async with served(application(live=health.live, ready=health.ready), storyline.settings.web):
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
