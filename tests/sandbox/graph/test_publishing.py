import hashlib
from pathlib import Path

import pytest

from support.made_media import film, picture
from support.meta import PAGE_ACCOUNT as ACCOUNT
from support.meta import Meta


async def test_an_image_story_goes_from_url_to_post(meta: Meta) -> None:
    data = picture()
    container = await meta.container(media_type="STORIES", image_url=meta.put(data))
    meta.later(seconds=2)

    published = await meta.post(f"{ACCOUNT}/media_publish", creation_id=container)

    [post] = meta.graph.posts(ACCOUNT)
    assert published.json() == {"id": post.id}
    assert post.media.file.sha256 == hashlib.sha256(data).hexdigest()
    assert post.permalink.startswith("https://www.instagram.com/stories/harbour.lane/3")


async def test_a_container_is_in_progress_until_its_time_has_passed(meta: Meta) -> None:
    container = await meta.container()

    young = (await meta.get(container, fields="status_code,status")).json()
    meta.later(seconds=1)
    old = (await meta.get(container, fields="status_code,status")).json()

    assert young == {
        "status_code": "IN_PROGRESS",
        "status": "In progress: Media is still being processed.",
        "id": container,
    }
    assert old == {
        "status_code": "FINISHED",
        "status": "Finished: Media has been uploaded and it is ready to be published.",
        "id": container,
    }


async def test_containers_have_seventeen_digits_beginning_with_178(meta: Meta) -> None:
    container = await meta.container()

    assert len(container) == 17
    assert container.startswith("178")


async def test_publishing_too_early_is_refused_as_not_available(meta: Meta) -> None:
    container = await meta.container()

    response = await meta.post(f"{ACCOUNT}/media_publish", creation_id=container)

    error = response.json()["error"]
    assert response.status_code == 400
    assert (error["code"], error["error_subcode"], error["is_transient"]) == (9007, 2207027, False)
    assert error["message"] == "Media ID is not available"
    assert meta.graph.posts(ACCOUNT) == []


async def test_an_unknown_container_cannot_be_published(meta: Meta) -> None:
    response = await meta.post(f"{ACCOUNT}/media_publish", creation_id="17899999999999999")

    error = response.json()["error"]
    assert (error["code"], error["error_subcode"]) == (24, 2207006)
    assert error["message"] == "The requested resource does not exist"


async def test_a_container_is_over_after_a_day(meta: Meta) -> None:
    container = await meta.container()
    meta.later(hours=24)

    status = (await meta.get(container, fields="status_code")).json()
    response = await meta.post(f"{ACCOUNT}/media_publish", creation_id=container)

    assert status["status_code"] == "EXPIRED"
    assert response.json()["error"]["error_subcode"] == 2207020


async def test_a_published_container_says_so_for_good(meta: Meta) -> None:
    await meta.published()
    [container] = meta.graph.containers(ACCOUNT)
    meta.later(hours=30)

    status = (await meta.get(container.id, fields="status_code")).json()

    assert status["status_code"] == "PUBLISHED"


@pytest.mark.parametrize(("republish", "posts"), [("duplicate", 2), ("same_id", 1), ("error", 1)])
async def test_publishing_twice_does_what_the_setting_says(meta: Meta, republish: str, posts: int) -> None:
    meta.graph.settings.change({"republish": republish})
    first = await meta.published()
    [container] = meta.graph.containers(ACCOUNT)

    again = await meta.post(f"{ACCOUNT}/media_publish", creation_id=container.id)

    assert len(meta.graph.posts(ACCOUNT)) == posts
    assert (again.json().get("id") == first) == (republish == "same_id")
    assert (again.status_code == 400) == (republish == "error")


async def test_posts_beyond_the_quota_are_refused_until_the_day_has_passed(meta: Meta) -> None:
    meta.graph.settings.change({"quota_total": 1})
    await meta.published()
    meta.later(minutes=10)
    container = await meta.container()
    meta.later(seconds=5)

    refused = await meta.post(f"{ACCOUNT}/media_publish", creation_id=container)
    meta.later(hours=23, minutes=50)
    taken = await meta.post(f"{ACCOUNT}/media_publish", creation_id=container)

    error = refused.json()["error"]
    assert (refused.status_code, error["code"], error["error_subcode"]) == (400, 9, 2207042)
    assert taken.status_code == 200


