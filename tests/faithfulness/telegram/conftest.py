from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World
from support.environments import python_with
from support.media_files import image, video
from support.telegram_api import BotClient, served, team_in


@pytest.fixture
def world() -> World:
    return World(seed=7)


@pytest.fixture
def telegram(world: World) -> TelegramStandIn:
    return team_in(world)


@pytest.fixture
async def bot(telegram: TelegramStandIn) -> AsyncGenerator[BotClient]:
    async with served(telegram) as bot:
        yield bot


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.jpg"
    path.write_bytes(image())
    return path


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(video())
    return path


@pytest.fixture(scope="session")
def aiogram_python() -> Path:
    return python_with(Path(__file__).parent / "aiogram.lock")
