from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from support.examined import Examined, Outside, outside_running


@pytest.fixture
async def alone(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Examined:
    """An installation with a team, and nothing outside of it."""
    examined = Examined(tmp_path, sqlite_url, monkeypatch)
    await examined.found_team()
    return examined


@pytest.fixture
async def outside() -> AsyncGenerator[Outside]:
    """The world that an installation depends on."""
    async with outside_running() as running:
        yield running


@pytest.fixture
async def well(alone: Examined, outside: Outside) -> Examined:
    """An installation with everything well about it."""
    alone.given(**outside.settings)
    await alone.connect()
    return alone
