"""Meta's own SDK, in its own environment, drives the stand-in over HTTP."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from support.made_media import film, picture
from support.meta import OWN_ACCOUNT, OWN_TOKEN, PAGE_ACCOUNT, PAGE_TOKEN, Meta

HERE = Path(__file__).parent


async def _driven(python: Path, *arguments: str) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        python,
        HERE / "drive_facebook_business.py",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    seen: dict[str, Any] = json.loads(output)
    return seen


async def test_it_publishes_and_reads_back(meta: Meta, python: Path) -> None:
    meta.graph.settings.change({"image_processing_seconds": 0.5})
    url = meta.put(picture(100, 100))

    seen = await _driven(python, "publish", meta.facebook, PAGE_TOKEN, PAGE_ACCOUNT, url)

    posts = meta.graph.posts(PAGE_ACCOUNT)
    assert (seen["statuses"][0], seen["statuses"][-1]) == ("IN_PROGRESS", "FINISHED")
    assert [seen["media"], *seen["feed"]] == [post.id for post in reversed(posts)]
    assert seen["quota"] == [
        {"quota_usage": 4, "config": {"quota_total": 50, "quota_duration": 86400}},
    ]
    assert [story["id"] for story in seen["stories"]] == [seen["media"]]
    assert [post["id"] for post in seen["listed"]] == seen["feed"][::-1]
    assert [post["caption"] for post in seen["listed"]] == ["Käse 2", "Käse 1", "Käse 0"]
    assert (seen["node"]["media_product_type"], seen["node"]["owner"]) == ("STORY", {"id": PAGE_ACCOUNT})
    assert seen["user"] == {"id": PAGE_ACCOUNT, "username": "harbour.lane", "name": "harbour.lane"}


async def test_it_publishes_a_reel_with_all_that_goes_along(meta: Meta, python: Path, tmp_path: Path) -> None:
    meta.graph.settings.change({"video_processing_seconds": 0.2})
    film_url = meta.put(film(tmp_path / "film.mp4"), name="film.mp4", content_type="video/mp4")
    cover_url = meta.put(picture(540, 960), name="cover.jpg")

    seen = await _driven(python, "publish_reel", meta.facebook, PAGE_TOKEN, PAGE_ACCOUNT, film_url, cover_url)

    [post] = meta.graph.posts(PAGE_ACCOUNT)
    assert seen["listed"] == [seen["media"]] == [post.id]
    assert (seen["node"]["media_type"], seen["node"]["media_product_type"]) == ("VIDEO", "REELS")
    assert (seen["node"]["is_shared_to_feed"], seen["node"]["is_ai_generated"]) == (True, True)
    assert seen["node"]["thumbnail_url"].endswith("/thumbnail")
    assert (post.details.collaborators, post.details.trial) == (("ben",), "MANUAL")
    assert (post.details.location_id, post.details.audio_name) == ("106000000000001", "Clay sounds")


@pytest.mark.parametrize("is_own", [False, True], ids=["Facebook login", "Instagram login"])
async def test_it_publishes_a_carousel_and_reads_its_parts(
    meta: Meta, python: Path, tmp_path: Path, *, is_own: bool
) -> None:
    meta.graph.settings.change({"image_processing_seconds": 0.1, "video_processing_seconds": 0.2})
    film_url = meta.put(film(tmp_path / "film.mp4"), name="film.mp4", content_type="video/mp4")
    picture_url = meta.put(picture(100, 100))
    account = OWN_ACCOUNT if is_own else PAGE_ACCOUNT
    host, token = (meta.instagram, OWN_TOKEN) if is_own else (meta.facebook, PAGE_TOKEN)

    seen = await _driven(python, "publish_carousel", host, token, account, picture_url, film_url)

    [post] = meta.graph.posts(account)
    ids = [child.id for child in post.children]
    assert (seen["node"]["media_type"], seen["node"]["media_product_type"]) == ("CAROUSEL_ALBUM", "FEED")
    assert [each["id"] for each in seen["node"]["children"]["data"]] == ids
    assert seen["children"] == [
        {"media_type": "IMAGE", "alt_text": "A vase", "id": ids[0]},
        {"media_type": "VIDEO", "id": ids[1]},
    ]


async def test_it_sends_the_bytes_of_a_reel(meta: Meta, python: Path, tmp_path: Path) -> None:
    meta.graph.settings.change({"video_processing_seconds": 0.2})
    path = tmp_path / "film.mp4"
    data = film(path)

    seen = await _driven(python, "upload_reel", meta.facebook, PAGE_TOKEN, PAGE_ACCOUNT, str(path))

    [post] = meta.graph.posts(PAGE_ACCOUNT)
    assert seen == {"answer": {"success": True, "message": "Upload successful."}, "media": post.id}
    assert post.media.file.size == len(data)


async def test_it_understands_the_refusals(meta: Meta, python: Path) -> None:
    url = meta.put(picture(100, 100))

    seen = await _driven(python, "fail", meta.facebook, PAGE_TOKEN, PAGE_ACCOUNT, url)

    summary = {name: (error["code"], error["subcode"], error["type"]) for name, error in seen.items()}
    assert summary == {
        "unknown_container": (24, 2207006, "OAuthException"),
        "not_ready": (9007, 2207027, "OAuthException"),
        "no_media": (9004, 2207052, "OAuthException"),
        "no_object": (100, 33, "GraphMethodException"),
        "wrong_token": (190, None, "OAuthException"),
    }
    assert {(error["http"], error["transient"]) for error in seen.values()} == {(400, False)}


async def test_it_works_with_the_instagram_login(meta: Meta, python: Path) -> None:
    meta.graph.settings.change({"image_processing_seconds": 0.0})
    url = meta.put(picture(100, 100))

    seen = await _driven(python, "read_own", meta.instagram, OWN_TOKEN, OWN_ACCOUNT, url)

    assert seen == {"statuses": ["FINISHED"], "listed": []}
