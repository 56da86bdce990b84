import datetime as dt
import json
from typing import Any

import pytest

from support.made_media import picture
from support.meta import PAGE, PAGE_TOKEN, Meta


async def _listed(meta: Meta, edge: str, **params: str) -> list[dict[str, Any]]:
    answer = await meta.get(f"{PAGE}/{edge}", **params)
    assert answer.status_code == 200, answer.text
    data: list[dict[str, Any]] = answer.json()["data"]
    return data


async def _scheduled(meta: Meta, **more: str) -> str:
    at = meta.world.clock.timestamp() + 3600
    answer = await meta.post(
        f"{PAGE}/feed", message="Later", published="false", scheduled_publish_time=str(at), **more
    )
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def test_a_scheduled_post_goes_live_when_its_time_has_come(meta: Meta) -> None:
    post = await _scheduled(meta, unpublished_content_type="SCHEDULED")

    waiting = await _listed(meta, "scheduled_posts", fields="scheduled_publish_time,is_published")
    before = await _listed(meta, "published_posts")
    meta.later(hours=1, seconds=1)
    [live] = await _listed(meta, "published_posts", fields="message,is_published")

    assert [(each["id"], each["is_published"]) for each in waiting] == [(post, False)]
    assert before == []
    assert live == {"message": "Later", "is_published": True, "id": post}
    assert await _listed(meta, "scheduled_posts") == []


async def test_a_feed_may_show_what_nobody_can_see_yet(meta: Meta) -> None:
    post = await _scheduled(meta)

    with_it = await _listed(meta, "feed", fields="is_published")
    meta.graph.settings.change({"feed_shows_unpublished": False})
    without_it = await _listed(meta, "feed")

    assert with_it == [{"is_published": False, "id": post}]
    assert without_it == []


@pytest.mark.parametrize("minutes", [9, 29 * 24 * 60 + 1])
async def test_a_time_out_of_the_window_is_refused(meta: Meta, minutes: int) -> None:
    at = meta.world.clock.now() + dt.timedelta(minutes=minutes)

    for text in (str(int(at.timestamp())), at.isoformat(), "tomorrow"):
        answer = await meta.post(
            f"{PAGE}/feed", message="Later", published="false", scheduled_publish_time=text
        )
        assert "scheduled publish time is invalid" in answer.json()["error"]["message"]


async def test_a_scheduled_post_cannot_be_published_at_once_too(meta: Meta) -> None:
    at = str(meta.world.clock.timestamp() + 3600)

    answer = await meta.post(f"{PAGE}/feed", message="Later", scheduled_publish_time=at)

    assert answer.json()["error"]["code"] == 100


async def test_a_scheduled_post_can_be_deleted(meta: Meta) -> None:
    post = await _scheduled(meta)

    deleted = await meta.http.delete(f"{meta.facebook}/v25.0/{post}", params={"access_token": PAGE_TOKEN})
    meta.later(hours=2)

    assert deleted.json() == {"success": True}
    assert await _listed(meta, "published_posts") == []


async def test_photos_for_a_scheduled_post_wait_with_it(meta: Meta) -> None:
    photo = (
        await meta.post(f"{PAGE}/photos", url=meta.put(picture()), published="false", temporary="true")
    ).json()["id"]
    post = await _scheduled(meta, **{"attached_media[0]": json.dumps({"media_fbid": photo})})
    meta.later(hours=1, seconds=1)

    [shown] = await _listed(meta, "photos", type="uploaded", fields="page_story_id")

    assert shown == {"page_story_id": post, "id": photo}


async def test_a_photo_that_nothing_took_up_is_gone_after_a_day(meta: Meta) -> None:
    photo = (await meta.post(f"{PAGE}/photos", url=meta.put(picture()), published="false")).json()["id"]
    there = await meta.get(photo)
    meta.later(hours=24)

    attached = await meta.post(f"{PAGE}/feed", attached_media=json.dumps([{"media_fbid": photo}]))

    assert there.status_code == 200
    assert (await meta.get(photo)).json()["error"]["error_subcode"] == 33
    assert attached.json()["error"]["code"] == 100


async def test_photos_of_the_page_are_listed_apart_from_those_it_is_tagged_in(meta: Meta) -> None:
    photo = (await meta.post(f"{PAGE}/photos", url=meta.put(picture()), caption="A vase")).json()["id"]

    assert await _listed(meta, "photos", type="uploaded", fields="name") == [{"name": "A vase", "id": photo}]
    assert await _listed(meta, "photos") == []


async def test_a_draft_is_seen_by_nobody(meta: Meta) -> None:
    await meta.post(f"{PAGE}/feed", message="Draft", published="false")
    meta.later(days=40)

    assert await _listed(meta, "published_posts") == []
    assert await _listed(meta, "scheduled_posts") == []


