"""Looks at an installation and says in words what is well and what to do about the rest."""

import asyncio
import dataclasses
import shutil
import tempfile
from collections.abc import AsyncGenerator
from pathlib import Path

from PIL import Image
from telegram.error import TelegramError

from app.bootstrap import Storyline, assembled
from app.hosting import missing_for_storage, opened_preflight, storage_name
from app.settings import Settings
from bot.application import telegram_bot
from domain.errors import PublishingError
from repositories.migrate import is_current
from services.media.trial import try_out
from services.media.usage import Usage

LEAST_FREE_BYTES = 1_000_000_000


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found."""

    check: str
    is_well: bool
    found: str
    to_do: str = ""
    """Empty when there is nothing to do."""


async def examine(settings: Settings) -> AsyncGenerator[Finding]:
    """Yield what is found, check by check; only an account's answer is remembered with its time."""
    database = await _database(settings)
    yield database
    yield await _telegram(settings)
    yield _cloud(settings)
    if settings.data.media_dir is not None:
        yield await asyncio.to_thread(_library, settings.data.media_dir)
    yield await asyncio.to_thread(_disk, settings.data.data_dir)
    if database.is_well:
        async with assembled(settings) as storyline:
            if not missing_for_storage(settings):
                yield await _storage(storyline)
            for finding in await _accounts(storyline):
                yield finding


async def _database(settings: Settings) -> Finding:
    kind = "SQLite" if settings.data.url.startswith("sqlite") else "PostgreSQL"
    try:
        is_up_to_date = await asyncio.to_thread(is_current, settings.data.url)
    except Exception as error:  # noqa: BLE001  (whatever the driver raises, it is the finding)
        return Finding(
            check="database",
            is_well=False,
            found=str(error).partition("\n")[0],
            to_do="check DATABASE_URL and that the server runs",
        )
    if is_up_to_date:
        return Finding(check="database", is_well=True, found=f"{kind}, up to date")
    return Finding(
        check="database", is_well=False, found=f"{kind}, migrations are missing", to_do="storyline migrate"
    )


async def _telegram(settings: Settings) -> Finding:
    telegram = settings.telegram
    if telegram.telegram_bot_token is None or telegram.telegram_chat_id is None:
        return Finding(
            check="telegram",
            is_well=False,
            found="no bot or no chat is set",
            to_do="set TELEGRAM_BOT_TOKEN and TELEGRAM_CHAT_ID",
        )
    try:
        async with telegram_bot(
            token=telegram.telegram_bot_token.get_secret_value(),
            api_base_url=telegram.telegram_api_base_url.rstrip("/"),
        ) as bot:
            me = await bot.get_me()
            chat = await bot.get_chat(telegram.telegram_chat_id)
    except TelegramError as error:
        return Finding(
            check="telegram",
            is_well=False,
            found=f"Telegram refuses: {error.message}",
            to_do="check the token, and that the bot is a member of the chat",
        )
    return Finding(check="telegram", is_well=True, found=f"@{me.username} in “{chat.effective_name}”")


def _cloud(settings: Settings) -> Finding:
    missing = missing_for_storage(settings)
    if missing:
        return Finding(
            check="cloud",
            is_well=False,
            found="not set up; without it nothing goes out by API",
            to_do=f"set {', '.join(missing)}",
        )
    return Finding(check="cloud", is_well=True, found=storage_name(settings))


async def _storage(storyline: Storyline) -> Finding:
    """Go the way of an upload with a small picture, up to where a platform would fetch it."""
    settings = storyline.settings
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "trial.jpg"
        await asyncio.to_thread(Image.new("RGB", (320, 320), "teal").save, picture)
        try:
            async with opened_preflight(settings) as preflight:
                used_bytes = await try_out(storyline.store, preflight, picture)
        except PublishingError as error:
            is_local = settings.cloud.cloud_storage_provider == "local"
            to_do = "check that, while storyline run runs" if is_local else "check that"
            return Finding(check="storage", is_well=False, found=str(error), to_do=to_do)
    usage = Usage(used_bytes=used_bytes, limit_bytes=settings.cloud.limit_bytes)
    return Finding(
        check="storage",
        is_well=not usage.level,
        found=f"takes a picture, serves it to the world, deletes it; {usage} stored",
        to_do="delete what is not Storyline's, or raise CLOUD_STORAGE_LIMIT_MB" if usage.level else "",
    )


def _library(folder: Path) -> Finding:
    if folder.is_dir():
        return Finding(check="library", is_well=True, found=str(folder))
    return Finding(
        check="library", is_well=False, found=f"{folder} does not exist", to_do="make it, or change MEDIA_DIR"
    )


def _disk(folder: Path) -> Finding:
    while not folder.exists():
        folder = folder.absolute().parent
    free = shutil.disk_usage(folder).free
    return Finding(
        check="disk",
        is_well=free >= LEAST_FREE_BYTES,
        found=f"{free / 1e9:.1f} GB free",
        to_do="" if free >= LEAST_FREE_BYTES else f"make room below {folder}",
    )


async def _accounts(storyline: Storyline) -> list[Finding]:
    findings: list[Finding] = []
    for workspace in await storyline.workspaces.all():
        for account in await storyline.accounts.find(workspace.id):
            check = await storyline.accounts.check(account)
            facts = check.facts
            if facts is None:
                findings.append(
                    Finding(
                        check=f"account {account.name}",
                        is_well=False,
                        found=check.problem,
                        to_do=f"storyline accounts add {account.platform} … --token -",
                    )
                )
                continue
            used = f", {facts.quota.used} of {facts.quota.total} posts used" if facts.quota else ""
            findings.append(
                Finding(check=f"account {account.name}", is_well=True, found=f"answers as {facts.name}{used}")
            )
    return findings or [
        Finding(
            check="accounts",
            is_well=False,
            found="none is connected",
            to_do="storyline accounts add instagram …",
        )
    ]
