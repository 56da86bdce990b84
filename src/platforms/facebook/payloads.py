"""What is sent to Facebook for a post. Pure."""

import datetime as dt
import enum
import json
from collections.abc import Callable, Mapping, Sequence

from domain.errors import UnsupportedError
from domain.media import MediaItem, MediaKind
from domain.post import Post
from platforms.facebook.capabilities import (
    FEED,
    LINK,
    MAX_SIMPLE_VIDEO_BYTES,
    PHOTO,
    REEL,
    STORY,
    TEXT,
    VIDEO,
)


class Way(enum.StrEnum):
    """How a post goes out: by which irreversible call, and what must be there before."""

    POST = "post"
    """`/feed`, with words, a link, or photos that were uploaded before."""
    SIMPLE_VIDEO = "simple_video"
    """`/videos`, with an address that Facebook fetches it from."""
    LARGE_VIDEO = "large_video"
    """The end of an upload in parts to `/videos`."""
    REEL = "reel"
    """The end of an upload to `/video_reels`."""
    PHOTO_STORY = "photo_story"
    """`/photo_stories`, with a photo that was uploaded before."""
    VIDEO_STORY = "video_story"
    """The end of an upload to `/video_stories`."""


def way_of(post: Post, placement: str) -> Way:
    """Return how a post goes out at a placement.

    Raises:
        UnsupportedError: it cannot be expressed.
    """
    choose = _PLACEMENTS.get(placement)
    if choose is None:
        raise _unsupported(f"Facebook's API has no {placement}.")
    if post.details.native_schedule and placement == STORY:
        raise _unsupported("Facebook does not keep stories for later; queue it without its own schedule.")
    return choose(post)


def post_params(
    post: Post, photo_ids: Sequence[str] = (), *, scheduled_at: dt.datetime | None = None
) -> dict[str, str]:
    """Return the parameters of `/feed`."""
    params = _named("message", words_of(post)) | _place(post)
    if post.media:
        params["attached_media"] = json.dumps([{"media_fbid": photo_id} for photo_id in photo_ids])
    else:
        params |= _named("link", post.link)
    if scheduled_at is not None:
        params |= {**_at(scheduled_at), "unpublished_content_type": "SCHEDULED"}
    return params


def photo_params(post: Post, item: MediaItem, url: str) -> dict[str, str]:
    """Return the parameters of `/photos` for a photo that is to be part of something."""
    params = {"url": url, "published": "false", **_named("alt_text_custom", post.alt_of(item))}
    if post.details.native_schedule:
        params["temporary"] = "true"
    return params


def video_params(post: Post, *, scheduled_at: dt.datetime | None = None) -> dict[str, str]:
    """Return the parameters that a video of `/videos` is published with, but for the video itself."""
    return _named("description", words_of(post)) | (_at(scheduled_at) if scheduled_at else {})


def reel_params(post: Post, *, scheduled_at: dt.datetime | None = None) -> dict[str, str]:
    """Return the parameters that a reel is finished with, but for the video itself."""
    params = {"video_state": "PUBLISHED", **_named("description", words_of(post)), **_place(post)}
    if post.details.is_ai_generated:
        params["is_ai_generated"] = "true"
    if scheduled_at is not None:
        params |= {"video_state": "SCHEDULED", "scheduled_publish_time": _unix(scheduled_at)}
    return params


def words_of(post: Post) -> str:
    """Return what a post says; beside media the API has no field for a link."""
    if not post.media or not post.link or post.link in post.caption:
        return post.caption
    return f"{post.caption}\n\n{post.link}".strip()


def _text(post: Post) -> Way:
    if post.media or not post.caption.strip():
        raise _unsupported("A text post on Facebook takes words and no files.")
    return Way.POST


def _link(post: Post) -> Way:
    if post.media or not post.link:
        raise _unsupported("A link post on Facebook takes a link and no files.")
    return Way.POST


def _photo(post: Post) -> Way:
    if not post.media or any(item.facts.kind is not MediaKind.IMAGE for item in post.media):
        raise _unsupported("A photo post on Facebook takes pictures alone.")
    return Way.POST


def _video(post: Post) -> Way:
    item = _only_video(post, VIDEO)
    is_simple = item.facts.size_bytes <= MAX_SIMPLE_VIDEO_BYTES
    return Way.SIMPLE_VIDEO if is_simple else Way.LARGE_VIDEO


def _reel(post: Post) -> Way:
    _only_video(post, REEL)
    return Way.REEL


def _story(post: Post) -> Way:
    if len(post.media) != 1:
        raise _unsupported("A story on Facebook takes one file.")
    return Way.VIDEO_STORY if post.media[0].facts.kind is MediaKind.VIDEO else Way.PHOTO_STORY


def _feed(post: Post) -> Way:
    if not post.media:
        return _link(post) if post.link else _text(post)
    if any(item.facts.kind is MediaKind.VIDEO for item in post.media):
        return _video(post)
    return _photo(post)


def _only_video(post: Post, placement: str) -> MediaItem:
    if len(post.media) != 1 or post.media[0].facts.kind is not MediaKind.VIDEO:
        raise _unsupported(f"A {placement} on Facebook takes one video and nothing beside it.")
    return post.media[0]


def _place(post: Post) -> dict[str, str]:
    return _named("place", post.details.location_id)


def _at(scheduled_at: dt.datetime) -> dict[str, str]:
    return {"published": "false", "scheduled_publish_time": _unix(scheduled_at)}


def _unix(at: dt.datetime) -> str:
    return str(int(at.timestamp()))


def _named(name: str, value: str) -> dict[str, str]:
    return {name: value} if value else {}


def _unsupported(why: str) -> UnsupportedError:
    return UnsupportedError(why, platform="facebook")


_PLACEMENTS: Mapping[str, Callable[[Post], Way]] = {
    STORY: _story,
    FEED: _feed,
    TEXT: _text,
    LINK: _link,
    PHOTO: _photo,
    VIDEO: _video,
    REEL: _reel,
}
