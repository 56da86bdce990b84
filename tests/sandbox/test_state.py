import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import signal
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import Receive, Scope, Send

from sandbox import demo, snapshot
from sandbox.server import Sandbox, running
from sandbox.serving import listening
from sandbox.state_file import StateFile
from sandbox.telegram.snapshot import IDS_PASSED_OVER
from sandbox.world import World
from support.cloud import signed_by
from support.made_media import MediaHost, film, picture
from support.sandbox_process import sandbox_process
from support.telegram_api import BotClient, button, moment, until

ACCOUNT = demo.ACCOUNTS[0]
BEN = 7002


class Client:
    """Does by HTTP what the product and the page do."""

    def __init__(self, http: httpx.AsyncClient, urls: dict[str, str]) -> None:
        self.http = http
        self.urls = urls
        self.bot = BotClient(http, demo.BOT_TOKEN)

    async def hosted(self, data: bytes) -> str:
        """Upload a picture to the cloud and return its address."""
        answer = await self.http.post(
            f"{self.urls['cloudinary']}/v1_1/{demo.CLOUD_NAME}/image/upload",
            data=signed_by(demo.CLOUD_API_KEY, demo.CLOUD_API_SECRET, timestamp=str(int(time.time()))),
            files={"file": ("window.jpg", data)},
        )
        return str(answer.json()["secure_url"])

    async def graph(self, method: str, path: str, **params: str) -> Any:
        """Call the Graph API as the demo's first account."""
        url = f"{self.urls['facebook_graph']}/v25.0/{path}"
        answer = await self.http.request(method, url, params={"access_token": ACCOUNT.token, **params})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def story(self, data: bytes) -> str:
        """Post a picture as a story and return its id."""
        url = await self.hosted(data)
        container = await self.graph("POST", f"{ACCOUNT.id}/media", media_type="STORIES", image_url=url)
        await self.http.post("/sandbox/clock", json={"advance_seconds": 60})
        post = await self.graph("POST", f"{ACCOUNT.id}/media_publish", creation_id=container["id"])
        return str(post["id"])

    async def messages(self) -> list[dict[str, Any]]:
        """Return what the page shows of the team's chat."""
        listed = await self.http.get(f"/sandbox/telegram/chats/{demo.CHAT_ID}/messages")
        shown: list[dict[str, Any]] = listed.json()["messages"]
        return shown

    async def posts(self) -> list[dict[str, Any]]:
        """Return what the page shows of the first account's phone."""
        accounts = (await self.http.get("/sandbox/graph/accounts")).json()["accounts"]
        shown: list[dict[str, Any]] = accounts[0]["posts"]
        return shown

    async def press(self, message_id: int) -> dict[str, Any]:
        """Press the button of a card and wait for what the bot answers."""
        press = {"chat_id": demo.CHAT_ID, "message_id": message_id, "user_id": BEN, "data": "go"}
        answer: dict[str, Any] = (await self.http.post("/sandbox/telegram/press", json=press)).json()
        return answer


@contextlib.asynccontextmanager
async def client_of(urls: dict[str, str]) -> AsyncGenerator[Client]:
    async with httpx.AsyncClient(base_url=urls["page"], timeout=10) as http:
        yield Client(http, urls)


@contextlib.asynccontextmanager
async def world_in(folder: Path) -> AsyncGenerator[tuple[Sandbox, Client]]:
    async with (
        running(world=World(folder=folder)) as sandbox,
        client_of(dataclasses.asdict(sandbox.urls)) as client,
    ):
        yield sandbox, client


def written(folder: Path) -> snapshot.Snapshot:
    return snapshot.read((folder / "world.json").read_bytes(), folder)


def has_written(folder: Path, text: str) -> Callable[[], Awaitable[bool]]:
    async def has() -> bool:
        file = folder / "world.json"
        return file.exists() and text in file.read_text()

    return has


async def test_a_sandbox_that_was_killed_goes_on_with_its_chat_its_phone_and_its_cloud(
    tmp_path: Path,
) -> None:
    photo = picture()
    async with sandbox_process("--state", str(tmp_path)) as process, client_of(process.urls) as client:
        files = {"photo": ("card.jpg", photo)}
        card = await client.bot.result("sendPhoto", files=files, chat_id=demo.CHAT_ID, reply_markup=button())
        story = await client.story(photo)
        await until(has_written(tmp_path, story))
        messages, posts = await client.messages(), await client.posts()
        code, errors = await process.end(signal.SIGKILL)

    async with sandbox_process("--state", str(tmp_path)) as process, client_of(process.urls) as client:
        messages_after, posts_after = await client.messages(), await client.posts()
        pressing = asyncio.create_task(client.press(card["message_id"]))
        [update] = await client.bot.result("getUpdates", timeout=5)
        query = update["callback_query"]
        await client.bot.result("answerCallbackQuery", callback_query_id=query["id"], text="Gone")
        pressed = await pressing
        shown = await client.http.get(messages_after[0]["media_url"])
        offered = await client.bot.result("getFile", file_id=messages_after[0]["photo"][-1]["file_id"])
        download = await client.http.get(f"/file/bot{demo.BOT_TOKEN}/{offered['file_path']}")
        on_phone = await client.http.get(f"/sandbox/graph/media/{story}")
        stories = await client.graph("GET", f"{ACCOUNT.id}/stories")
        [asset] = (await client.http.get("/sandbox/cloudinary/assets")).json()["assets"]
        clock = (await client.http.get("/sandbox/clock")).json()["now"]

    assert (code, errors) == (-signal.SIGKILL, "")
    assert messages_after == messages
    assert [post["id"] for post in posts_after] == [post["id"] for post in posts] == [story]
    assert pressed["text"] == "Gone"
    assert shown.content == download.content
    assert on_phone.content == photo
    assert [each["id"] for each in stories["data"]] == [story]
    assert asset["bytes"] == len(photo)
    assert clock > posts[0]["timestamp"]


