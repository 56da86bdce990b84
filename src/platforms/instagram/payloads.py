"""What is sent to Instagram for a post. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence

from domain.errors import UnsupportedError
from domain.media import MediaItem, MediaKind
from domain.post import Post, UserTag
from platforms.instagram.capabilities import CAROUSEL, FEED, MAX_CHILDREN, MIN_CHILDREN, REEL, STORY

SENT_BY_US: Mapping[str, str] = {"upload_type": "resumable"}
"""Stands for the address of a video whose bytes follow."""


def container_params(post: Post, placement: str) -> dict[str, str]:
    """Return the parameters of a post's container, but for its file, its cover's address or its children.

    Raises:
        UnsupportedError: this placement, or these files at it, cannot be expressed.
    """
    write = _PLACEMENTS.get(placement)
    if write is None:
        raise _unsupported(f"Instagram's API has no {placement}.")
    if post.details.native_schedule:
        raise _unsupported("Instagram's API has no scheduling of its own; Storyline keeps the time itself.")
    return write(post)


def child_params(post: Post, item: MediaItem) -> dict[str, str]:
    """Return the parameters of the container of one file of a carousel, but for the file's address."""
    params = {"is_carousel_item": "true"}
    # A carousel has no tags as a whole; they are meant for what is seen first.
    tags = post.details.user_tags if item.id == post.media[0].id else ()
    if item.facts.kind is MediaKind.VIDEO:
        # A documented sample leaves the type out; the API then asks for an image. Source: a client log, as
        # recorded 2026-11-20.
        return params | {"media_type": "VIDEO"} | _tags(_without_place(tags))
    return params | _alt(post, item) | _tags(tags)


def file_params(item: MediaItem, url: str) -> dict[str, str]:
    """Return the parameter that names the file's address."""
    return {"video_url" if item.facts.kind is MediaKind.VIDEO else "image_url": url}


def children_params(container_ids: Sequence[str]) -> dict[str, str]:
    """Return the parameter that names a carousel's children."""
    return {"children": ",".join(container_ids)}


def _story(post: Post) -> dict[str, str]:
    _one_file(post, "story")
    return {"media_type": "STORIES"} | _tags(post.details.user_tags) | _ai(post)


def _feed(post: Post) -> dict[str, str]:
    item = _one_file(post, "feed")
    if item.facts.kind is not MediaKind.IMAGE:
        raise _unsupported("Instagram's feed takes single videos only as reels: use the placement reel.")
    return _caption(post) | _alt(post, item) | _tags(post.details.user_tags) | _company(post)


def _reel(post: Post) -> dict[str, str]:
    item = _one_file(post, "reel")
    if item.facts.kind is not MediaKind.VIDEO:
        raise _unsupported("A reel is a video.")
    details = post.details
    params = {"media_type": "REELS", "share_to_feed": "true" if details.share_to_feed else "false"}
    if details.thumb_offset is not None and post.cover is None:
        params["thumb_offset"] = str(round(details.thumb_offset.total_seconds() * 1000))
    return params | _caption(post) | _tags(_without_place(details.user_tags)) | _company(post)


def _carousel(post: Post) -> dict[str, str]:
    if not MIN_CHILDREN <= len(post.media) <= MAX_CHILDREN:
        raise _unsupported(f"A carousel takes {MIN_CHILDREN} to {MAX_CHILDREN} files.")
    return {"media_type": "CAROUSEL"} | _caption(post) | _company(post)


def _one_file(post: Post, placement: str) -> MediaItem:
    if len(post.media) != 1:
        raise _unsupported(f"Instagram's API takes no {placement} with {len(post.media)} files.")
    return post.media[0]


def _caption(post: Post) -> dict[str, str]:
    return {"caption": post.caption} if post.caption else {}


def _alt(post: Post, item: MediaItem) -> dict[str, str]:
    alt = post.alt_of(item)
    return {"alt_text": alt} if alt else {}


def _tags(tags: Sequence[UserTag]) -> dict[str, str]:
    if not tags:
        return {}
    places = [
        {"username": tag.name} | ({} if tag.x is None or tag.y is None else {"x": tag.x, "y": tag.y})
        for tag in tags
    ]
    return {"user_tags": json.dumps(places)}


def _without_place(tags: Sequence[UserTag]) -> list[UserTag]:
    return [UserTag(name=tag.name) for tag in tags]


def _company(post: Post) -> dict[str, str]:
    params: dict[str, str] = {}
    if post.details.collaborators:
        params["collaborators"] = json.dumps(post.details.collaborators)
    if post.details.location_id:
        params["location_id"] = post.details.location_id
    return params | _ai(post)


def _ai(post: Post) -> dict[str, str]:
    return {"is_ai_generated": "true"} if post.details.is_ai_generated else {}


def _unsupported(says: str) -> UnsupportedError:
    return UnsupportedError(says, platform="instagram")


_PLACEMENTS: Mapping[str, Callable[[Post], dict[str, str]]] = {
    STORY: _story,
    FEED: _feed,
    REEL: _reel,
    CAROUSEL: _carousel,
}
