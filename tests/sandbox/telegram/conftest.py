from collections.abc import AsyncGenerator

import httpx
import pytest

from sandbox.serving import listening
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World
from support.telegram_api import ANNA, BEN, GROUP, STRANGER, TOKEN, BotClient


@pytest.fixture
def world() -> World:
    return World(seed=7)


@pytest.fixture
async def telegram(world: World) -> AsyncGenerator[TelegramStandIn]:
    telegram = TelegramStandIn(world)
    bot = telegram.add_bot(token=TOKEN, username="test_bot", first_name="Test")
    telegram.add_chat(id=GROUP, type="supergroup", title="Team")
    telegram.add_person(id=ANNA, first_name="Anna", username="anna_holm")
    telegram.add_person(id=BEN, first_name="Ben")
    telegram.add_person(id=STRANGER, first_name="Dan")
    telegram.add_member(chat_id=GROUP, user_id=ANNA, status="creator")
    telegram.add_member(chat_id=GROUP, user_id=BEN)
    telegram.add_member(chat_id=GROUP, user_id=bot.id)
    telegram.open_private_chat(bot_id=bot.id, user_id=ANNA)
    telegram.forget_updates(token=TOKEN)
    yield telegram
    await telegram.close()


@pytest.fixture
async def bot(telegram: TelegramStandIn) -> AsyncGenerator[BotClient]:
    async with (
        listening({"telegram": (telegram.app, 0)}) as urls,
        httpx.AsyncClient(base_url=urls["telegram"], timeout=10) as http,
    ):
        yield BotClient(http, TOKEN)
