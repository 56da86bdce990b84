"""Every reply and every update is held against the published schema and against another client's models."""

import time
from pathlib import Path
from typing import Any

import pytest

from sandbox.telegram.limits import Window
from sandbox.telegram.methods import METHODS
from sandbox.telegram.stand_in import TelegramStandIn
from support.bot_api_schema import BotApiSchema, bot_api_schema
from support.driving import driven
from support.media_files import image, video
from support.telegram_api import ANNA, BEN, GROUP, BotClient, button

HERE = Path(__file__).parent
ADMIN_GROUP = -1001700000002
DAY_SECONDS = 86_400


class Exercise:
    """Calls methods and keeps what they answered."""

    def __init__(self, bot: BotClient) -> None:
        self._bot = bot
        self.replies: list[tuple[str, Any]] = []

    async def __call__(self, method: str, **arguments: Any) -> Any:
        response = await self._bot.call(method, **arguments)
        body = response.json()
        assert body["ok"], (method, body)
        self.replies.append((method, body))
        return body["result"]

    def results(self, method: str) -> list[Any]:
        return [body["result"] for name, body in self.replies if name == method]


@pytest.fixture(scope="session")
def schema(aiogram_python: Path) -> BotApiSchema:
    return bot_api_schema(aiogram_python, HERE / "bot_api_schema.lock")


@pytest.fixture
async def exercise(bot: BotClient, telegram: TelegramStandIn) -> Exercise:
    """Every method once at least, on what it can be used on."""
    telegram.limits.per_chat = Window(count=100, seconds=1)
    telegram.limits.repeated_poll_seconds = 0
    telegram.add_chat(id=ADMIN_GROUP, type="supergroup", title="Bosses", is_forum=True, topics=frozenset({5}))
    for user_id, status in ((ANNA, "creator"), (BEN, "administrator"), (70001, "administrator")):
        telegram.add_member(chat_id=ADMIN_GROUP, user_id=user_id, status=status)
    call = Exercise(bot)
    await call_about_the_bot(call)
    await call_about_messages(call)
    await call_about_media(call)
    await call_about_chats(call)
    await receive(call, telegram)
    return call


async def call_about_the_bot(call: Exercise) -> None:
    await call("getMe")
    await call("setMyCommands", commands=[{"command": "queue", "description": "What comes next"}])
    await call("getMyCommands")
    await call("deleteMyCommands")
    for text in ("name", "description", "short_description"):
        method = text.title().replace("_", "")
        await call(f"setMy{method}", **{text: "Storyline"})
        await call(f"getMy{method}")
    await call("setChatMenuButton", menu_button={"type": "commands"})
    await call("getChatMenuButton")


