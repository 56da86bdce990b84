import json

import pytest

from support.made_media import picture
from support.meta import OWN_TOKEN, PAGE, PAGE_ACCOUNT, Meta


async def _published(meta: Meta, fields: str = "message") -> list[dict[str, object]]:
    listing = await meta.get(f"{PAGE}/published_posts", fields=fields)
    assert listing.status_code == 200, listing.text
    posts: list[dict[str, object]] = listing.json()["data"]
    return posts


async def test_words_appear_on_the_timeline_newest_first(meta: Meta) -> None:
    first = await meta.post(f"{PAGE}/feed", message="One")
    second = await meta.post(f"{PAGE}/feed", message="Two")

    assert first.json()["id"].startswith(f"{PAGE}_")
    assert await _published(meta) == [
        {"message": "Two", "id": second.json()["id"]},
        {"message": "One", "id": first.json()["id"]},
    ]


async def test_the_same_words_twice_in_a_row_are_refused(meta: Meta) -> None:
    await meta.post(f"{PAGE}/feed", message="One")

    again = await meta.post(f"{PAGE}/feed", message="One")
    await meta.post(f"{PAGE}/feed", message="Two")
    later = await meta.post(f"{PAGE}/feed", message="One")

    assert (again.status_code, again.json()["error"]["code"]) == (400, 506)
    assert later.status_code == 200


async def test_a_photo_is_posted_with_its_caption(meta: Meta) -> None:
    photo = (await meta.post(f"{PAGE}/photos", url=meta.put(picture(100, 80)), caption="A vase")).json()

    [post] = await _published(meta, "message,attachments")
    attachments = post["attachments"]
    assert isinstance(attachments, dict)
    assert (post["id"], post["message"]) == (photo["post_id"], "A vase")
    assert attachments["data"][0]["target"]["id"] == photo["id"]
    assert attachments["data"][0]["media"]["image"]["width"] == 100


async def test_several_unpublished_photos_become_one_post(meta: Meta) -> None:
    photos = [
        (await meta.post(f"{PAGE}/photos", url=meta.put(picture()), published="false")).json()
        for _ in range(3)
    ]
    before = await _published(meta)

    attached = json.dumps([{"media_fbid": photo["id"]} for photo in photos])
    post = await meta.post(f"{PAGE}/feed", message="Three", attached_media=attached)
    reused = await meta.post(f"{PAGE}/feed", message="Again", attached_media=attached)

    assert before == []
    assert [set(photo) for photo in photos] == [{"id"}] * 3
    [shown] = await _published(meta, "attachments")
    assert shown["id"] == post.json()["id"]
    assert len(shown["attachments"]["data"][0]["subattachments"]["data"]) == 3  # type: ignore[index]
    assert reused.json()["error"]["error_subcode"] == 1366051


async def test_a_story_takes_a_photo_that_was_not_posted(meta: Meta) -> None:
    posted = (await meta.post(f"{PAGE}/photos", url=meta.put(picture()))).json()
    unused = (await meta.post(f"{PAGE}/photos", url=meta.put(picture()), published="false")).json()

    refused = await meta.post(f"{PAGE}/photo_stories", photo_id=posted["id"])
    story = await meta.post(f"{PAGE}/photo_stories", photo_id=unused["id"])

    assert refused.json()["error"]["error_subcode"] == 1366051
    assert (story.json()["success"], story.json()["post_id"].isdecimal()) == (True, True)


@pytest.mark.parametrize("path", [f"{PAGE}/published_posts", PAGE])
async def test_a_page_is_out_of_reach_of_the_other_login(meta: Meta, path: str) -> None:
    response = await meta.get(path, access_token=OWN_TOKEN)

    assert response.json()["error"]["code"] == 190


async def test_a_page_knows_its_instagram_account(meta: Meta) -> None:
    page = (await meta.get(PAGE, fields="name,instagram_business_account")).json()

    assert page == {"name": "harbour.lane", "instagram_business_account": {"id": PAGE_ACCOUNT}, "id": PAGE}
