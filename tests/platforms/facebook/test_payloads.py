import dataclasses
import datetime as dt
import json
from typing import Any

import pytest

from domain.errors import UnsupportedError
from domain.media import MediaItem, MediaKind
from domain.post import Post
from platforms.facebook.capabilities import MAX_SIMPLE_VIDEO_BYTES
from platforms.facebook.payloads import (
    Way,
    photo_params,
    post_params,
    reel_params,
    video_params,
    way_of,
    words_of,
)
from support.facebook import facebook_job
from support.instagram import media_item

TOMORROW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
ADDRESS = "https://bakery.example/bread"


def photo() -> MediaItem:
    return media_item(alt="A loaf")


def video(*, size_bytes: int = 1000) -> MediaItem:
    item = media_item(kind=MediaKind.VIDEO)
    return dataclasses.replace(item, facts=dataclasses.replace(item.facts, size_bytes=size_bytes))


def post(*media: MediaItem, caption: str = "", link: str = "", **details: Any) -> Post:
    return facebook_job(placement="feed", caption=caption, link=link, media=media, **details).post


@pytest.mark.parametrize(
    ("placement", "content", "way"),
    [
        ("text", post(caption="Hello"), Way.POST),
        ("link", post(link=ADDRESS), Way.POST),
        ("photo", post(photo(), photo()), Way.POST),
        ("feed", post(caption="Hello"), Way.POST),
        ("feed", post(link=ADDRESS), Way.POST),
        ("feed", post(photo()), Way.POST),
        ("feed", post(video()), Way.SIMPLE_VIDEO),
        ("video", post(video(size_bytes=MAX_SIMPLE_VIDEO_BYTES)), Way.SIMPLE_VIDEO),
        ("video", post(video(size_bytes=MAX_SIMPLE_VIDEO_BYTES + 1)), Way.LARGE_VIDEO),
        ("reel", post(video()), Way.REEL),
        ("story", post(photo()), Way.PHOTO_STORY),
        ("story", post(video()), Way.VIDEO_STORY),
    ],
)
def test_a_placement_and_its_content_decide_the_way(placement: str, content: Post, way: Way) -> None:
    assert way_of(content, placement) is way


@pytest.mark.parametrize(
    ("placement", "content"),
    [
        ("hologram", post(photo())),
        ("carousel", post(photo(), photo())),
        ("text", post()),
        ("text", post(photo(), caption="Hello")),
        ("link", post(caption="Hello")),
        ("photo", post(video())),
        ("photo", post(caption="Hello")),
        ("video", post(photo())),
        ("video", post(video(), video())),
        ("reel", post(video(), photo())),
        ("story", post(photo(), photo())),
        ("feed", post()),
        ("feed", post(photo(), video())),
    ],
)
def test_what_cannot_be_expressed_is_refused_in_words(placement: str, content: Post) -> None:
    with pytest.raises(UnsupportedError, match="Facebook"):
        way_of(content, placement)


def test_a_link_stands_in_its_own_field_without_media_and_below_the_words_with_them() -> None:
    assert post_params(post(caption="Read", link=ADDRESS)) == {"message": "Read", "link": ADDRESS}
    assert words_of(post(photo(), caption="Read", link=ADDRESS)) == f"Read\n\n{ADDRESS}"
    assert words_of(post(photo(), link=ADDRESS)) == ADDRESS
    assert words_of(post(photo(), caption=f"Read {ADDRESS}!", link=ADDRESS)) == f"Read {ADDRESS}!"


def test_photos_are_attached_in_their_order() -> None:
    params = post_params(post(photo(), photo(), caption="Two"), ["7", "8"])

    assert params["message"] == "Two"
    assert json.loads(params["attached_media"]) == [{"media_fbid": "7"}, {"media_fbid": "8"}]


def test_a_photo_is_uploaded_unpublished_with_its_words_for_the_blind() -> None:
    item = photo()

    assert photo_params(post(item), item, "https://cloud.example/1.jpg") == {
        "url": "https://cloud.example/1.jpg",
        "published": "false",
        "alt_text_custom": "A loaf",
    }


def test_a_photo_of_a_post_for_later_is_kept_until_then() -> None:
    item = photo()

    assert photo_params(post(item, native_schedule=True), item, "u")["temporary"] == "true"


def test_what_facebook_is_to_publish_later_says_when() -> None:
    at = str(int(TOMORROW.timestamp()))

    words = post_params(post(caption="Later"), scheduled_at=TOMORROW)
    film = video_params(post(video(), caption="Later"), scheduled_at=TOMORROW)
    reel = reel_params(post(video(), caption="Later"), scheduled_at=TOMORROW)

    assert words == {
        "message": "Later",
        "published": "false",
        "scheduled_publish_time": at,
        "unpublished_content_type": "SCHEDULED",
    }
    assert film == {"description": "Later", "published": "false", "scheduled_publish_time": at}
    assert reel == {"description": "Later", "video_state": "SCHEDULED", "scheduled_publish_time": at}


def test_a_reel_is_published_with_its_place_and_its_label() -> None:
    params = reel_params(post(video(), caption="Dough", location_id="99", is_ai_generated=True))

    assert params == {
        "video_state": "PUBLISHED",
        "description": "Dough",
        "place": "99",
        "is_ai_generated": "true",
    }
