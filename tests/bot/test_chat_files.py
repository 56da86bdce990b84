"""Files that people sent are fetched whole or not at all, within their limit, and the token is not told."""

import base64
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send
from telegram import Bot

from bot.application import telegram_bot
from bot.chat_files import TelegramChatFiles
from sandbox.faults import Effect, Fault
from sandbox.serving import listening
from sandbox.telegram.sharing import SharedFile
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World
from services.contributions.fetch import ChatFileDelayedError, ChatFileRefusedError
from support.telegram_api import ANNA, TOKEN, team_in

DATA = bytes(range(256)) * 2000


@pytest.fixture
def world() -> World:
    return World(seed=7)


@pytest.fixture
def telegram(world: World) -> TelegramStandIn:
    return team_in(world)


@pytest.fixture
async def bot(telegram: TelegramStandIn) -> AsyncGenerator[Bot]:
    async with (
        listening({"telegram": (telegram.app, 0)}) as urls,
        telegram_bot(token=TOKEN, api_base_url=urls["telegram"]) as bot,
    ):
        yield bot
        await telegram.close()


@pytest.fixture
async def client() -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


async def sent(telegram: TelegramStandIn) -> str:
    """Let Anna send a document; return its id."""
    file = SharedFile(name="a.jpg", content=base64.b64encode(DATA).decode(), kind="document")
    (message,) = await telegram.share(chat_id=ANNA, user_id=ANNA, files=[file])
    return str(message.content["document"]["file_id"])


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


async def test_a_file_comes_byte_for_byte(
    telegram: TelegramStandIn, bot: Bot, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    files = TelegramChatFiles(bot=bot, client=client, most_bytes=len(DATA))

    await files.fetch(await sent(telegram), tmp_path / "a.jpg")

    assert names_in(tmp_path) == ["a.jpg"]
    assert (tmp_path / "a.jpg").read_bytes() == DATA


async def test_what_is_larger_than_is_taken_is_refused_and_leaves_nothing_behind(
    telegram: TelegramStandIn, bot: Bot, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    file_id = await sent(telegram)
    files = TelegramChatFiles(bot=bot, client=client, most_bytes=len(DATA) - 1)

    with pytest.raises(ChatFileRefusedError, match="put it into the media folder"):
        await files.fetch(file_id, tmp_path / "a.jpg")
    telegram.limits.download_bytes = 1000
    with pytest.raises(ChatFileRefusedError, match="Telegram gives bots at most"):
        await files.fetch(file_id, tmp_path / "a.jpg")

    assert names_in(tmp_path) == []


async def test_what_telegram_does_not_know_is_refused(
    bot: Bot, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    files = TelegramChatFiles(bot=bot, client=client, most_bytes=len(DATA))

    with pytest.raises(ChatFileRefusedError, match="send it again"):
        await files.fetch("AgACnobody", tmp_path / "a.jpg")


@pytest.mark.parametrize(
    ("operation", "effect"),
    [("getFile", Effect.REFUSE), ("download", Effect.REFUSE), ("download", Effect.DROP)],
)
async def test_what_does_not_come_now_may_come_later_and_the_token_is_told_to_nobody(
    telegram: TelegramStandIn,
    world: World,
    bot: Bot,
    client: httpx.AsyncClient,
    tmp_path: Path,
    operation: str,
    effect: Effect,
) -> None:
    file_id = await sent(telegram)
    world.faults.add(Fault(service="telegram", operation=operation, effect=effect))
    files = TelegramChatFiles(bot=bot, client=client, most_bytes=len(DATA))

    with pytest.raises(ChatFileDelayedError) as delay:
        await files.fetch(file_id, tmp_path / "a.jpg")

    assert TOKEN not in str(delay.value)
    assert delay.value.__cause__ is None
    assert names_in(tmp_path) == []


async def test_a_bot_api_server_of_ones_own_gives_a_path_on_this_machine(
    client: httpx.AsyncClient, tmp_path: Path
) -> None:
    kept, wanted = tmp_path / "kept.jpg", tmp_path / "a.jpg"
    kept.write_bytes(DATA)
    result = {"file_id": "any", "file_unique_id": "any", "file_path": str(kept)}

    async def local_server(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({"ok": True, "result": result})(scope, receive, send)

    async with (
        listening({"telegram": (local_server, 0)}) as urls,
        telegram_bot(token=TOKEN, api_base_url=urls["telegram"]) as bot,
    ):
        await TelegramChatFiles(bot=bot, client=client, most_bytes=len(DATA)).fetch("any", wanted)

    assert wanted.read_bytes() == DATA