async def test_a_press_that_nobody_fetched_before_the_kill_is_fetched_after_it(tmp_path: Path) -> None:
    async with sandbox_process("--state", str(tmp_path)) as process, client_of(process.urls) as client:
        await client.bot.result("sendMessage", chat_id=demo.CHAT_ID, text="card", reply_markup=button())
        pressing = asyncio.create_task(client.press(1))
        await until(has_written(tmp_path, '"callback_query"'))
        await process.end(signal.SIGKILL)
        with pytest.raises(httpx.HTTPError):
            await pressing

    async with sandbox_process("--state", str(tmp_path)) as process, client_of(process.urls) as client:
        [update] = await client.bot.result("getUpdates", timeout=5)
        query = update["callback_query"]
        answered = await client.bot.result("answerCallbackQuery", callback_query_id=query["id"])

    assert query["data"] == "go"
    assert answered is True


async def test_what_is_written_is_read_as_it_was(tmp_path: Path) -> None:
    async with world_in(tmp_path) as (sandbox, client):
        await eventful(sandbox, client, tmp_path)

    before = written(tmp_path)
    again = snapshot.read(snapshot.written(before, tmp_path), tmp_path)
    async with world_in(tmp_path):
        pass
    after = written(tmp_path)

    assert again == before
    assert dataclasses.replace(after.telegram, bots=[], chats=[]) == dataclasses.replace(
        before.telegram, bots=[], chats=[]
    )
    assert [bot.waiting for bot in after.telegram.bots] == [bot.waiting for bot in before.telegram.bots]
    assert [chat.messages for chat in after.telegram.chats] == [
        chat.messages for chat in before.telegram.chats
    ]
    assert dataclasses.replace(after.graph, last_id=0) == dataclasses.replace(before.graph, last_id=0)
    assert after.cloudinary == before.cloudinary
    assert (after.runs, after.clock_speed) == (2, 5)
    assert after.clock_offset_seconds == pytest.approx(before.clock_offset_seconds, abs=30)


async def eventful(sandbox: Sandbox, client: Client, folder: Path) -> None:
    """Let everything happen that a world can hold."""
    bot, chat = client.bot, demo.CHAT_ID
    await client.http.post("/sandbox/clock", json={"advance_seconds": 3600, "speed": 5})
    clip = film(folder / "clip.mp4", seconds=1)
    await bot.result("setMyCommands", commands=[{"command": "queue", "description": "What comes next"}])
    await bot.result("sendVideo", files={"video": ("clip.mp4", clip)}, chat_id=chat, caption="<b>é</b>")
    await bot.result("sendDocument", files={"document": ("note.txt", b"words")}, chat_id=chat)
    await bot.result("editMessageCaption", chat_id=chat, message_id=1, caption="new", reply_markup=button())
    await bot.result("deleteMessage", chat_id=chat, message_id=2)
    sandbox.telegram.say(chat_id=chat, user_id=BEN, text="/status", reply_to_message_id=1)
    sandbox.telegram.block_bot(bot_id=int(demo.BOT_TOKEN.partition(":")[0]), user_id=BEN)
    sandbox.telegram.add_chat(id=-5, type="group", title="Small")
    sandbox.telegram.add_member(chat_id=-5, user_id=BEN, status="creator")
    sandbox.telegram.migrate(chat_id=-5, new_id=-1005)
    await client.story(picture())
    sandbox.graph.kill_token(demo.ACCOUNTS[1].token)


async def test_ids_of_the_moments_before_a_kill_are_not_given_again(tmp_path: Path) -> None:
    async with world_in(tmp_path) as (sandbox, client):
        await client.bot.result("sendMessage", chat_id=demo.CHAT_ID, text="written down")
        await until(has_written(tmp_path, "written down"))
        kept = (tmp_path / "world.json").read_bytes()
        lost = await client.bot.result("sendMessage", chat_id=demo.CHAT_ID, text="/lost")
        sandbox.telegram.say(chat_id=demo.CHAT_ID, user_id=BEN, text="/lost")
        [update] = await client.bot.result("getUpdates")
        story = await client.story(picture())
    (tmp_path / "world.json").write_bytes(kept)

    async with world_in(tmp_path) as (sandbox, client):
        sandbox.telegram.say(chat_id=demo.CHAT_ID, user_id=BEN, text="/found")
        [found] = await client.bot.result("getUpdates", offset=update["update_id"] + 1)
        later = await client.story(picture())

    assert found["message"]["message_id"] > lost["message_id"] + IDS_PASSED_OVER // 2
    assert int(later) > int(story)


