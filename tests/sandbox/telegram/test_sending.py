import time
from typing import Any

import pytest

from sandbox.telegram.stand_in import TelegramStandIn
from support.media_files import image, video
from support.telegram_api import ANNA, BEN, GROUP, STRANGER, BotClient, button


async def test_a_message_is_complete_and_its_date_is_in_seconds(bot: BotClient) -> None:
    message = await bot.result("sendMessage", chat_id=GROUP, text="Hello", reply_markup=button())

    assert abs(message.pop("date") - time.time()) < 60
    assert message == {
        "message_id": 1,
        "from": {"id": 70001, "is_bot": True, "first_name": "Test", "username": "test_bot"},
        "chat": {"id": GROUP, "title": "Team", "type": "supergroup"},
        "text": "Hello",
        "reply_markup": button(),
    }


async def test_message_ids_count_for_each_chat(bot: BotClient) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="one")

    in_group = await bot.result("sendMessage", chat_id=GROUP, text="two")
    in_private = await bot.result("sendMessage", chat_id=ANNA, text="one")

    assert (in_group["message_id"], in_private["message_id"]) == (2, 1)


async def test_a_text_is_measured_after_parsing_and_in_utf16_units(bot: BotClient) -> None:
    longest = "😀" * 2048

    message = await bot.result("sendMessage", chat_id=GROUP, text=f"<b>{longest}</b>", parse_mode="HTML")

    assert message["text"] == longest
    assert await bot.refusal("sendMessage", chat_id=GROUP, text=longest + "x") == (
        400,
        "Bad Request: message is too long",
    )


async def test_a_caption_has_1024_units_at_most(bot: BotClient) -> None:
    files = {"photo": ("a.jpg", image())}

    assert await bot.result("sendPhoto", chat_id=GROUP, caption="x" * 1024, files=files)
    assert await bot.refusal("sendPhoto", chat_id=GROUP, caption="x" * 1025, files=files) == (
        400,
        "Bad Request: message caption is too long",
    )


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"text": "x"}, "Bad Request: chat_id is empty"),
        ({"chat_id": GROUP}, "Bad Request: message text is empty"),
        ({"chat_id": GROUP, "text": " \n"}, "Bad Request: text must be non-empty"),
        ({"chat_id": -100, "text": "x"}, "Bad Request: chat not found"),
        ({"chat_id": "@nowhere", "text": "x"}, "Bad Request: chat not found"),
        ({"chat_id": GROUP, "text": "x", "message_thread_id": 1}, "Bad Request: message thread not found"),
        (
            {"chat_id": GROUP, "text": "x", "reply_parameters": {"message_id": 99}},
            "Bad Request: message to be replied not found",
        ),
        (
            {"chat_id": GROUP, "text": "x", "reply_markup": "{"},
            "Bad Request: can't parse reply keyboard markup JSON object",
        ),
        ({"chat_id": GROUP, "text": "x", "reply_markup": []}, "Bad Request: object expected as reply markup"),
    ],
)
async def test_what_cannot_be_sent_is_refused_in_the_servers_words(
    bot: BotClient, arguments: dict[str, Any], description: str
) -> None:
    assert await bot.refusal("sendMessage", **arguments) == (400, description)


async def test_a_reply_shows_what_it_replies_to(bot: BotClient) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="one")

    reply = await bot.result("sendMessage", chat_id=GROUP, text="two", reply_parameters={"message_id": 1})

    assert reply["reply_to_message"]["text"] == "one"


async def test_a_reply_to_nothing_is_sent_without_when_that_is_allowed(bot: BotClient) -> None:
    reply = await bot.result(
        "sendMessage",
        chat_id=GROUP,
        text="two",
        reply_parameters={"message_id": 99, "allow_sending_without_reply": True},
    )

    assert "reply_to_message" not in reply


async def test_a_forum_takes_its_topics_but_not_the_general_one_by_its_id(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    telegram.add_chat(id=-1002, type="supergroup", title="Forum", is_forum=True, topics=frozenset({5}))
    telegram.add_member(chat_id=-1002, user_id=70001)

    message = await bot.result("sendMessage", chat_id=-1002, text="x", message_thread_id=5)

    assert message["message_thread_id"] == 5
    assert await bot.refusal("sendMessage", chat_id=-1002, text="x", message_thread_id=1) == (
        400,
        "Bad Request: message thread not found",
    )


async def test_somebody_who_never_started_the_bot_cannot_be_written_to(bot: BotClient) -> None:
    assert await bot.refusal("sendMessage", chat_id=STRANGER, text="x") == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )


