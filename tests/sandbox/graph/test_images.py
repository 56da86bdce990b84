from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from sandbox.serving import listening
from support.made_media import picture
from support.meta import PAGE_ACCOUNT, Meta


async def _refused(meta: Meta, url: str, **data: str) -> tuple[int, int]:
    response = await meta.post(f"{PAGE_ACCOUNT}/media", image_url=url, **data)
    assert response.status_code == 400, response.text
    error: dict[str, Any] = response.json()["error"]
    return error["code"], error["error_subcode"]


async def test_the_image_is_fetched_by_metas_crawler(meta: Meta) -> None:
    await meta.container()

    [agent] = meta.media.asked
    assert agent.startswith("facebookexternalhit/1.1")


async def test_a_png_is_an_unsupported_format(meta: Meta) -> None:
    url = meta.put(picture(kind="PNG"), content_type="image/png")

    assert await _refused(meta, url, media_type="STORIES") == (36001, 2207005)


@pytest.mark.parametrize(
    "data", [b"<html>", b"", picture()[:400]], ids=["a page", "nothing", "half a picture"]
)
async def test_what_does_not_decode_is_no_photo_or_video(meta: Meta, data: bytes) -> None:
    assert await _refused(meta, meta.put(data), media_type="STORIES") == (9004, 2207052)


async def test_a_progressive_jpeg_is_refused(meta: Meta) -> None:
    url = meta.put(picture(progressive=True))

    assert await _refused(meta, url, media_type="STORIES") == (9004, 2207052)


async def test_an_image_of_more_than_eight_mebibytes_is_too_large(meta: Meta) -> None:
    url = meta.put(picture() + bytes(8 * 1024 * 1024))

    assert await _refused(meta, url, media_type="STORIES") == (36000, 2207004)


@pytest.mark.parametrize(("width", "height"), [(200, 100), (790, 1000)])
async def test_the_feed_takes_only_ratios_from_four_fifths_to_1_91(
    meta: Meta, width: int, height: int
) -> None:
    url = meta.put(picture(width, height))

    assert await _refused(meta, url) == (36003, 2207009)


@pytest.mark.parametrize(("width", "height"), [(191, 100), (80, 100)])
async def test_a_feed_image_at_the_edge_of_the_ratios_is_taken(meta: Meta, width: int, height: int) -> None:
    media = await meta.published(image_url=meta.put(picture(width, height)), caption="Fresh @bread #today")

    [post] = meta.graph.posts(PAGE_ACCOUNT)
    assert (post.id, post.surface, post.caption) == (media, "feed", "Fresh @bread #today")


async def test_a_missing_file_cannot_be_fetched(meta: Meta) -> None:
    assert await _refused(meta, f"{meta.media_url}/nowhere.jpg") == (9004, 2207052)


async def test_a_refused_connection_cannot_be_fetched(meta: Meta) -> None:
    assert await _refused(meta, "http://127.0.0.1:9/photo.jpg") == (9004, 2207052)


async def test_an_address_beyond_ascii_is_not_fetched(meta: Meta) -> None:
    assert await _refused(meta, f"{meta.media_url}/käse.jpg") == (9004, 2207052)
    assert meta.media.asked == []


async def test_a_redirect_is_followed_on_the_same_host_only(meta: Meta) -> None:
    meta.put(picture())
    meta.media.redirects["/near.jpg"] = "/photo.jpg"
    meta.media.redirects["/far.jpg"] = f"{meta.media_url.replace('127.0.0.1', 'localhost')}/photo.jpg"

    await meta.container(media_type="STORIES", image_url=f"{meta.media_url}/near.jpg")

    assert await _refused(meta, f"{meta.media_url}/far.jpg", media_type="STORIES") == (9004, 2207052)


async def test_a_host_that_takes_too_long_is_a_timeout(meta: Meta) -> None:
    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    meta.graph.settings.change({"fetch_timeout_seconds": 0.05})
    async with listening({"slow": (slow, 0)}) as urls:
        refusal = await _refused(meta, f"{urls['slow']}/photo.jpg", media_type="STORIES")

    assert refusal == (-2, 2207003)


async def test_with_decoding_off_anything_that_can_be_fetched_is_taken(meta: Meta) -> None:
    meta.graph.settings.change({"decode": False})

    await meta.published(media_type="STORIES", image_url=meta.put(b"not a picture"))

    [post] = meta.graph.posts(PAGE_ACCOUNT)
    assert (post.media.width, post.media.file.size) == (None, 13)


@pytest.mark.parametrize(
    ("data", "code", "subcode"),
    [
        ({"media_type": "POSTER"}, 100, 2207023),
        ({"media_type": "STORIES", "image_url": ""}, 100, None),
        ({}, 100, None),
        ({"image_url": "x", "caption": "a" * 2201}, 36004, 2207010),
        ({"image_url": "x", "caption": "#tag " * 31}, 36004, 2207010),
        ({"image_url": "x", "caption": "@one " * 21}, 100, 2207040),
        ({"image_url": "x", "alt_text": "a" * 1001}, 100, None),
        ({"image_url": "x", "user_tags": '[{"username": "anna"}]'}, 100, None),
    ],
)
async def test_parameters_are_checked_before_anything_is_fetched(
    meta: Meta, data: dict[str, str], code: int, subcode: int | None
) -> None:
    response = await meta.post(f"{PAGE_ACCOUNT}/media", **data)

    error = response.json()["error"]
    assert (response.status_code, error["code"], error.get("error_subcode")) == (400, code, subcode)
    assert meta.media.asked == []


async def test_a_missing_image_is_named_in_the_words_of_the_wire(meta: Meta) -> None:
    response = await meta.post(f"{PAGE_ACCOUNT}/media", media_type="STORIES")

    assert response.json()["error"]["message"] == "The parameter image_url is required."
