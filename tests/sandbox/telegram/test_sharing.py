"""People send and forward media, and what a bot gets to see of it."""

import base64
from typing import Literal

import pytest

from sandbox.telegram.sharing import SharedFile
from sandbox.telegram.stand_in import TelegramStandIn
from support.media_files import image
from support.telegram_api import ANNA, GROUP, STRANGER, TOKEN, BotClient

LARGE = image(size=(1600, 1200))


def file(
    name: str = "a.jpg", *, kind: Literal["photo", "document"] = "photo", content: bytes = LARGE
) -> SharedFile:
    return SharedFile(name=name, content=base64.b64encode(content).decode(), kind=kind)


async def test_a_photo_arrives_smaller_than_it_was_and_a_document_as_it_was(
    telegram: TelegramStandIn, bot: BotClient
) -> None:
    await telegram.share(chat_id=ANNA, user_id=ANNA, files=[file()], caption="Morning")
    await telegram.share(chat_id=ANNA, user_id=ANNA, files=[file(kind="document")])

    photo, document = (update["message"] for update in await bot.result("getUpdates", timeout=0))
    offered = await bot.result("getFile", file_id=document["document"]["file_id"])
    fetched = await bot.http.get(f"/file/bot{TOKEN}/{offered['file_path']}")
    assert (photo["caption"], photo["photo"][-1]["width"]) == ("Morning", 1280)
    assert fetched.content == LARGE


async def test_an_album_is_messages_of_one_group_with_the_caption_on_the_first(
    telegram: TelegramStandIn, bot: BotClient
) -> None:
    await telegram.share(
        chat_id=ANNA, user_id=ANNA, files=[file(), file(kind="document")], caption="Two of them"
    )

    first, second = (update["message"] for update in await bot.result("getUpdates", timeout=0))
    assert first["media_group_id"] == second["media_group_id"]
    assert (first["caption"], "caption" in second) == ("Two of them", False)


async def test_a_forwarded_album_is_an_album_of_its_own_with_the_same_files(
    telegram: TelegramStandIn, bot: BotClient
) -> None:
    sent = await telegram.share(chat_id=GROUP, user_id=ANNA, files=[file(), file("b.jpg")], caption="Both")

    telegram.forward(
        chat_id=ANNA, user_id=ANNA, from_chat_id=GROUP, message_ids=[message.id for message in sent]
    )

    first, second = (update["message"] for update in await bot.result("getUpdates", timeout=0))
    assert first["media_group_id"] == second["media_group_id"] != sent[0].content["media_group_id"]
    assert first["forward_origin"]["sender_user"]["id"] == ANNA
    assert first["photo"] == sent[0].content["photo"]
    assert first["caption"] == "Both"


async def test_a_bot_in_privacy_mode_sees_media_of_a_group_only_as_an_administrator(
    telegram: TelegramStandIn, bot: BotClient
) -> None:
    await telegram.share(chat_id=GROUP, user_id=ANNA, files=[file()])
    telegram.add_member(chat_id=GROUP, user_id=int(TOKEN.split(":")[0]), status="administrator")
    await telegram.share(chat_id=GROUP, user_id=ANNA, files=[file()])

    promoted, sent = await bot.result("getUpdates", timeout=0)
    assert "my_chat_member" in promoted
    assert "photo" in sent["message"]


async def test_what_an_app_would_not_send_is_refused_with_a_sentence(telegram: TelegramStandIn) -> None:
    with pytest.raises(ValueError, match="is not in this chat"):
        await telegram.share(chat_id=GROUP, user_id=STRANGER, files=[file()])
    with pytest.raises(ValueError, match="1 to 10 files"):
        await telegram.share(chat_id=GROUP, user_id=ANNA, files=[])
    with pytest.raises(ValueError, match="IMAGE_PROCESS_FAILED"):
        await telegram.share(chat_id=GROUP, user_id=ANNA, files=[file(content=b"no picture")])
    with pytest.raises(ValueError, match="no such message"):
        telegram.forward(chat_id=GROUP, user_id=ANNA, from_chat_id=GROUP, message_ids=[99])
