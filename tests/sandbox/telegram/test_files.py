import datetime as dt
from collections.abc import AsyncGenerator

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.serving import listening
from sandbox.world import World
from support.media_files import image
from support.telegram_api import GROUP, BotClient

PICTURE = image()


async def serve_picture(scope: Scope, receive: Receive, send: Send) -> None:
    path = Request(scope).url.path
    content_type = "text/html" if path.endswith(".html") else "image/jpeg"
    status = 404 if path.startswith("/missing") else 200
    await Response(PICTURE, status_code=status, media_type=content_type)(scope, receive, send)


@pytest.fixture
async def host() -> AsyncGenerator[str]:
    async with listening({"host": (serve_picture, 0)}) as urls:
        yield urls["host"]


async def test_a_document_comes_back_byte_for_byte(bot: BotClient) -> None:
    sent = await bot.result("sendDocument", chat_id=GROUP, files={"document": ("a.jpg", PICTURE)})

    file = await bot.result("getFile", file_id=sent["document"]["file_id"])
    download = await bot.http.get(f"/file/bot{bot.token}/{file['file_path']}")

    assert download.content == PICTURE
    assert file["file_size"] == len(PICTURE)
    assert file["file_path"].startswith("documents/")


async def test_a_link_is_good_for_an_hour_and_only_after_it_was_asked_for(
    bot: BotClient, world: World
) -> None:
    sent = await bot.result("sendDocument", chat_id=GROUP, files={"document": ("a.jpg", PICTURE)})
    url = f"/file/bot{bot.token}/documents/file_0.jpg"

    unasked = await bot.http.get(url)
    await bot.result("getFile", file_id=sent["document"]["file_id"])
    asked = await bot.http.get(url)
    world.clock.advance(dt.timedelta(hours=1))
    late = await bot.http.get(url)

    assert [unasked.status_code, asked.status_code, late.status_code] == [404, 200, 404]


async def test_a_download_needs_the_right_token(bot: BotClient) -> None:
    assert (await bot.http.get("/file/bot70001:wrong/documents/file_0.jpg")).status_code == 401


async def test_a_file_over_20_megabytes_can_be_sent_but_not_downloaded(bot: BotClient) -> None:
    files = {"document": ("big.bin", bytes(20 * 1024 * 1024 + 1))}
    sent = await bot.result("sendDocument", chat_id=GROUP, files=files)

    assert await bot.refusal("getFile", file_id=sent["document"]["file_id"]) == (
        400,
        "Bad Request: file is too big",
    )


async def test_an_unknown_file_is_refused(bot: BotClient) -> None:
    assert await bot.refusal("getFile", file_id="made-up") == (400, "Bad Request: invalid file_id")


async def test_a_photo_may_be_named_by_its_url(bot: BotClient, host: str) -> None:
    message = await bot.result("sendPhoto", chat_id=GROUP, photo=f"{host}/a.jpg")

    assert (message["photo"][-1]["width"], message["photo"][-1]["height"]) == (90, 160)


@pytest.mark.parametrize(
    ("path", "description"),
    [
        ("/missing.jpg", "Bad Request: failed to get HTTP URL content"),
        ("/page.html", "Bad Request: wrong type of the web page content"),
    ],
)
async def test_a_url_that_brings_no_photo_is_refused(
    bot: BotClient, host: str, path: str, description: str
) -> None:
    assert await bot.refusal("sendPhoto", chat_id=GROUP, photo=host + path) == (400, description)


async def test_urls_beyond_this_machine_are_never_fetched(bot: BotClient) -> None:
    assert await bot.refusal("sendPhoto", chat_id=GROUP, photo="https://example.com/a.jpg") == (
        400,
        "Bad Request: failed to get HTTP URL content",
    )
