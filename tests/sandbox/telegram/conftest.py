from collections.abc import AsyncGenerator

import pytest

from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World
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
