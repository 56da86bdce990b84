"""The bot's world."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from support.bot_world import BotWorld, bot_world


@pytest.fixture
async def team(sqlite_url: str, tmp_path: Path) -> AsyncGenerator[BotWorld]:
    """The bot against the Telegram stand-in, not running yet."""
    async with bot_world(sqlite_url, tmp_path) as team:
        yield team


@pytest.fixture(autouse=True)
def _future_types_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    # As `telegram_bot` sets it in the product; without it the library warns when a 429 is built.
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