async def test_a_new_post_is_read_along_with_its_making(meta: Meta) -> None:
    meta.misbehave("listing_lag")

    post = (await meta.post(f"{PAGE}/feed?fields=id,permalink_url", message="Hello")).json()

    page_id, _, own_id = post["id"].partition("_")
    assert post["permalink_url"] == f"https://www.facebook.com/{page_id}/posts/{own_id}"
    assert (await meta.get(post["id"], fields="message")).json()["message"] == "Hello"


async def test_a_link_is_posted_and_a_bad_one_is_not(meta: Meta) -> None:
    posted = await meta.post(f"{PAGE}/feed", link="https://harbour.example/vase", message="New")
    refused = [
        await meta.post(f"{PAGE}/feed", link="not a link"),
        await meta.post(f"{PAGE}/feed", link="https://www.facebook.com/harbour"),
        await meta.post(f"{PAGE}/feed"),
    ]

    [post] = await _listed(meta, "published_posts", fields="attachments")
    assert post["id"] == posted.json()["id"]
    assert post["attachments"]["data"][0]["unshimmed_url"] == "https://harbour.example/vase"
    errors = [each.json()["error"] for each in refused]
    assert [(error["code"], error.get("error_subcode")) for error in errors] == [
        (100, 2061006),
        (100, 1609008),
        (100, None),
    ]


async def test_a_timeline_is_read_page_by_page_and_by_time(meta: Meta) -> None:
    for number in range(3):
        await meta.post(f"{PAGE}/feed", message=str(number))
        meta.later(hours=1)
    since = str(meta.world.clock.timestamp() - 2 * 3600 - 60)

    first = (await meta.get(f"{PAGE}/published_posts", limit="2", fields="message")).json()
    rest = (await meta.http.get(first["paging"]["next"])).json()
    recent = await _listed(meta, "published_posts", since=since, fields="message")

    assert [post["message"] for post in (*first["data"], *rest["data"])] == ["2", "1", "0"]
    assert [post["message"] for post in recent] == ["2", "1"]


@pytest.mark.parametrize("kind", ["PNG", "BMP", "GIF", "TIFF"])
async def test_a_page_takes_other_photos_than_jpegs(meta: Meta, kind: str) -> None:
    url = meta.put(picture(kind=kind), content_type=f"image/{kind.lower()}")

    assert (await meta.post(f"{PAGE}/photos", url=url)).status_code == 200


async def test_a_photo_that_is_none_or_too_large_or_of_another_kind_is_refused(meta: Meta) -> None:
    missing = await meta.post(f"{PAGE}/photos")
    gone = await meta.post(f"{PAGE}/photos", url=f"{meta.media_url}/gone.jpg")
    broken = await meta.post(f"{PAGE}/photos", url=meta.put(b"no picture"))
    webp = await meta.post(f"{PAGE}/photos", url=meta.put(picture(kind="WEBP")))
    meta.graph.settings.change({"page_photo_bytes": 100})
    large = await meta.post(f"{PAGE}/photos", url=meta.put(picture()))

    assert [each.json()["error"]["code"] for each in (missing, gone, broken)] == [324, 324, 324]
    assert [each.json()["error"]["error_subcode"] for each in (webp, large)] == [1366046, 1366046]


async def test_stories_are_listed_by_their_state(meta: Meta) -> None:
    photo = (await meta.post(f"{PAGE}/photos", url=meta.put(picture()), published="false")).json()["id"]
    story = (await meta.post(f"{PAGE}/photo_stories", photo_id=photo)).json()["post_id"]

    published = await _listed(meta, "stories", status="PUBLISHED", fields="post_id,media_type")
    archived = await _listed(meta, "stories", status='["ARCHIVED"]')
    wrong = await meta.get(f"{PAGE}/stories", status="DELETED")

    assert published == [{"post_id": story, "media_type": "photo"}]
    assert archived == []
    assert wrong.json()["error"]["code"] == 100
    assert await _listed(meta, "published_posts") == []


async def test_the_control_shows_what_followers_see(meta: Meta) -> None:
    photo = (await meta.post(f"{PAGE}/photos", url=meta.put(picture(100, 80)), caption="A vase")).json()
    await meta.post(f"{PAGE}/feed", message="Hello")
    await _scheduled(meta)

    [page] = (await meta.http.get(f"{meta.control}/pages")).json()["pages"]

    assert [(post["kind"], post["message"]) for post in page["posts"]] == [
        ("text", "Hello"),
        ("photo", "A vase"),
    ]
    assert [post["message"] for post in page["scheduled"]] == ["Later"]
    [shown] = page["posts"][1]["photos"]
    assert (shown["id"], shown["width"]) == (photo["id"], 100)
    assert (await meta.http.get(shown["media_url"])).headers["content-type"] == "image/jpeg"


async def test_a_page_added_over_http_can_be_posted_to(meta: Meta) -> None:
    page = {"id": "555", "name": "Pier", "token": "EAApier-page-token"}

    added = await meta.http.post(f"{meta.control}/pages", json=page)
    posted = await meta.post("555/feed", access_token="EAApier-page-token", message="Hello")

    assert added.json()["name"] == "Pier"
    assert posted.json()["id"].startswith("555_")