async def call_about_messages(call: Exercise) -> None:
    await call("sendMessage", chat_id=ANNA, text='<a href="tg://user?id=7001">Anna</a> #x', parse_mode="HTML")
    await call("sendMessage", chat_id=ADMIN_GROUP, text="x", message_thread_id=5)
    keyboard: dict[str, Any] = {
        "inline_keyboard": [
            [
                {"text": "Go", "callback_data": "x", "style": "primary"},
                {"text": "Open", "url": "https://example.com"},
                {"text": "Copy", "copy_text": {"text": "caption"}},
                {"text": "Posted", "disabled": {}},
            ]
        ]
    }
    card = await call("sendMessage", chat_id=GROUP, text="card", reply_markup=keyboard)
    place: dict[str, Any] = {"chat_id": GROUP, "message_id": card["message_id"]}
    await call("sendMessage", chat_id=GROUP, text="reply", reply_parameters=place)
    await call("editMessageText", **place, text="card 2", reply_markup=button())
    await call("editMessageReplyMarkup", **place)
    await call("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}])
    await call("copyMessage", **place, from_chat_id=GROUP)
    await call("sendChatAction", chat_id=GROUP, action="typing")
    await call("deleteMessage", **place)
    await call("deleteMessages", chat_id=GROUP, message_ids=[2])


async def call_about_media(call: Exercise) -> None:
    files = {"picture": ("a.jpg", image()), "film": ("a.mp4", video())}
    photo = await call("sendPhoto", chat_id=GROUP, photo="attach://picture", caption="<b>x</b>", files=files)
    place: dict[str, Any] = {"chat_id": GROUP, "message_id": photo["message_id"]}
    await call("editMessageCaption", **place, caption="y")
    await call("editMessageMedia", **place, media={"type": "video", "media": "attach://film"}, files=files)
    await call("sendVideo", chat_id=GROUP, video="attach://film", files=files)
    await call("sendAnimation", chat_id=GROUP, animation="attach://film", files=files)
    document = await call("sendDocument", chat_id=GROUP, document="attach://picture", files=files)
    await call("getFile", file_id=document["document"]["file_id"])
    media = [{"type": "photo", "media": "attach://picture"}, {"type": "video", "media": "attach://film"}]
    await call("sendMediaGroup", chat_id=GROUP, media=media, files=files)


async def call_about_chats(call: Exercise) -> None:
    await call("pinChatMessage", chat_id=ADMIN_GROUP, message_id=1)
    for chat_id in (GROUP, ADMIN_GROUP, ANNA):
        await call("getChat", chat_id=chat_id)
        await call("getChatMemberCount", chat_id=chat_id)
        for user_id in (ANNA, BEN, 70001):
            await call("getChatMember", chat_id=chat_id, user_id=user_id)
    await call("getChatAdministrators", chat_id=ADMIN_GROUP)


async def receive(call: Exercise, telegram: TelegramStandIn) -> None:
    kinds = ["message", "callback_query", "my_chat_member", "chat_member"]
    await call("getUpdates", offset=-1, allowed_updates=kinds)
    telegram.say(chat_id=ANNA, user_id=ANNA, text="/start now")
    telegram.add_member(chat_id=GROUP, user_id=BEN, status="kicked")
    telegram.add_member(chat_id=GROUP, user_id=70001, status="administrator")
    telegram.say(chat_id=GROUP, user_id=ANNA, text="a reply", reply_to_message_id=3)
    telegram.add_chat(id=-55, type="group", title="Small")
    telegram.add_member(chat_id=-55, user_id=ANNA)
    telegram.add_member(chat_id=-55, user_id=70001)
    telegram.migrate(chat_id=-55, new_id=-10055)
    for message_id in (3, 999):
        await telegram.press(chat_id=GROUP, message_id=message_id, user_id=ANNA, data="x", wait_seconds=0)
    updates = await call("getUpdates")
    await call("answerCallbackQuery", callback_query_id=updates[-1]["callback_query"]["id"])
    await call("setWebhook", url="http://127.0.0.1:9/", allowed_updates=["message"])
    telegram.say(chat_id=ANNA, user_id=ANNA, text="undeliverable")
    await call("getWebhookInfo")
    await call("deleteWebhook")


async def test_every_reply_is_as_the_schema_says(exercise: Exercise, schema: BotApiSchema) -> None:
    problems = [
        problem
        for method, body in exercise.replies
        for problem in schema.problems_of_result(method, body["result"])
    ]

    assert problems == []
    assert {method for method, _ in exercise.replies} == set(METHODS)


async def test_every_kind_of_update_is_as_the_schema_says(exercise: Exercise, schema: BotApiSchema) -> None:
    updates = exercise.results("getUpdates")[-1]

    problems = [problem for update in updates for problem in schema.problems_of_update(update)]

    assert problems == []
    kinds = {key for update in updates for key in update} - {"update_id"}
    assert kinds == {"message", "callback_query", "my_chat_member", "chat_member"}


async def test_every_reply_but_a_broken_one_is_understood_by_aiograms_models(
    exercise: Exercise, aiogram_python: Path
) -> None:
    broken = ("getMe", {"ok": True, "result": {"id": 1}})

    refused = await driven(
        aiogram_python, HERE / "drive_aiogram.py", "validate", given=[*exercise.replies, broken]
    )

    assert len(refused) == 1
    assert refused[0].startswith("getMe: ")


async def test_dates_are_seconds_of_today(exercise: Exercise) -> None:
    dates = [message["date"] for message in exercise.results("sendMessage")]

    assert dates
    assert all(abs(date - time.time()) < DAY_SECONDS for date in dates)


@pytest.mark.parametrize(
    ("method", "result", "problem"),
    [
        ("getMe", {"id": 1, "first_name": "x"}, "getMe: a User always has is_bot"),
        ("getMe", {"id": 1, "is_bot": 1, "first_name": "x"}, "getMe.is_bot: 1 is no Boolean"),
        ("copyMessage", {"message_id": 1, "extra": 2}, "copyMessage: a MessageId has no extra"),
        ("deleteMessage", 1, "deleteMessage: 1 is not True"),
        ("getMyCommands", {}, "getMyCommands: {} is no array"),
        ("getMyCommands", [{"command": "x"}], "getMyCommands[0]: a BotCommand always has description"),
    ],
)
async def test_the_schema_would_notice(schema: BotApiSchema, method: str, result: Any, problem: str) -> None:
    assert schema.problems_of_result(method, result) == [problem]
