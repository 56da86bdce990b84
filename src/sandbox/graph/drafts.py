"""What a container is to be, read from the parameters of `POST /{ig}/media`."""

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.graph.accounts import Surface
from sandbox.graph.errors import (
    CAPTION_TOO_LONG,
    TOO_MANY_TAGS,
    UNKNOWN_MEDIA_TYPE,
    GraphError,
    bad_parameter,
)
from sandbox.graph.wire import GraphRequest

MOST_CAPTION_CHARS, MOST_HASHTAGS, MOST_MENTIONS, MOST_ALT_CHARS = 2200, 30, 20, 1000
"""Source: IG User Media reference, as recorded 2026-11-20."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A container's content before anything is fetched."""

    surface: Surface
    is_video: bool
    url: str
    caption: str


def read_draft(request: GraphRequest) -> Draft:
    """Return what is asked for. Raises `GraphError` for what Instagram would refuse unseen."""
    kind = _KINDS.get(request.params.get("media_type", ""))
    if kind is None:
        raise GraphError(UNKNOWN_MEDIA_TYPE)
    draft = kind(request)
    _check_texts(request.params)
    if "user_tags" in request.params:
        _check_user_tags(request.params["user_tags"], needs_place=draft.surface is Surface.FEED)
    return draft


def _feed_image(request: GraphRequest) -> Draft:
    return Draft(
        surface=Surface.FEED,
        is_video=False,
        url=request.required("image_url"),
        caption=request.params.get("caption", ""),
    )


def _story(request: GraphRequest) -> Draft:
    # A caption is taken and shown nowhere.
    if "image_url" in request.params and "video_url" in request.params:
        raise bad_parameter("(#100) Only one of image_url and video_url can be given.")
    is_video = "video_url" in request.params
    url = request.required("video_url" if is_video else "image_url")
    return Draft(surface=Surface.STORY, is_video=is_video, url=url, caption="")


_KINDS: Mapping[str, Callable[[GraphRequest], Draft]] = {
    "": _feed_image,
    "IMAGE": _feed_image,
    "STORIES": _story,
}
"""By `media_type`. Reels and carousels are not played yet."""


def _check_texts(params: Mapping[str, str]) -> None:
    caption = params.get("caption", "")
    if len(caption) > MOST_CAPTION_CHARS or len(re.findall(r"#\w", caption)) > MOST_HASHTAGS:
        raise GraphError(CAPTION_TOO_LONG)
    if len(re.findall(r"(?<!\w)@\w", caption)) > MOST_MENTIONS:
        raise GraphError(TOO_MANY_TAGS)
    if len(params.get("alt_text", "")) > MOST_ALT_CHARS:
        raise bad_parameter("(#100) Param alt_text must be at most 1000 characters long")


def _check_user_tags(text: str, *, needs_place: bool) -> None:
    try:
        tags: list[dict[str, Any]] = json.loads(text)
        are_good = all(
            tag["username"] and all(0 <= float(tag[axis]) <= 1 for axis in "xy" if needs_place or axis in tag)
            for tag in tags
        )
    except (ValueError, TypeError, KeyError):
        are_good = False
    if not are_good:
        raise bad_parameter("(#100) Param user_tags must be a list of username, x and y")
