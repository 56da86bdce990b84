"""Facebook's calls for one Page, with answers as values."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from domain.account import AccessToken
from domain.errors import OutcomeUnknownError, TransientError
from platforms._shared.graph import GraphClient
from platforms._shared.graph_answers import (
    AnswerReader,
    object_within,
    objects_within,
    optional_text,
)

T = TypeVar("T")

PAGE_SIZE = 50
"""Meta takes up to 100. Source: the Page feed reference, as recorded 2026-11-20."""
MAX_PAGES = 40
"""Longer listings are given up: an incomplete one proves nothing."""
SITE = "https://www.facebook.com"
_POST_FIELDS = "id,message,created_time,permalink_url,attachments"

_read = AnswerReader("facebook")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What a listing of the Page shows of one post."""

    id: str
    posted_at: dt.datetime
    message: str | None
    """None: it has none, or the platform does not show it."""
    permalink: str | None
    object_ids: frozenset[str] = frozenset()
    """Photos and videos that it shows, as far as the listing tells."""


class FacebookApi:
    """The calls that are made for one Page."""

    def __init__(
        self, *, graph: GraphClient, video_graph: GraphClient, page_id: str, token: AccessToken
    ) -> None:
        self._graph = graph
        self._video_graph = video_graph
        self._page_id = page_id
        self._token = token

    async def name(self) -> str:
        """Return the Page's name."""
        answer = await self._graph.get(self._page_id, self._token, fields="id,name")
        return _read.text(answer, "name")

    async def upload_photo(self, params: Mapping[str, str]) -> str:
        """Have a photo fetched, to be part of something later, and return its id. Nobody sees it yet."""
        answer = await self._graph.post(f"{self._page_id}/photos", self._token, params)
        return _read.text(answer, "id")

    async def post(self, params: Mapping[str, str]) -> str:
        """Post to the timeline and return the id of the post. Not repeatable.

        Raises:
            OutcomeUnknownError: it is not certain that nothing happened.
            PublishingError: of another kind: nothing happened, for certain.
        """
        answer = await self._graph.post_once(f"{self._page_id}/feed", self._token, params)
        return _or_unknown(lambda: _read.text(answer, "id"))

    async def permalink(self, object_id: str) -> str | None:
        """Return the public address of a post or a video."""
        answer = await self._graph.get(object_id, self._token, fields="permalink_url")
        return _address(answer, "permalink_url")

    async def published_posts(self, *, since: dt.datetime) -> list[Post]:
        """Return the posts since then; Meta lists the newest first."""
        return await self._listed("published_posts", since=since)

    async def _listed(self, edge: str, *, since: dt.datetime) -> list[Post]:
        found: list[Post] = []
        page = {"fields": _POST_FIELDS, "limit": str(PAGE_SIZE)}
        for _ in range(MAX_PAGES):
            answer = await self._graph.get(f"{self._page_id}/{edge}", self._token, **page)
            posts = [_post(node) for node in _read.objects(answer)]
            found += posts
            is_past = posts and all(post.posted_at < since for post in posts)
            after = _read.next_cursor(answer)
            if is_past or after is None:
                return [post for post in found if post.posted_at >= since]
            page["after"] = after
        raise TransientError(f"Facebook's list of {edge} does not end.", platform="facebook")


def _post(node: Mapping[str, Any]) -> Post:
    return Post(
        id=_read.text(node, "id"),
        posted_at=_read.time(node, "created_time"),
        message=optional_text(node, "message"),
        permalink=_address(node, "permalink_url"),
        object_ids=frozenset(_shown(node.get("attachments"))),
    )


def _shown(attachments: object) -> Iterator[str]:
    for attachment in objects_within(attachments):
        shown = optional_text(object_within(attachment, "target"), "id")
        if shown is not None:
            yield shown
        yield from _shown(attachment.get("subattachments"))


def _address(node: Mapping[str, Any], name: str) -> str | None:
    # Videos and reels give a path.
    link = optional_text(node, name)
    return f"{SITE}{link}" if link and link.startswith("/") else link


def _or_unknown(read: Callable[[], T]) -> T:
    # The call was answered as one that worked, so it may have.
    try:
        return read()
    except TransientError as error:
        raise OutcomeUnknownError(str(error), platform="facebook") from error
