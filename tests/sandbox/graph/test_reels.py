import io
from pathlib import Path

import pytest
from PIL import Image

from support.made_media import film, picture
from support.meta import PAGE_ACCOUNT as ACCOUNT
from support.meta import PAGE_TOKEN, Meta


async def test_a_reel_goes_from_url_to_post(meta: Meta, tmp_path: Path) -> None:
    reel = await meta.reel(meta.put(film(tmp_path / "film.mp4"), name="film.mp4"), caption="Turning a vase")

    listing = (await meta.get(f"{ACCOUNT}/media", fields="caption,media_type,media_product_type")).json()
    node = (await meta.get(reel, fields="permalink,shortcode,is_shared_to_feed")).json()

    assert listing["data"] == [
        {"caption": "Turning a vase", "media_type": "VIDEO", "media_product_type": "REELS", "id": reel}
    ]
    assert node["permalink"] == f"https://www.instagram.com/reel/{node['shortcode']}/"
    assert node["is_shared_to_feed"] is False


async def test_a_reel_says_whether_it_shows_among_the_posts_too(meta: Meta, tmp_path: Path) -> None:
    reel = await meta.reel(meta.put(film(tmp_path / "film.mp4"), name="film.mp4"), share_to_feed="true")

    assert (await meta.get(reel, fields="is_shared_to_feed")).json()["is_shared_to_feed"] is True


async def test_the_cover_of_a_reel_is_its_thumbnail(meta: Meta, tmp_path: Path) -> None:
    cover = picture(100, 180)
    video = meta.put(film(tmp_path / "film.mp4"), name="film.mp4")

    reel = await meta.reel(video, cover_url=meta.put(cover, name="cover.jpg"), thumb_offset="1000")

    url = (await meta.get(reel, fields="thumbnail_url")).json()["thumbnail_url"]
    assert (await meta.http.get(url)).content == cover


async def test_without_a_cover_a_frame_at_the_offset_is_the_thumbnail(meta: Meta, tmp_path: Path) -> None:
    video = meta.put(film(tmp_path / "film.mp4"), name="film.mp4")

    reel = await meta.reel(video, thumb_offset="2000")

    url = (await meta.get(reel, fields="thumbnail_url")).json()["thumbnail_url"]
    with Image.open(io.BytesIO((await meta.http.get(url)).content)) as still:
        assert (still.format, still.size) == ("JPEG", (90, 160))


async def test_an_offset_beyond_the_end_fails_the_container(meta: Meta, tmp_path: Path) -> None:
    url = meta.put(film(tmp_path / "film.mp4"), name="film.mp4")

    container = await meta.container(media_type="REELS", video_url=url, thumb_offset="3500")

    assert await meta.settled(container) == "Error: Media upload has failed with error code 2207057"


@pytest.mark.parametrize("offset", ["-1", "900001"])
async def test_an_offset_that_is_in_no_video_is_refused_at_once(meta: Meta, offset: str) -> None:
    response = await meta.post(
        f"{ACCOUNT}/media", media_type="REELS", video_url=meta.media_url, thumb_offset=offset
    )

    error = response.json()["error"]
    assert (response.status_code, error["code"], error["error_subcode"]) == (400, 1, 2207057)


@pytest.mark.parametrize(
    ("cover", "code", "subcode"),
    [
        (picture(kind="PNG"), 36001, 2207005),
        (b"<html>", 9004, 2207052),
        (picture() + bytes(8 * 1024 * 1024), 36000, 2207004),
    ],
    ids=["a PNG", "a page", "too large"],
)
async def test_a_cover_is_looked_into_like_any_image(
    meta: Meta, cover: bytes, code: int, subcode: int
) -> None:
    url = meta.put(cover, name="cover.jpg")

    response = await meta.post(
        f"{ACCOUNT}/media", media_type="REELS", video_url=meta.media_url, cover_url=url
    )

    error = response.json()["error"]
    assert (error["code"], error["error_subcode"]) == (code, subcode)
    assert meta.graph.containers(ACCOUNT) == []


async def test_a_reel_may_be_longer_than_a_story(meta: Meta, tmp_path: Path) -> None:
    url = meta.put(film(tmp_path / "long.mp4", seconds=62, width=32, height=32), name="long.mp4")

    reel = await meta.container(media_type="REELS", video_url=url)
    story = await meta.container(media_type="STORIES", video_url=url)

    assert (await meta.settled(reel)).startswith("Finished")
    assert await meta.settled(story) == "Error: Media upload has failed with error code 2207076"


async def test_a_reel_that_is_too_large_fails_wherever_it_comes_from(meta: Meta, tmp_path: Path) -> None:
    data = film(tmp_path / "film.mp4")
    meta.graph.settings.change({"most_reel_bytes": len(data) - 1})
    answer = await meta.post(f"{ACCOUNT}/media", media_type="REELS", upload_type="resumable")
    headers = {"Authorization": f"OAuth {PAGE_TOKEN}", "offset": "0", "file_size": str(len(data))}

    fetched = await meta.container(media_type="REELS", video_url=meta.put(data, name="film.mp4"))
    await meta.http.post(answer.json()["uri"], headers=headers, content=data)

    for container in (fetched, answer.json()["id"]):
        assert await meta.settled(container) == "Error: Media upload has failed with error code 2207082"


async def test_a_single_video_is_published_as_a_reel_or_not_at_all(meta: Meta) -> None:
    response = await meta.post(f"{ACCOUNT}/media", media_type="VIDEO", video_url=meta.media_url)

    error = response.json()["error"]
    assert (response.status_code, error["code"], error["error_subcode"]) == (400, 100, 2207089)


async def test_a_reel_carries_its_details(meta: Meta, tmp_path: Path) -> None:
    await meta.reel(
        meta.put(film(tmp_path / "film.mp4"), name="film.mp4"),
        user_tags='[{"username": "anna"}]',
        collaborators='["ben", "chloe"]',
        location_id="106000000000001",
        audio_name="Clay sounds",
        is_ai_generated="true",
        trial_params='{"graduation_strategy": "MANUAL"}',
    )

    [post] = meta.graph.posts(ACCOUNT)
    details = post.details
    assert [(tag.username, tag.x) for tag in details.user_tags] == [("anna", None)]
    assert details.collaborators == ("ben", "chloe")
    assert (details.location_id, details.audio_name) == ("106000000000001", "Clay sounds")
    assert (details.is_ai_generated, details.trial) == (True, "MANUAL")
