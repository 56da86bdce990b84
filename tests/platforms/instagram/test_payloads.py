import dataclasses
import json
from typing import Any

import pytest

from domain.errors import UnsupportedError
from domain.media import MediaKind
from domain.post import Post, PostDetails, UserTag
from platforms.instagram.payloads import child_params, children_params, container_params, file_params
from support.instagram import instagram_job, media_item

VIDEO = MediaKind.VIDEO
LANE = UserTag(name="harbour.lane", x=0.25, y=0.5)
SOMEWHERE = UserTag(name="harbour.kids")


def post_of(*kinds: MediaKind, details: dict[str, Any] | None = None, **fields: Any) -> Post:
    post = instagram_job(**fields).post
    media = tuple(media_item(kind=kind, alt=fields.get("alt", "")) for kind in kinds or [MediaKind.IMAGE])
    return dataclasses.replace(post, media=media, details=PostDetails(**(details or {})))


@pytest.mark.parametrize(
    ("placement", "post", "params"),
    [
        ("story", post_of(), {"media_type": "STORIES"}),
        ("story", post_of(caption="Not shown", alt="Not taken"), {"media_type": "STORIES"}),
        ("story", post_of(VIDEO), {"media_type": "STORIES"}),
        (
            "story",
            post_of(details={"collaborators": ("a",), "location_id": "1", "is_ai_generated": True}),
            {"media_type": "STORIES", "is_ai_generated": "true"},
        ),
        ("feed", post_of(), {}),
        ("feed", post_of(caption="Hi"), {"caption": "Hi"}),
        ("feed", post_of(caption="Hi", alt="A loaf"), {"caption": "Hi", "alt_text": "A loaf"}),
        ("feed", post_of(alt="A loaf", details={"alt": "A warm loaf"}), {"alt_text": "A warm loaf"}),
        (
            "feed",
            post_of(details={"collaborators": ("a", "b"), "location_id": "1", "is_ai_generated": True}),
            {"collaborators": '["a", "b"]', "location_id": "1", "is_ai_generated": "true"},
        ),
        ("reel", post_of(VIDEO), {"media_type": "REELS", "share_to_feed": "true"}),
        (
            "reel",
            post_of(VIDEO, caption="Hi", details={"share_to_feed": False, "is_ai_generated": True}),
            {"media_type": "REELS", "share_to_feed": "false", "caption": "Hi", "is_ai_generated": "true"},
        ),
        ("carousel", post_of(MediaKind.IMAGE, VIDEO), {"media_type": "CAROUSEL"}),
        (
            "carousel",
            post_of(MediaKind.IMAGE, VIDEO, caption="Hi", details={"location_id": "1", "user_tags": (LANE,)}),
            {"media_type": "CAROUSEL", "caption": "Hi", "location_id": "1"},
        ),
    ],
)
def test_a_post_becomes_the_parameters_of_a_container(
    placement: str, post: Post, params: dict[str, str]
) -> None:
    assert container_params(post, placement) == params


@pytest.mark.parametrize(
    ("placement", "kind", "tags"),
    [
        ("feed", MediaKind.IMAGE, [{"username": "harbour.lane", "x": 0.25, "y": 0.5}]),
        ("story", MediaKind.IMAGE, [{"username": "harbour.lane", "x": 0.25, "y": 0.5}]),
        ("reel", VIDEO, [{"username": "harbour.lane"}]),
    ],
)
def test_people_are_tagged_where_the_placement_shows_it(
    placement: str, kind: MediaKind, tags: list[dict[str, Any]]
) -> None:
    params = container_params(post_of(kind, details={"user_tags": (LANE,)}), placement)

    assert json.loads(params["user_tags"]) == tags


def test_a_story_may_tag_somebody_nowhere_in_particular() -> None:
    params = container_params(post_of(details={"user_tags": (SOMEWHERE,)}), "story")

    assert json.loads(params["user_tags"]) == [{"username": "harbour.kids"}]


def test_the_cover_of_a_reel_is_a_moment_of_it_unless_there_is_a_picture() -> None:
    details = {"thumb_offset": instagram_job(kind=VIDEO).post.media[0].facts.duration}
    post = post_of(VIDEO, details=details)

    assert container_params(post, "reel")["thumb_offset"] == "3000"
    assert "thumb_offset" not in container_params(dataclasses.replace(post, cover=media_item()), "reel")


def test_a_carousel_s_files_say_what_they_are_and_the_first_one_carries_the_tags() -> None:
    post = post_of(MediaKind.IMAGE, VIDEO, alt="A loaf", details={"user_tags": (LANE,), "alt": "A warm loaf"})

    picture, film = (child_params(post, item) for item in post.media)

    assert picture.pop("user_tags") == '[{"username": "harbour.lane", "x": 0.25, "y": 0.5}]'
    assert picture == {"is_carousel_item": "true", "alt_text": "A warm loaf"}
    assert film == {"is_carousel_item": "true", "media_type": "VIDEO"}
    assert children_params(["1", "2"]) == {"children": "1,2"}


def test_a_film_that_comes_first_in_a_carousel_is_tagged_without_a_place() -> None:
    post = post_of(VIDEO, MediaKind.IMAGE, details={"user_tags": (LANE,)})

    assert child_params(post, post.media[0])["user_tags"] == '[{"username": "harbour.lane"}]'


def test_the_file_s_address_is_named_after_its_kind() -> None:
    assert file_params(media_item(), "https://c/1") == {"image_url": "https://c/1"}
    assert file_params(media_item(kind=VIDEO), "https://c/1") == {"video_url": "https://c/1"}


@pytest.mark.parametrize(
    ("placement", "post", "says"),
    [
        ("text", post_of(), "no text"),
        ("", post_of(), "no "),
        ("feed", post_of(VIDEO), "use the placement reel"),
        ("reel", post_of(), "a video"),
        ("story", post_of(MediaKind.IMAGE, MediaKind.IMAGE), "no story with 2 files"),
        ("feed", post_of(MediaKind.IMAGE, MediaKind.IMAGE), "no feed with 2 files"),
        ("carousel", post_of(), "2 to 10 files"),
        ("carousel", post_of(*[MediaKind.IMAGE] * 11), "2 to 10 files"),
        ("feed", post_of(details={"native_schedule": True}), "no scheduling of its own"),
    ],
)
def test_what_cannot_be_expressed_is_refused(placement: str, post: Post, says: str) -> None:
    with pytest.raises(UnsupportedError, match=says):
        container_params(post, placement)