async def test_somebody_who_blocked_the_bot_cannot_be_written_to(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    telegram.block_bot(bot_id=70001, user_id=ANNA)

    assert await bot.refusal("sendMessage", chat_id=ANNA, text="x") == (
        403,
        "Forbidden: bot was blocked by the user",
    )


@pytest.mark.parametrize(
    ("status", "description"),
    [
        ("kicked", "Forbidden: bot was kicked from the supergroup chat"),
        ("left", "Forbidden: bot is not a member of the supergroup chat"),
    ],
)
async def test_a_bot_that_is_out_of_a_group_cannot_write_there(
    bot: BotClient, telegram: TelegramStandIn, status: str, description: str
) -> None:
    telegram.add_member(chat_id=GROUP, user_id=70001, status=status)

    assert await bot.refusal("sendMessage", chat_id=GROUP, text="x") == (403, description)


async def test_an_upgraded_group_names_its_new_id(bot: BotClient, telegram: TelegramStandIn) -> None:
    telegram.add_chat(id=-55, type="group", title="Small")
    telegram.add_member(chat_id=-55, user_id=70001)
    telegram.migrate(chat_id=-55, new_id=-10055)

    response = await bot.call("sendMessage", chat_id=-55, text="x")

    assert response.json() == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": -10055},
    }
    assert await bot.result("sendMessage", chat_id=-10055, text="x")


async def test_a_photo_is_kept_in_growing_sizes(bot: BotClient) -> None:
    message = await bot.result(
        "sendPhoto", chat_id=GROUP, files={"photo": ("a.jpg", image(size=(1080, 1920)))}
    )

    sizes = [(size["width"], size["height"]) for size in message["photo"]]
    assert sizes == [(51, 90), (180, 320), (450, 800), (720, 1280)]
    assert len({size["file_id"] for size in message["photo"]}) == 4
    assert all(size["file_size"] > 0 for size in message["photo"])


