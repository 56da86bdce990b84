"""What a container is to be, read from the parameters of `POST /{ig}/media`."""

import dataclasses
import re
from collections.abc import Callable, Mapping

from sandbox.graph.accounts import Surface
from sandbox.graph.details import NO_DETAILS, Details
from sandbox.graph.errors import (
    CAPTION_TOO_LONG,
    ITEM_ALONE,
    TOO_MANY_TAGS,
    UNKNOWN_MEDIA_TYPE,
    GraphError,
    bad_parameter,
)
from sandbox.graph.parameters import as_list, is_true, read_details
from sandbox.graph.wire import GraphRequest

MOST_CAPTION_CHARS, MOST_HASHTAGS, MOST_MENTIONS = 2200, 30, 20
"""Source: IG User Media reference, as recorded 2026-11-20."""

_SPECIAL: Mapping[str, frozenset[Surface]] = {
    "caption": frozenset({Surface.FEED, Surface.STORY, Surface.REEL, Surface.CAROUSEL}),
    "alt_text": frozenset({Surface.FEED, Surface.ITEM}),
    "location_id": frozenset({Surface.FEED, Surface.REEL, Surface.CAROUSEL}),
    "collaborators": frozenset({Surface.FEED, Surface.REEL, Surface.CAROUSEL}),
    "is_ai_generated": frozenset({Surface.FEED, Surface.STORY, Surface.REEL, Surface.CAROUSEL}),
    "cover_url": frozenset({Surface.REEL}),
    "thumb_offset": frozenset({Surface.REEL, Surface.ITEM}),
    "share_to_feed": frozenset({Surface.REEL}),
    "audio_name": frozenset({Surface.REEL}),
    "trial_params": frozenset({Surface.REEL}),
    "children": frozenset({Surface.CAROUSEL}),
    "upload_type": frozenset({Surface.STORY, Surface.REEL, Surface.ITEM}),
}
"""Which kinds of container take a parameter that not all take. Source: IG User Media reference, as recorded
2026-11-20. It does not say of each whether the others refuse or ignore it; here all are refused."""
_KINDS: Mapping[str, Surface] = {
    "": Surface.FEED,
    "IMAGE": Surface.FEED,
    "STORIES": Surface.STORY,
    "REELS": Surface.REEL,
    "CAROUSEL": Surface.CAROUSEL,
}
"""By `media_type`. A single `VIDEO` is none since 2023-07."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A container's content before anything is fetched."""

    surface: Surface
    is_video: bool = False
    url: str = ""
    """Empty for a carousel and for what will be uploaded."""
    caption: str = ""
    details: Details = NO_DETAILS
    cover_url: str = ""
    child_ids: tuple[str, ...] = ()
    is_uploaded: bool = False


def surface_of(params: Mapping[str, str]) -> Surface:
    """Return what a container is to become. Raises `GraphError` when there is no such kind."""
    kind = params.get("media_type", "")
    if is_true(params, "is_carousel_item"):
        if kind not in {"", "IMAGE", "VIDEO"}:
            raise bad_parameter(f"(#100) The media_type {kind} is not allowed for carousel child")
        return Surface.ITEM
    if kind == "VIDEO":
        raise GraphError(ITEM_ALONE)
    if kind not in _KINDS:
        raise GraphError(UNKNOWN_MEDIA_TYPE)
    return _KINDS[kind]


def read_draft(request: GraphRequest) -> Draft:
    """Return what is asked for. Raises `GraphError` for what Instagram would refuse unseen."""
    surface = surface_of(request.params)
    _check_allowed(request.params, surface)
    _check_caption(request.params.get("caption", ""))
    draft = _READERS[surface](request)
    if draft.is_video and request.params.get("alt_text"):
        raise bad_parameter("(#100) The param alt_text is not allowed for videos")
    return dataclasses.replace(
        draft,
        # A story's caption is taken and shown nowhere.
        caption="" if surface is Surface.STORY else request.params.get("caption", ""),
        details=read_details(request.params, tags_need_place=_tags_need_place(draft)),
    )


def _check_allowed(params: Mapping[str, str], surface: Surface) -> None:
    for name, surfaces in _SPECIAL.items():
        if params.get(name) and surface not in surfaces:
            where = "carousel child" if surface is Surface.ITEM else f"{surface} media"
            raise bad_parameter(f"(#100) The param {name} is not allowed for {where}")


def _check_caption(caption: str) -> None:
    if len(caption) > MOST_CAPTION_CHARS or len(re.findall(r"#\w", caption)) > MOST_HASHTAGS:
        raise GraphError(CAPTION_TOO_LONG)
    if len(re.findall(r"(?<!\w)@\w", caption)) > MOST_MENTIONS:
        raise GraphError(TOO_MANY_TAGS)


def _feed_image(request: GraphRequest) -> Draft:
    return Draft(surface=Surface.FEED, url=request.required("image_url"))


def _story(request: GraphRequest) -> Draft:
    if "image_url" in request.params and "video_url" in request.params:
        raise bad_parameter("(#100) Only one of image_url and video_url can be given.")
    if "video_url" in request.params or _is_uploaded(request):
        return _video(request, Surface.STORY)
    return Draft(surface=Surface.STORY, url=request.required("image_url"))


def _reel(request: GraphRequest) -> Draft:
    reel = _video(request, Surface.REEL)
    return dataclasses.replace(reel, cover_url=request.params.get("cover_url", ""))


def _item(request: GraphRequest) -> Draft:
    if request.params.get("media_type") == "VIDEO":
        return _video(request, Surface.ITEM)
    return Draft(surface=Surface.ITEM, url=request.required("image_url"))


def _carousel(request: GraphRequest) -> Draft:
    return Draft(surface=Surface.CAROUSEL, child_ids=as_list(request.required("children"), "children"))


def _video(request: GraphRequest, surface: Surface) -> Draft:
    if not _is_uploaded(request):
        return Draft(surface=surface, is_video=True, url=request.required("video_url"))
    if request.params.get("video_url"):
        raise bad_parameter("(#100) Only one of video_url and upload_type can be given.")
    return Draft(surface=surface, is_video=True, is_uploaded=True)


def _is_uploaded(request: GraphRequest) -> bool:
    kind = request.params.get("upload_type")
    if kind and kind != "resumable":
        raise bad_parameter("(#100) Param upload_type must be one of {RESUMABLE}")
    return bool(kind)


def _tags_need_place(draft: Draft) -> bool:
    return draft.surface in {Surface.FEED, Surface.ITEM} and not draft.is_video


_READERS: Mapping[Surface, Callable[[GraphRequest], Draft]] = {
    Surface.FEED: _feed_image,
    Surface.STORY: _story,
    Surface.REEL: _reel,
    Surface.CAROUSEL: _carousel,
    Surface.ITEM: _item,
}
