from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from support.examined import Examined, Outside, outside_running, well


@pytest.fixture
async def outside() -> AsyncGenerator[Outside]:
    """The world that an installation depends on."""
    async with outside_running() as running:
        yield running


@pytest.fixture
async def installation(
    outside: Outside, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Examined:
    """An installation with everything well about it."""
    return await well(outside, tmp_path, sqlite_url, monkeypatch)
