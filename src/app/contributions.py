"""Puts together what takes care of media that people send to the bot."""

import datetime as dt
from pathlib import Path

import httpx
import telegram

from app.bootstrap import Storyline
from app.settings import Settings
from bot.application import ContributionServices
from bot.chat_files import TelegramChatFiles
from services.contributions.answer import ContributionAnswers
from services.contributions.decide import ContributionDecisions
from services.contributions.fetch import ContributionFetcher
from services.contributions.sweep import ContributionSweeper
from services.contributions.take import ContributionIntake

MEGABYTE = 1 << 20
"""As the Bot API counts its limit."""


def contribution_services(
    storyline: Storyline, bot: telegram.Bot, client: httpx.AsyncClient
) -> ContributionServices:
    """Return the use cases around what people send, with files fetched by this bot and client."""
    database, clock, networks = storyline.database, storyline.clock, storyline.networks
    most_bytes = storyline.settings.telegram.telegram_download_mb * MEGABYTE
    return ContributionServices(
        intake=ContributionIntake(database=database, clock=clock),
        fetcher=ContributionFetcher(
            database=database,
            clock=clock,
            files=TelegramChatFiles(bot=bot, client=client, most_bytes=most_bytes),
            ingest=storyline.ingest,
            answers=ContributionAnswers(database=database, clock=clock, networks=networks),
            folder=_folder(storyline.settings),
        ),
        decisions=ContributionDecisions(database=database, clock=clock, networks=networks),
        most_bytes=most_bytes,
    )


def contribution_sweeper(storyline: Storyline) -> ContributionSweeper:
    """Return what deletes the files that nobody used."""
    hours = storyline.settings.telegram.chat_media_retention_hours
    return ContributionSweeper(
        database=storyline.database,
        clock=storyline.clock,
        folder=_folder(storyline.settings),
        retention=dt.timedelta(hours=hours),
    )


def _folder(settings: Settings) -> Path:
    return settings.data.data_dir.absolute() / "chat"
