from typing import Any

import pytest

from support.made_media import picture
from support.meta import APP_TOKEN, OWN_ACCOUNT, OWN_TOKEN, PAGE_ACCOUNT, PAGE_TOKEN, Meta


async def _feed(meta: Meta, count: int) -> list[str]:
    ids = [await meta.published(image_url=meta.put(picture(100, 100))) for _ in range(count)]
    return ids[::-1]


async def test_media_lists_the_feed_newest_first_and_without_stories(meta: Meta) -> None:
    first = await meta.published(image_url=meta.put(picture(100, 100)), caption="One")
    await meta.published()
    last = await meta.published(image_url=meta.put(picture(100, 100)), caption="Two")

    listing = (await meta.get(f"{PAGE_ACCOUNT}/media", fields="caption,media_product_type")).json()

    assert listing["data"] == [
        {"caption": "Two", "media_product_type": "FEED", "id": last},
        {"caption": "One", "media_product_type": "FEED", "id": first},
    ]


async def test_stories_are_listed_while_they_live(meta: Meta) -> None:
    story = await meta.published()

    today = (await meta.get(f"{PAGE_ACCOUNT}/stories", fields="media_type,media_product_type")).json()
    meta.later(hours=24)
    tomorrow = (await meta.get(f"{PAGE_ACCOUNT}/stories")).json()

    assert today["data"] == [{"media_type": "IMAGE", "media_product_type": "STORY", "id": story}]
    assert tomorrow == {"data": []}
    assert (await meta.get(story)).status_code == 400


async def test_following_next_reads_every_post_once(meta: Meta) -> None:
    expected = await _feed(meta, 5)

    read: list[str] = []
    page = (await meta.get(f"{PAGE_ACCOUNT}/media", limit="2")).json()
    read += [post["id"] for post in page["data"]]
    while "next" in page["paging"]:
        page = (await meta.http.get(page["paging"]["next"])).json()
        read += [post["id"] for post in page["data"]]

    assert read == expected


async def test_a_cursor_stays_where_it_is_when_something_new_is_posted(meta: Meta) -> None:
    newest, oldest = await _feed(meta, 2)
    page = (await meta.get(f"{PAGE_ACCOUNT}/media", limit="1")).json()
    await meta.published(image_url=meta.put(picture(100, 100)))

    after = page["paging"]["cursors"]["after"]
    rest = (await meta.get(f"{PAGE_ACCOUNT}/media", after=after)).json()

    assert page["data"] == [{"id": newest}]
    assert rest["data"] == [{"id": oldest}]


async def test_since_and_until_narrow_the_listing(meta: Meta) -> None:
    old = await meta.published(image_url=meta.put(picture(100, 100)))
    meta.later(hours=1)
    now = meta.world.clock.timestamp()
    new = await meta.published(image_url=meta.put(picture(100, 100)))

    since = (await meta.get(f"{PAGE_ACCOUNT}/media", since=str(now))).json()
    until = (await meta.get(f"{PAGE_ACCOUNT}/media", until=str(now))).json()

    assert since["data"] == [{"id": new}]
    assert until["data"] == [{"id": old}]


@pytest.mark.parametrize("params", [{"after": "nonsense"}, {"limit": "x"}, {"since": "yesterday"}])
async def test_a_malformed_page_is_refused(meta: Meta, params: dict[str, str]) -> None:
    response = await meta.get(f"{PAGE_ACCOUNT}/media", **params)

    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


async def test_a_new_post_shows_in_the_listing_after_the_lag(meta: Meta) -> None:
    meta.graph.settings.change({"listing_lag_seconds": 20})
    story = await meta.published()

    at_once = (await meta.get(f"{PAGE_ACCOUNT}/stories")).json()
    meta.later(seconds=20)
    later = (await meta.get(f"{PAGE_ACCOUNT}/stories")).json()

    assert (at_once["data"], later["data"]) == ([], [{"id": story}])


async def test_a_post_has_its_permalink_and_its_time(meta: Meta) -> None:
    media = await meta.published(image_url=meta.put(picture(100, 100)))

    node = (await meta.get(media, fields="permalink,shortcode,timestamp,username,owner,thumbnail_url")).json()

    assert node["permalink"] == f"https://www.instagram.com/p/{node['shortcode']}/"
    assert node["timestamp"].endswith("+0000")
    assert (node["username"], node["owner"]) == ("harbour.lane", {"id": PAGE_ACCOUNT})
    assert "thumbnail_url" not in node


async def test_the_copy_outlives_its_source(meta: Meta) -> None:
    data = picture(100, 100)
    media = await meta.published(image_url=meta.put(data))
    meta.media.files.clear()

    url = (await meta.get(media, fields="media_url")).json()["media_url"]
    copy = await meta.http.get(url, headers={"Range": "bytes=0-9"})

    assert (copy.status_code, copy.headers["content-type"], copy.content) == (206, "image/jpeg", data[:10])


async def test_a_node_answers_its_id_alone_unless_asked_for_more(meta: Meta) -> None:
    media = await meta.published()

    assert (await meta.get(media)).json() == {"id": media}


async def test_a_field_that_never_exists_is_refused(meta: Meta) -> None:
    response = await meta.get(PAGE_ACCOUNT, fields="username,shoe_size")

    error = response.json()["error"]
    assert error["code"] == 100
    assert "Tried accessing nonexisting field (shoe_size)" in error["message"]


async def test_me_is_the_page_for_a_page_token(meta: Meta) -> None:
    me = (await meta.get("me", fields="name,instagram_business_account{id,username}")).json()

    page = (await meta.get(me["id"])).json()
    assert me["instagram_business_account"] == {"id": PAGE_ACCOUNT, "username": "harbour.lane"}
    assert page == {"id": me["id"], "name": "harbour.lane"}


async def test_me_is_the_account_for_an_instagram_token(meta: Meta) -> None:
    params = {"access_token": OWN_TOKEN, "fields": "user_id,username"}

    flat = (await meta.http.get(f"{meta.instagram}/v25.0/me", params=params)).json()
    meta.graph.settings.change({"me_in_data": True})
    wrapped = (await meta.http.get(f"{meta.instagram}/v25.0/me", params=params)).json()

    assert (flat["user_id"], flat["username"]) == (OWN_ACCOUNT, "harbour.kids")
    assert flat["id"] != OWN_ACCOUNT
    assert wrapped == {"data": [flat]}


async def test_debug_token_tells_what_a_token_is(meta: Meta) -> None:
    async def debugged(token: str) -> dict[str, Any]:
        response = await meta.get("debug_token", access_token=APP_TOKEN, input_token=token)
        data: dict[str, Any] = response.json()["data"]
        return data

    good = await debugged(PAGE_TOKEN)
    meta.graph.kill_token(PAGE_TOKEN, subcode=460)
    dead = await debugged(PAGE_TOKEN)
    unknown = await debugged("EAAnever-seen")

    assert (good["is_valid"], good["type"], good["expires_at"]) == (True, "PAGE", 0)
    assert "instagram_content_publish" in good["scopes"]
    assert (dead["is_valid"], dead["error"]["code"], dead["error"]["subcode"]) == (False, 190, 460)
    assert (unknown["is_valid"], unknown["error"]["code"]) == (False, 190)
