from pathlib import Path

import pytest

from support.made_media import film, picture
from support.meta import OWN_ACCOUNT, OWN_TOKEN, Meta
from support.meta import PAGE_ACCOUNT as ACCOUNT


async def test_pictures_and_films_become_one_post(meta: Meta, tmp_path: Path) -> None:
    video = meta.put(film(tmp_path / "film.mp4"), name="film.mp4")
    children = [
        await meta.item(alt_text="A vase"),
        await meta.container(is_carousel_item="true", media_type="VIDEO", video_url=video),
    ]
    await meta.settled(children[1])

    carousel = await meta.carousel(children, caption="Both sides")

    fields = "caption,media_type,media_product_type,permalink,children{media_type,alt_text,permalink}"
    node = (await meta.get(carousel, fields=fields)).json()
    first, second = node.pop("children")["data"]
    assert node == {
        "caption": "Both sides",
        "media_type": "CAROUSEL_ALBUM",
        "media_product_type": "FEED",
        "permalink": node["permalink"],
        "id": carousel,
    }
    assert "/p/" in node["permalink"]
    assert (first["media_type"], first["alt_text"], second["media_type"]) == ("IMAGE", "A vase", "VIDEO")
    assert "permalink" not in first


async def test_the_parts_of_a_carousel_are_listed_and_read_one_by_one(meta: Meta) -> None:
    data = picture(100, 100)
    children = [await meta.item(data), await meta.item()]
    meta.later(seconds=1)
    carousel = await meta.carousel(children)

    listed = (await meta.get(f"{carousel}/children")).json()["data"]
    first = (await meta.get(listed[0]["id"], fields="media_url,media_type")).json()

    assert len(listed) == 2
    assert (await meta.http.get(first["media_url"])).content == data


async def test_a_carousel_is_listed_as_one_post_and_counts_once(meta: Meta) -> None:
    children = [await meta.item(), await meta.item()]
    meta.later(seconds=1)

    carousel = await meta.carousel(children)

    listing = (await meta.get(f"{ACCOUNT}/media")).json()
    assert listing["data"] == [{"id": carousel}]
    assert meta.graph.quota_usage(ACCOUNT) == 1


async def test_ten_parts_are_taken_in_their_order(meta: Meta) -> None:
    children = [await meta.item(picture(100, 100)) for _ in range(10)]
    meta.later(seconds=1)

    await meta.carousel(children[::-1])

    [post] = meta.graph.posts(ACCOUNT)
    assert [child.container_id for child in post.children] == children[::-1]


@pytest.mark.parametrize("count", [1, 11])
async def test_a_carousel_has_two_to_ten_parts(meta: Meta, count: int) -> None:
    children = [await meta.item() for _ in range(count)]
    meta.later(seconds=1)

    assert await _refused(meta, children) == (100, 2207028)


async def test_a_part_that_is_not_finished_is_not_available(meta: Meta) -> None:
    ready = await meta.item()
    meta.later(seconds=1)

    assert await _refused(meta, [ready, await meta.item()]) == (9007, 2207027)


async def test_a_carousel_is_not_published_before_it_is_finished(meta: Meta) -> None:
    children = [await meta.item(), await meta.item()]
    meta.later(seconds=1)
    carousel = await meta.container(media_type="CAROUSEL", children=",".join(children))

    early = await meta.post(f"{ACCOUNT}/media_publish", creation_id=carousel)
    meta.later(seconds=1)
    later = await meta.post(f"{ACCOUNT}/media_publish", creation_id=carousel)

    assert (early.json()["error"]["error_subcode"], later.status_code) == (2207027, 200)


async def test_a_part_that_is_over_cannot_be_used(meta: Meta) -> None:
    old = await meta.item()
    meta.later(hours=24)
    fresh = await meta.item()
    meta.later(seconds=1)

    assert await _refused(meta, [fresh, old]) == (-2, 2207020)


async def test_parts_must_exist_and_be_the_accounts_own(meta: Meta) -> None:
    data = {"is_carousel_item": "true", "image_url": meta.put(picture(100, 100)), "access_token": OWN_TOKEN}
    response = await meta.http.post(f"{meta.instagram}/v25.0/{OWN_ACCOUNT}/media", data=data)
    foreign = response.json()["id"]
    own = await meta.item()
    meta.later(seconds=1)

    assert await _refused(meta, [own, foreign]) == (24, 2207006)
    assert await _refused(meta, [own, "17899999999999999"]) == (24, 2207006)


async def test_what_was_not_made_as_a_part_cannot_be_one(meta: Meta) -> None:
    whole = await meta.container(image_url=meta.put(picture(100, 100)))
    part = await meta.item()
    meta.later(seconds=1)

    assert await _refused(meta, [part, whole]) == (100, None)


async def test_a_part_is_named_once(meta: Meta) -> None:
    part = await meta.item()
    meta.later(seconds=1)

    assert await _refused(meta, [part, part]) == (100, None)


@pytest.mark.parametrize(("allowed", "status"), [(True, 200), (False, 400)])
async def test_a_part_may_be_in_a_second_carousel_if_the_setting_says_so(
    meta: Meta, *, allowed: bool, status: int
) -> None:
    meta.graph.settings.change({"reuse_children": allowed})
    children = ",".join([await meta.item(), await meta.item()])
    meta.later(seconds=1)
    await meta.container(media_type="CAROUSEL", children=children)

    again = await meta.post(f"{ACCOUNT}/media", media_type="CAROUSEL", children=children)

    assert again.status_code == status


async def test_a_part_cannot_be_published_by_itself(meta: Meta) -> None:
    part = await meta.item()
    meta.later(seconds=1)

    response = await meta.post(f"{ACCOUNT}/media_publish", creation_id=part)

    assert response.json()["error"]["error_subcode"] == 2207089
    assert meta.graph.posts(ACCOUNT) == []


async def test_a_video_part_must_say_that_it_is_one(meta: Meta) -> None:
    response = await meta.post(f"{ACCOUNT}/media", is_carousel_item="true", video_url=meta.media_url)

    error = response.json()["error"]
    assert (error["code"], error["message"]) == (100, "The parameter image_url is required.")


@pytest.mark.parametrize(
    "more",
    [
        {"caption": "No"},
        {"collaborators": '["anna"]'},
        {"location_id": "106000000000001"},
        {"is_ai_generated": "true"},
        {"share_to_feed": "true"},
        {"media_type": "REELS"},
        {"media_type": "STORIES"},
    ],
    ids=str,
)
async def test_what_belongs_to_the_whole_is_refused_on_a_part(meta: Meta, more: dict[str, str]) -> None:
    response = await meta.post(
        f"{ACCOUNT}/media", is_carousel_item="true", image_url=meta.put(picture(100, 100)), **more
    )

    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (400, 100)
    assert error["message"].endswith("is not allowed for carousel child")


async def test_the_parts_may_come_as_a_json_array(meta: Meta) -> None:
    one, two = await meta.item(), await meta.item()
    meta.later(seconds=1)

    response = await meta.post(f"{ACCOUNT}/media", media_type="CAROUSEL", children=f'["{one}", "{two}"]')

    assert response.status_code == 200


async def _refused(meta: Meta, children: list[str]) -> tuple[int, int | None]:
    response = await meta.post(f"{ACCOUNT}/media", media_type="CAROUSEL", children=",".join(children))
    assert response.status_code == 400, response.text
    error = response.json()["error"]
    return error["code"], error.get("error_subcode")
