import asyncio
import dataclasses
import json
import signal
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import httpx
import pytest

from sandbox import demo
from sandbox.server import Sandbox, Urls, running
from sandbox.serving import PortTakenError
from sandbox.world import World
from support.sandbox_process import SRC, sandbox_process
from support.telegram_api import BotClient, moment, until


@pytest.fixture
async def sandbox() -> AsyncGenerator[Sandbox]:
    async with running() as sandbox:
        yield sandbox


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.urls.page, timeout=10) as http:
        yield http


@pytest.fixture
def bot(http: httpx.AsyncClient) -> BotClient:
    return BotClient(http, demo.BOT_TOKEN)


async def test_the_demo_world_can_be_used_without_asking(
    bot: BotClient, http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    message = await bot.result("sendMessage", chat_id=demo.CHAT_ID, text="Hello")

    chats = (await http.get("/sandbox/telegram/chats")).json()
    accounts = (await http.get("/sandbox/graph/accounts")).json()["accounts"]
    assert message["chat"]["title"] == "Harbour Lane team"
    assert [person["first_name"] for person in chats["people"]] == ["Anna", "Ben", "Chloe", "Dan"]
    team = chats["chats"][0]
    assert {member["id"]: member["status"] for member in team["members"]} == {
        7001: "creator",
        7002: "member",
        7003: "member",
        7_000_000_001: "administrator",
    }
    assert {account["username"] for account in accounts} == {"harbour.lane", "harbour.kids"}
    assert sandbox.urls.telegram == sandbox.urls.page


async def test_every_address_answers_for_its_own_service(sandbox: Sandbox) -> None:
    urls = sandbox.urls
    addresses = [url for name, url in dataclasses.asdict(urls).items() if name != "telegram"]

    async with httpx.AsyncClient() as http:
        page = await http.get(urls.page)
        refusals = [await http.get(f"{url}/v25.0/me") for url in (urls.facebook_graph, urls.instagram_graph)]
        cloud = await http.get(f"{urls.cloudinary}/v1_1/sandbox/ping")

    assert len(set(addresses)) == len(addresses)
    assert "text/html" in page.headers["content-type"]
    assert all("error" in refusal.json() for refusal in refusals)
    assert cloud.status_code == 401


async def test_an_empty_sandbox_holds_nothing_until_it_is_added_over_http() -> None:
    async with running(empty=True) as sandbox, httpx.AsyncClient(base_url=sandbox.urls.page) as http:

        async def add(what: str, **fields: Any) -> None:
            response = await http.post(f"/sandbox/telegram/{what}", json=fields)
            assert response.status_code == 200, response.text

        before = (await http.get("/sandbox/telegram/chats")).json()
        await add("bots", token="5:secret", username="b_bot", first_name="B")
        await add("people", id=1, first_name="Ida")
        await add("chats", id=-1001, type="supergroup", title="New")
        await add("members", chat_id=-1001, user_id=1, status="creator")
        await add("members", chat_id=-1001, user_id=5)

        await BotClient(http, "5:secret").result("sendMessage", chat_id=-1001, text="Hello")

        assert before == {"chats": [], "people": []}


async def test_what_makes_no_sense_is_refused_with_a_sentence(http: httpx.AsyncClient) -> None:
    unknown_chat = await http.post("/sandbox/telegram/say", json={"chat_id": 1, "user_id": 7001, "text": "x"})
    no_number = await http.post("/sandbox/telegram/press", json={"chat_id": "x"})
    no_object = await http.post("/sandbox/telegram/say", json=[])

    assert unknown_chat.status_code == no_number.status_code == no_object.status_code == 400
    assert unknown_chat.json() == {"error": "there is no chat 1"}


async def test_a_person_presses_and_writes_over_http(bot: BotClient, http: httpx.AsyncClient) -> None:
    await bot.result("sendMessage", chat_id=demo.CHAT_ID, text="card")
    press = {"chat_id": demo.CHAT_ID, "message_id": 1, "user_id": 7002, "data": "go"}
    pressing = asyncio.create_task(http.post("/sandbox/telegram/press", json=press))

    [update] = await bot.result("getUpdates", timeout=5)
    await bot.result(
        "answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="Gone", show_alert=True
    )
    said = await http.post(
        "/sandbox/telegram/say",
        json={"chat_id": demo.CHAT_ID, "user_id": 7002, "text": "thanks", "reply_to_message_id": 1},
    )

    assert (await pressing).json() == {"answered": True, "text": "Gone", "show_alert": True}
    assert said.json()["reply_to_message"]["message_id"] == 1


async def test_messages_are_listed_newest_last_with_their_files_and_their_end(
    bot: BotClient, http: httpx.AsyncClient
) -> None:
    files = {"document": ("a.txt", b"words")}
    await bot.result("sendDocument", chat_id=demo.CHAT_ID, files=files)
    await bot.result("sendMessage", chat_id=demo.CHAT_ID, text="soon gone")
    await bot.result("deleteMessage", chat_id=demo.CHAT_ID, message_id=2)

    listed = (await http.get(f"/sandbox/telegram/chats/{demo.CHAT_ID}/messages")).json()["messages"]
    newest = (await http.get(f"/sandbox/telegram/chats/{demo.CHAT_ID}/messages?limit=1")).json()["messages"]

    assert [(message["message_id"], message["deleted"]) for message in listed] == [(1, False), (2, True)]
    assert (await http.get(listed[0]["media_url"])).content == b"words"
    assert newest == listed[1:]


async def test_calls_are_listed_by_service_operation_and_newest(
    bot: BotClient, http: httpx.AsyncClient
) -> None:
    for method in ("getMe", "getMyCommands", "getMe"):
        await bot.result(method)

    async def operations(query: str) -> list[str]:
        calls = (await http.get(f"/sandbox/calls{query}")).json()["calls"]
        return [call["operation"] for call in calls]

    assert await operations("") == ["getMe", "getMyCommands", "getMe"]
    assert await operations("?after=1") == ["getMyCommands", "getMe"]
    assert await operations("?limit=1") == ["getMe"]
    assert await operations("?operation=getMyCommands&service=telegram") == ["getMyCommands"]
    assert await operations("?service=graph") == []


async def test_a_fault_is_switched_on_hits_and_is_switched_off(
    bot: BotClient, http: httpx.AsyncClient
) -> None:
    fault = (await http.post("/sandbox/faults", json={"service": "telegram", "operation": "getMe"})).json()

    hit = await bot.call("getMe")
    [listed] = (await http.get("/sandbox/faults")).json()["faults"]
    await http.delete(f"/sandbox/faults/{fault['id']}")
    after = await bot.call("getMe")
    again = await http.delete(f"/sandbox/faults/{fault['id']}")

    assert (hit.status_code, after.status_code, again.status_code) == (500, 200, 404)
    assert listed["hits"] == 1
    [call, _] = (await http.get("/sandbox/calls")).json()["calls"]
    assert (call["fault"], call["status"]) == ("refuse", 500)


async def test_all_faults_are_switched_off_at_once(bot: BotClient, http: httpx.AsyncClient) -> None:
    for service in ("telegram", "graph"):
        await http.post("/sandbox/faults", json={"service": service})

    await http.delete("/sandbox/faults")

    assert (await http.get("/sandbox/faults")).json() == {"faults": []}
    assert await bot.result("getMe")


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ([], "a fault is a JSON object"),
        ({"service": "post office"}, "service is one of telegram, graph, cloudinary"),
        ({"service": "graph", "status": "bad"}, "status: Input should be a valid integer"),
        ({"service": "graph", "effect": "explode"}, "effect: Input should be 'refuse'"),
        ({"service": "graph", "id": 5}, "a fault has no id; it has "),
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused(
    http: httpx.AsyncClient, fault: Any, sentence: str
) -> None:
    response = await http.post("/sandbox/faults", json=fault)

    assert response.status_code == 400
    assert response.json()["error"].startswith(sentence)


async def test_a_dropped_answer_closes_the_connection_after_the_effect(
    bot: BotClient, http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    await http.post("/sandbox/faults", json={"service": "telegram", "effect": "lose_answer", "remaining": 1})

    with pytest.raises(httpx.RemoteProtocolError):
        await bot.call("sendMessage", chat_id=demo.CHAT_ID, text="sent all the same")

    assert len(sandbox.telegram.messages(demo.CHAT_ID)) == 1
    assert sandbox.world.calls[-1].status is None


async def test_the_clock_is_moved_and_its_speed_set(http: httpx.AsyncClient, sandbox: Sandbox) -> None:
    before = sandbox.world.clock.now()

    moved = await http.post("/sandbox/clock", json={"advance_seconds": 3600, "speed": 60})
    refused = await http.post("/sandbox/clock", json={"speed": 0})

    assert (sandbox.world.clock.now() - before).total_seconds() >= 3600
    assert moved.json()["speed"] == pytest.approx(60)
    assert refused.status_code == 400


async def test_news_are_streamed_as_they_happen(bot: BotClient, http: httpx.AsyncClient) -> None:
    async with http.stream("GET", "/sandbox/events") as stream:
        lines = stream.aiter_lines()
        assert await anext(lines) == ": hello"

        await bot.result("sendMessage", chat_id=demo.CHAT_ID, text="Hello")

        message, call = await _next_news(lines), await _next_news(lines)
    assert stream.headers["content-type"].startswith("text/event-stream")
    assert message == {
        "topic": "message",
        "data": {"chat_id": demo.CHAT_ID, "message_id": 1, "change": "new"},
    }
    assert (call["topic"], call["data"]["operation"]) == ("call", "sendMessage")


async def test_a_page_that_is_closed_leaves_no_task_behind(http: httpx.AsyncClient) -> None:
    before = {id(task) for task in asyncio.all_tasks()}

    async with http.stream("GET", "/sandbox/events") as news:
        await anext(news.aiter_lines())

    async def only_those_before() -> bool:
        return {id(task) for task in asyncio.all_tasks()} <= before

    await until(only_those_before, within_seconds=2)


async def test_the_sandbox_stops_at_once_with_polls_presses_and_streams_open() -> None:
    loop = asyncio.get_running_loop()
    async with httpx.AsyncClient(timeout=10) as http:
        async with running(world=World(seed=1)) as sandbox:
            bot = BotClient(http, demo.BOT_TOKEN)
            http.base_url = httpx.URL(sandbox.urls.page)
            press = {"chat_id": demo.CHAT_ID, "message_id": 1, "user_id": 7001, "data": "x"}
            waiting = [
                asyncio.create_task(http.get("/sandbox/events")),
                asyncio.create_task(http.post("/sandbox/telegram/press", json=press)),
            ]
            await moment()
            await bot.result("getUpdates")
            [update] = await bot.result("getUpdates", offset=-1)
            for _ in range(3):  # each takes over from the one before; the second such conflict has to wait
                poll = bot.call("getUpdates", offset=update["update_id"] + 1, timeout=30)
                waiting.append(asyncio.create_task(poll))
                await moment()
            stopped_at = loop.time()
        took = loop.time() - stopped_at
        answers = await asyncio.gather(*waiting)

    assert took < 0.9
    assert [answer.status_code for answer in answers] == [200, 200, 409, 409, 500]
    assert answers[1].json()["answered"] is False


async def test_for_benchmarks_it_answers_at_once_and_looks_into_nothing(sandbox: Sandbox) -> None:
    sandbox.answer_at_once()

    graph, cloudinary = sandbox.graph.settings, sandbox.cloudinary.settings
    assert (graph.decode, graph.image_processing_seconds, graph.video_processing_seconds) == (False, 0, 0)
    assert cloudinary.decode is False


async def test_a_port_that_is_taken_is_an_error(sandbox: Sandbox) -> None:
    port = httpx.URL(sandbox.urls.page).port or 0

    with pytest.raises(PortTakenError, match=f"Port {port} is taken"):
        async with running(port=port):
            pass


async def test_the_process_names_the_port_that_is_taken(sandbox: Sandbox) -> None:
    port = httpx.URL(sandbox.urls.facebook_graph).port

    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        str(port),
        stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(SRC)},
    )
    _, errors = await asyncio.wait_for(process.communicate(), 10)

    assert process.returncode == 1
    assert errors.decode() == f"Port {port} is taken. Choose another with --port.\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_runs_as_a_process_of_its_own_until_a_signal_and_ends_without_a_word(
    number: signal.Signals,
) -> None:
    async with sandbox_process("--seed", "3", "--at-once") as process, httpx.AsyncClient() as http:
        chats = await http.get(f"{process.urls['page']}/sandbox/telegram/chats")
        async with http.stream("GET", f"{process.urls['page']}/sandbox/events") as news:
            lines = news.aiter_lines()
            await anext(lines)
            ended = await process.end(number)

    assert chats.status_code == 200
    assert sorted(process.urls) == sorted(field.name for field in dataclasses.fields(Urls))
    assert ended == (0, "")


async def _next_news(lines: AsyncIterator[str]) -> dict[str, Any]:
    async for line in lines:
        if line.startswith("data: "):
            news: dict[str, Any] = json.loads(line.removeprefix("data: "))
            return news
    raise AssertionError("the stream ended")
