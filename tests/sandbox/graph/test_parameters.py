import json

import pytest

from support.made_media import picture
from support.meta import PAGE_ACCOUNT as ACCOUNT
from support.meta import Meta

STORY = {"media_type": "STORIES", "image_url": "x"}
FEED = {"image_url": "x"}
REEL = {"media_type": "REELS", "video_url": "x"}
CAROUSEL = {"media_type": "CAROUSEL", "children": "1,2"}
PART = {"is_carousel_item": "true", "media_type": "VIDEO", "video_url": "x"}


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (STORY, {"alt_text": "A vase"}),
        (STORY, {"location_id": "106000000000001"}),
        (STORY, {"collaborators": '["anna"]'}),
        (STORY, {"cover_url": "x"}),
        (REEL, {"alt_text": "A vase"}),
        (FEED, {"share_to_feed": "true"}),
        (FEED, {"audio_name": "Clay"}),
        (FEED, {"children": "1,2"}),
        (FEED, {"upload_type": "resumable"}),
        (CAROUSEL, {"alt_text": "A vase"}),
        (CAROUSEL, {"thumb_offset": "1"}),
        (PART, {"alt_text": "A vase"}),
    ],
    ids=str,
)
async def test_a_kind_takes_only_what_belongs_to_it(
    meta: Meta, kind: dict[str, str], more: dict[str, str]
) -> None:
    assert await _refusal(meta, kind | more) == (100, None)


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"location_id": "1"}, (100, None)),
        ({"collaborators": '["a", "b", "c", "d"]'}, (100, None)),
        ({"collaborators": '["@anna"]'}, (110, 2207018)),
        ({"collaborators": "[1.5]"}, (100, None)),
        ({"is_ai_generated": "perhaps"}, (100, None)),
        ({"user_tags": "anna"}, (100, None)),
        ({"user_tags": "[]]"}, (100, None)),
        ({"user_tags": '[{"x": 0.5, "y": 0.5}]'}, (100, None)),
        ({"user_tags": '[{"username": "anna", "x": 1.5, "y": 0.5}]'}, (100, None)),
        ({"user_tags": '[{"username": "anna", "x": 0.5}]'}, (100, None)),
        ({"user_tags": json.dumps([{"username": "a", "x": 0.5, "y": 0.5}] * 21)}, (100, 2207040)),
    ],
    ids=str,
)
async def test_details_that_cannot_be_are_refused(
    meta: Meta, more: dict[str, str], refusal: tuple[int, int | None]
) -> None:
    assert await _refusal(meta, FEED | more) == refusal


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"thumb_offset": "soon"}, (100, None)),
        ({"trial_params": "MANUAL"}, (100, None)),
        ({"trial_params": '{"graduation_strategy": "LUCK"}'}, (100, None)),
        ({"share_to_feed": "yes"}, (100, None)),
    ],
    ids=str,
)
async def test_a_reels_own_parameters_are_checked(
    meta: Meta, more: dict[str, str], refusal: tuple[int, int | None]
) -> None:
    assert await _refusal(meta, REEL | more) == refusal


async def test_a_place_that_is_none_is_named_as_on_the_wire(meta: Meta) -> None:
    response = await meta.post(f"{ACCOUNT}/media", **FEED, location_id="1")

    assert "INVALID_LOCATION_ID" in response.json()["error"]["message"]


async def test_a_picture_carries_its_details_into_the_post(meta: Meta) -> None:
    media = await meta.published(
        image_url=meta.put(picture(100, 100)),
        alt_text="A vase",
        user_tags='[{"username": "anna", "x": 0.25, "y": 1}]',
        collaborators='["ben"]',
        location_id="106000000000002",
    )

    [post] = meta.graph.posts(ACCOUNT)
    [tag] = post.details.user_tags
    assert (tag.username, tag.x, tag.y) == ("anna", 0.25, 1.0)
    assert (post.details.collaborators, post.details.location_id) == (("ben",), "106000000000002")
    assert (await meta.get(media, fields="alt_text")).json()["alt_text"] == "A vase"


async def test_a_story_mentions_people_with_or_without_a_place(meta: Meta) -> None:
    tags = '[{"username": "anna"}, {"username": "ben", "x": 0.1, "y": 0.2}]'

    await meta.published(media_type="STORIES", image_url=meta.put(picture()), user_tags=tags)

    [post] = meta.graph.posts(ACCOUNT)
    assert [(tag.username, tag.x) for tag in post.details.user_tags] == [("anna", None), ("ben", 0.1)]


async def _refusal(meta: Meta, params: dict[str, str]) -> tuple[int, int | None]:
    response = await meta.post(f"{ACCOUNT}/media", **params)
    assert response.status_code == 400, response.text
    error = response.json()["error"]
    return error["code"], error.get("error_subcode")