async def test_the_publishing_limit_counts_the_rolling_day(meta: Meta) -> None:
    await meta.published()

    bare = (await meta.get(f"{ACCOUNT}/content_publishing_limit")).json()
    full = (await meta.get(f"{ACCOUNT}/content_publishing_limit", fields="quota_usage,config")).json()
    meta.later(hours=24)
    next_day = (await meta.get(f"{ACCOUNT}/content_publishing_limit")).json()

    assert bare == {"data": [{"quota_usage": 1}]}
    assert full == {"data": [{"quota_usage": 1, "config": {"quota_total": 50, "quota_duration": 86400}}]}
    assert next_day == {"data": [{"quota_usage": 0}]}


async def test_only_so_many_containers_are_made_in_a_day(meta: Meta) -> None:
    meta.graph.settings.change({"container_cap": 1})
    await meta.container()

    refused = await meta.post(f"{ACCOUNT}/media", media_type="STORIES", image_url=meta.put(picture()))

    assert (refused.status_code, refused.json()["error"]["code"]) == (403, 4)


@pytest.mark.parametrize(("refusal", "code", "subcode"), [("account", 80002, None), ("quota", 9, 2207042)])
async def test_too_many_containers_are_refused_as_the_setting_says(
    meta: Meta, refusal: str, code: int, subcode: int | None
) -> None:
    meta.graph.settings.change({"container_cap": 0, "container_cap_refusal": refusal})

    refused = await meta.post(f"{ACCOUNT}/media", media_type="STORIES", image_url=meta.put(picture()))

    error = refused.json()["error"]
    assert (error["code"], error.get("error_subcode")) == (code, subcode)


async def test_a_video_is_fetched_and_processed_in_the_background(meta: Meta, tmp_path: Path) -> None:
    url = meta.put(film(tmp_path / "film.mp4"), name="film.mp4", content_type="video/mp4")

    container = await meta.container(media_type="STORIES", video_url=url)
    await _processed(meta, container)
    published = await meta.post(f"{ACCOUNT}/media_publish", creation_id=container)

    [post] = meta.graph.posts(ACCOUNT)
    assert published.json() == {"id": post.id}
    assert (post.media_type, post.media.width, post.media.height) == ("VIDEO", 90, 160)


async def test_a_video_that_is_too_short_fails_with_a_subcode_in_its_status(
    meta: Meta, tmp_path: Path
) -> None:
    data = film(tmp_path / "short.mp4", seconds=1)
    url = meta.put(data, name="short.mp4", content_type="video/mp4")

    status = await _processed(meta, await meta.container(media_type="STORIES", video_url=url))

    assert status["status_code"] == "ERROR"
    assert status["status"] == "Error: Media upload has failed with error code 2207076"


async def test_a_video_in_another_codec_is_an_unsupported_format(meta: Meta, tmp_path: Path) -> None:
    data = film(tmp_path / "old.avi", codec="mpeg4")
    url = meta.put(data, name="old.mp4", content_type="video/mp4")

    status = await _processed(meta, await meta.container(media_type="STORIES", video_url=url))

    assert status["status"] == "Error: Media upload has failed with error code 2207026"


async def test_a_video_on_a_host_without_ranges_cannot_be_downloaded(meta: Meta, tmp_path: Path) -> None:
    meta.media.takes_ranges = False
    url = meta.put(film(tmp_path / "film.mp4"), name="film.mp4", content_type="video/mp4")

    status = await _processed(meta, await meta.container(media_type="STORIES", video_url=url))

    assert status["status"] == "Error: Media upload has failed with error code 2207077"


async def test_a_video_that_is_gone_fails_without_a_subcode(meta: Meta) -> None:
    url = f"{meta.media_url}/nowhere.mp4"

    status = await _processed(meta, await meta.container(media_type="STORIES", video_url=url))

    assert (
        status["status"] == "Error: Media download has failed. The media URI doesn't meet our requirements."
    )


async def test_a_container_that_failed_cannot_be_published(meta: Meta) -> None:
    container = await meta.container(media_type="STORIES", video_url=f"{meta.media_url}/nowhere.mp4")
    await _processed(meta, container)

    response = await meta.post(f"{ACCOUNT}/media_publish", creation_id=container)

    assert response.json()["error"]["error_subcode"] == 2207027


async def _processed(meta: Meta, container: str) -> dict[str, str]:
    meta.later(seconds=3)
    await meta.graph.settle()
    status: dict[str, str] = (await meta.get(container, fields="status_code,status")).json()
    return status