async def test_updates_are_delivered_to_the_webhook_again(tmp_path: Path) -> None:
    delivered: asyncio.Queue[str] = asyncio.Queue()

    async def hook(scope: Scope, receive: Receive, send: Send) -> None:
        delivered.put_nowait((await receive())["body"].decode())
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    async with listening({"hook": (hook, 0)}) as urls:
        async with world_in(tmp_path) as (_, client):
            await client.bot.result("setWebhook", url=urls["hook"])

        async with world_in(tmp_path) as (sandbox, client):
            sandbox.telegram.say(chat_id=demo.CHAT_ID, user_id=BEN, text="/queue")
            update = await asyncio.wait_for(delivered.get(), 5)
            code, _ = await client.bot.refusal("getUpdates")

    assert "/queue" in update
    assert code == 409


async def test_a_video_that_was_being_fetched_is_fetched_again(tmp_path: Path) -> None:
    host = MediaHost(files={"/clip.mp4": (film(tmp_path / "clip.mp4", seconds=4), "video/mp4")})
    state = tmp_path / "world"
    async with listening({"slow": (never_answers, 0), "host": (host, 0)}) as urls:
        async with world_in(state) as (sandbox, client):
            video = f"{urls['slow']}/clip.mp4"
            container = await client.graph(
                "POST", f"{ACCOUNT.id}/media", media_type="STORIES", video_url=video
            )
        file = state / "world.json"
        file.write_text(file.read_text().replace(urls["slow"], urls["host"]))

        async with world_in(state) as (sandbox, client):
            await sandbox.graph.settle()
            sandbox.world.clock.advance(dt.timedelta(minutes=1))
            status = await client.graph("GET", container["id"], fields="status_code")

    assert status["status_code"] == "FINISHED"


async def never_answers(scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b'{"version": 1, "runs"',
        b"\xff\xfe\x00",
        b'{"name": "somebody else\'s", "version": "3.2"}',
    ],
)
async def test_a_file_of_other_hands_is_moved_aside_and_told_in_a_sentence(
    text: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "world.json").write_bytes(text)

    async with world_in(tmp_path) as (_, client):
        messages, posts = await client.messages(), await client.posts()

    assert (messages, posts) == ([], [])
    assert (tmp_path / "world.broken.json").read_bytes() == text
    assert written(tmp_path).runs == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert told.startswith(f"The sandbox cannot read {tmp_path / 'world.json'}")


async def test_a_damaged_file_is_not_half_believed(tmp_path: Path) -> None:
    async with world_in(tmp_path) as (_, client):
        await client.bot.result("sendPhoto", files={"photo": ("a.jpg", picture())}, chat_id=demo.CHAT_ID)
    whole = (tmp_path / "world.json").read_text()
    damages = {
        "cut": whole[: len(whole) // 2],
        "somebody unknown": whole.replace('"sender":7000000001', '"sender":7'),
        "a way out": whole.replace('"telegram/', '"../telegram/'),
        "of the future": whole.replace('"version":2', '"version":3'),
        "of the past": whole.replace('"version":2', '"version":1'),
    }

    for name, text in damages.items():
        assert text != whole, name
        (tmp_path / "world.json").write_text(text)
        assert StateFile(tmp_path).load() is None, name


async def test_a_folder_that_cannot_be_written_stops_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "world.new.json").mkdir()

    async with world_in(tmp_path) as (_, client):
        await client.bot.result("sendMessage", chat_id=demo.CHAT_ID, text="Hello")
        await moment(0.5)
        messages = await client.messages()

    assert len(messages) == 1
    assert f"The sandbox cannot write {tmp_path / 'world.json'}: Is a directory.\n" in capsys.readouterr().err


async def test_what_json_cannot_say_stops_nothing_and_is_told_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = json.dumps({"token": demo.BOT_TOKEN, "update": {"message": {"text": "\ud800"}}})

    async with world_in(tmp_path) as (sandbox, client):
        await client.http.post("/sandbox/telegram/updates", content=forged)
        await moment(0.4)
        await client.http.post("/sandbox/telegram/updates", content=forged)
        await moment(0.4)
        told = capsys.readouterr().err
        sandbox.telegram.forget_updates(token=demo.BOT_TOKEN)
        await client.bot.result("sendMessage", chat_id=demo.CHAT_ID, text="Hello")

    assert told.count("The sandbox cannot write") == 1
    assert written(tmp_path).telegram.chats[0].messages[0].content == {"text": "Hello"}


async def test_a_world_without_a_folder_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    async with running() as sandbox, client_of(dataclasses.asdict(sandbox.urls)) as client:
        await client.story(picture())

    assert names_in(tmp_path) == []


def names_in(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]
