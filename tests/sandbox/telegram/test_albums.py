from typing import Any

import pytest

from support.media_files import image, video
from support.telegram_api import GROUP, BotClient, button

PHOTO = {"type": "photo", "media": "attach://one"}
FILES = {"one": ("one.jpg", image()), "two": ("two.mp4", video())}


async def test_an_album_mixes_photos_and_videos_and_shares_one_id(bot: BotClient) -> None:
    media = [
        PHOTO | {"caption": "<b>Two</b>", "parse_mode": "HTML"},
        {"type": "video", "media": "attach://two"},
    ]

    messages = await bot.result("sendMediaGroup", chat_id=GROUP, media=media, files=FILES)

    assert [message["message_id"] for message in messages] == [1, 2]
    assert len({message["media_group_id"] for message in messages}) == 1
    assert messages[0]["caption_entities"] == [{"type": "bold", "offset": 0, "length": 3}]
    assert messages[1]["video"]["mime_type"] == "video/mp4"


async def test_an_album_carries_no_keyboard(bot: BotClient) -> None:
    messages = await bot.result(
        "sendMediaGroup", chat_id=GROUP, media=[PHOTO, PHOTO], reply_markup=button(), files=FILES
    )

    assert all("reply_markup" not in message for message in messages)


@pytest.mark.parametrize(
    ("media", "description"),
    [
        ([], "Bad Request: there are no messages to send"),
        ([PHOTO], "Bad Request: not enough messages to send as an album"),
        ([PHOTO] * 11, "Bad Request: too many messages to send as an album"),
        (
            [PHOTO, {"type": "document", "media": "attach://one"}],
            "Bad Request: document can't be mixed with other media types",
        ),
        (
            [PHOTO, {"type": "animation", "media": "attach://two"}],
            "Bad Request: can't parse InputMedia: type \"animation\" can't be used in sendMediaGroup",
        ),
        (
            [PHOTO, {"type": "photo", "media": "attach://three"}],
            'Bad Request: file "three" not found in the request',
        ),
    ],
)
async def test_an_album_that_breaks_the_rules_is_refused(
    bot: BotClient, media: list[dict[str, Any]], description: str
) -> None:
    assert await bot.refusal("sendMediaGroup", chat_id=GROUP, media=media, files=FILES) == (400, description)