@pytest.mark.parametrize(
    ("content", "description"),
    [
        (b"no picture", "Bad Request: IMAGE_PROCESS_FAILED"),
        (image()[:500], "Bad Request: IMAGE_PROCESS_FAILED"),
        (image(size=(210, 10)), "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (image(size=(9500, 501)), "Bad Request: PHOTO_INVALID_DIMENSIONS"),
        (b"", "Bad Request: file must be non-empty"),
        (
            b"x" * (10 * 1024 * 1024 + 1),
            (
                "Bad Request: file of size 10485761 bytes is too big for a photo;"
                " the maximum size is 10485760 bytes"
            ),
        ),
    ],
)
async def test_a_picture_that_breaks_the_rules_is_refused(
    bot: BotClient, content: bytes, description: str
) -> None:
    assert await bot.refusal("sendPhoto", chat_id=GROUP, files={"photo": ("a.jpg", content)}) == (
        400,
        description,
    )


async def test_a_photo_must_be_there(bot: BotClient) -> None:
    assert await bot.refusal("sendPhoto", chat_id=GROUP) == (
        400,
        "Bad Request: there is no photo in the request",
    )


async def test_a_video_is_measured_and_has_a_thumbnail(bot: BotClient) -> None:
    files = {"video": ("a.mp4", video(size=(96, 160), frames=48))}

    sent = (await bot.result("sendVideo", chat_id=GROUP, caption="x", files=files))["video"]

    assert (sent["width"], sent["height"], sent["duration"]) == (96, 160, 2)
    assert (sent["mime_type"], sent["file_name"]) == ("video/mp4", "a.mp4")
    assert (sent["thumbnail"]["width"], sent["thumbnail"]["height"]) == (96, 160)


async def test_what_is_no_video_arrives_as_a_document(bot: BotClient) -> None:
    message = await bot.result("sendVideo", chat_id=GROUP, files={"video": ("a.txt", b"words")})

    assert message["document"]["file_name"] == "a.txt"
    assert "video" not in message


async def test_an_animation_is_a_document_too(bot: BotClient) -> None:
    message = await bot.result("sendAnimation", chat_id=GROUP, files={"animation": ("a.mp4", video())})

    assert message["animation"]["file_id"] == message["document"]["file_id"]


async def test_a_document_stays_what_it_is(bot: BotClient) -> None:
    message = await bot.result(
        "sendDocument", chat_id=GROUP, files={"document": ("original.jpg", image())}, caption="here"
    )

    assert message["document"]["mime_type"] == "image/jpeg"
    assert message["caption"] == "here"
    assert "photo" not in message


async def test_a_file_is_sent_again_by_its_id(bot: BotClient) -> None:
    first = await bot.result("sendVideo", chat_id=GROUP, files={"video": ("a.mp4", video())})

    again = await bot.result("sendVideo", chat_id=ANNA, video=first["video"]["file_id"])

    assert again["video"] == first["video"]


async def test_a_file_id_cannot_change_its_kind(bot: BotClient) -> None:
    sent = await bot.result("sendPhoto", chat_id=GROUP, files={"photo": ("a.jpg", image())})

    assert await bot.refusal("sendVideo", chat_id=GROUP, video=sent["photo"][0]["file_id"]) == (
        400,
        "Bad Request: can't use file of type Photo as Video",
    )
    assert await bot.refusal("sendVideo", chat_id=GROUP, video="made-up") == (
        400,
        "Bad Request: wrong file identifier/HTTP URL specified",
    )


async def test_a_copy_is_a_message_of_its_own(bot: BotClient, telegram: TelegramStandIn) -> None:
    await bot.result("sendPhoto", chat_id=GROUP, caption="one", files={"photo": ("a.jpg", image())})

    copy = await bot.result("copyMessage", chat_id=ANNA, from_chat_id=GROUP, message_id=1, caption="two")

    assert copy == {"message_id": 1}
    assert telegram.messages(ANNA)[0].content["caption"] == "two"


async def test_a_chat_action_is_one_of_the_known_ones(bot: BotClient) -> None:
    assert await bot.result("sendChatAction", chat_id=GROUP, action="upload_photo") is True
    assert await bot.refusal("sendChatAction", chat_id=GROUP, action="dance") == (
        400,
        "Bad Request: wrong parameter action in request",
    )


async def test_a_basic_member_may_not_pin_but_an_administrator_may(
    bot: BotClient, telegram: TelegramStandIn
) -> None:
    await bot.result("sendMessage", chat_id=GROUP, text="x")

    assert await bot.refusal("pinChatMessage", chat_id=GROUP, message_id=1) == (
        400,
        "Bad Request: not enough rights to manage pinned messages in the chat",
    )
    telegram.add_member(chat_id=GROUP, user_id=70001, status="administrator")
    assert await bot.result("pinChatMessage", chat_id=GROUP, message_id=1) is True
    assert (await bot.result("getChat", chat_id=GROUP))["pinned_message"]["text"] == "x"


async def test_members_are_told_apart(bot: BotClient) -> None:
    statuses = {
        user_id: (await bot.result("getChatMember", chat_id=GROUP, user_id=user_id))["status"]
        for user_id in (ANNA, BEN, STRANGER, 70001)
    }

    assert statuses == {ANNA: "creator", BEN: "member", STRANGER: "left", 70001: "member"}
    assert await bot.refusal("getChatMember", chat_id=GROUP, user_id=5) == (
        400,
        "Bad Request: user not found",
    )
    assert await bot.result("getChatMemberCount", chat_id=GROUP) == 3
    administrators = await bot.result("getChatAdministrators", chat_id=GROUP)
    assert [member["user"]["id"] for member in administrators] == [ANNA]


async def test_commands_are_kept_for_each_scope(bot: BotClient) -> None:
    commands = [{"command": "queue", "description": "What comes next"}]
    scope = {"type": "chat", "chat_id": GROUP}

    await bot.result("setMyCommands", commands=commands, scope=scope)

    assert await bot.result("getMyCommands", scope=scope) == commands
    assert await bot.result("getMyCommands") == []
    assert await bot.refusal("setMyCommands", commands=[{"command": "Queue!", "description": "x"}]) == (
        400,
        "Bad Request: BOT_COMMAND_INVALID",
    )
