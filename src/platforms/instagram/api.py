"""Instagram's calls for one account, with answers as values."""

import dataclasses
import datetime as dt
import enum
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from domain.account import AccessToken
from domain.errors import OutcomeUnknownError, TransientError
from domain.quota import Quota
from platforms._shared.graph import GraphClient
from platforms._shared.graph_answers import AnswerReader, objects_within, optional_text
from platforms._shared.rupload import UploadHost

DEFAULT_QUOTA_TOTAL = 50
"""Posts in 24 hours when the answer does not say. Source: the content_publishing_limit reference, read
2026-11-20; other pages of Meta say 25 and 100."""
PAGE_SIZE = 50
MAX_PAGES = 40
"""Longer listings are given up: an incomplete one proves nothing."""
_POST_FIELDS = "id,timestamp,media_type,media_product_type,caption,permalink"
_READ = AnswerReader("instagram")
_SUBCODE = re.compile(r"\b\d{7}\b")


class ContainerState(enum.StrEnum):
    """Meta's `status_code`."""

    IN_PROGRESS = "IN_PROGRESS"
    FINISHED = "FINISHED"
    PUBLISHED = "PUBLISHED"
    EXPIRED = "EXPIRED"
    ERROR = "ERROR"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Where a container stands."""

    state: ContainerState
    subcode: int | None = None
    """Why it failed; taken out of a sentence, where the documentation promises a number."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A container just made."""

    id: str
    upload_to: str
    """Where the bytes of its video are to go; empty when its files are fetched."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post or story as the account's listings show it."""

    id: str
    posted_at: dt.datetime
    media_type: str
    product_type: str | None
    caption: str | None
    """None: it has none, or the platform does not show it."""
    permalink: str | None
    children: tuple[str, ...] | None
    """The media types of a carousel's files; None: not asked for, or not shown."""


class InstagramApi:
    """The calls that are made for one account."""

    def __init__(
        self, graph: GraphClient, uploads: UploadHost, *, account_id: str, token: AccessToken
    ) -> None:
        self._graph = graph
        self._uploads = uploads
        self._account_id = account_id
        self._token = token

    async def username(self) -> str:
        """Return the account's user name."""
        answer = await self._graph.get(self._account_id, self._token, fields="username,name")
        return _READ.text(answer, "username")

    async def quota(self) -> Quota:
        """Return how many posts of the day are used up."""
        answer = await self._graph.get(
            f"{self._account_id}/content_publishing_limit", self._token, fields="quota_usage,config"
        )
        rows = _READ.objects(answer)
        if len(rows) != 1:
            raise _READ.unreadable("content_publishing_limit")
        config = rows[0].get("config")
        total: Any = cast("dict[str, Any]", config).get("quota_total") if isinstance(config, dict) else None
        return Quota(
            used=_count(rows[0], "quota_usage"), total=total if _is_count(total) else DEFAULT_QUOTA_TOTAL
        )

    async def create_container(self, params: Mapping[str, str]) -> Made:
        """Make a container. Nobody sees it before it is published."""
        answer = await self._graph.post(f"{self._account_id}/media", self._token, params)
        return Made(
            id=_READ.text(answer, "id"),
            upload_to=_READ.text(answer, "uri") if "upload_type" in params else "",
        )

    async def send_file(self, upload_to: str, path: Path) -> None:
        """Send the bytes of a container's video."""
        await self._uploads.send_file(upload_to, self._token, path)

    async def container(self, container_id: str) -> Container:
        """Return where a container stands."""
        answer = await self._graph.get(container_id, self._token, fields="status_code,status")
        code, sentence = answer.get("status_code"), str(answer.get("status") or "")
        if not code and sentence.startswith("Error"):
            code = ContainerState.ERROR  # A client saw it without a code. Source: its PR of 2026-09.
        if code not in set(ContainerState):
            raise _READ.unreadable("the container's status")
        subcode = _SUBCODE.search(sentence)
        return Container(state=ContainerState(code), subcode=int(subcode[0]) if subcode else None)

    async def publish(self, container_id: str) -> str:
        """Publish a container and return the id of the post. Not repeatable.

        Raises:
            OutcomeUnknownError: it is not certain that nothing happened.
            PublishingError: of another kind: nothing happened, for certain.
        """
        answer = await self._graph.post_once(
            f"{self._account_id}/media_publish", self._token, {"creation_id": container_id}
        )
        try:
            return _READ.text(answer, "id")
        except TransientError as error:
            raise OutcomeUnknownError(str(error), platform="instagram") from error

    async def permalink(self, post_id: str) -> str | None:
        """Return a post's public address."""
        answer = await self._graph.get(post_id, self._token, fields="permalink")
        return optional_text(answer, "permalink")

    async def stories(self) -> list[Post]:
        """Return all live stories."""
        return await self._listed("stories", _POST_FIELDS, since=None)

    async def media(self, *, since: dt.datetime, with_children: bool) -> list[Post]:
        """Return the feed posts and reels since then; Meta lists the newest first."""
        fields = f"{_POST_FIELDS},children{{media_type}}" if with_children else _POST_FIELDS
        return await self._listed("media", fields, since=since)

    async def _listed(self, edge: str, fields: str, *, since: dt.datetime | None) -> list[Post]:
        found: list[Post] = []
        page = {"fields": fields, "limit": str(PAGE_SIZE)}
        for _ in range(MAX_PAGES):
            answer = await self._graph.get(f"{self._account_id}/{edge}", self._token, **page)
            posts = [_post(node) for node in _READ.objects(answer)]
            found += posts
            is_past = since is not None and posts and all(post.posted_at < since for post in posts)
            after = _READ.next_cursor(answer)
            if is_past or after is None:
                return [post for post in found if since is None or post.posted_at >= since]
            page["after"] = after
        raise TransientError(f"Instagram's list of {edge} does not end.", platform="instagram")


def _post(node: Mapping[str, Any]) -> Post:
    return Post(
        id=_READ.text(node, "id"),
        posted_at=_READ.time(node, "timestamp"),
        media_type=_READ.text(node, "media_type"),
        product_type=optional_text(node, "media_product_type"),
        caption=optional_text(node, "caption"),
        permalink=optional_text(node, "permalink"),
        children=_children(node),
    )


def _children(node: Mapping[str, Any]) -> tuple[str, ...] | None:
    if "children" not in node:
        return None
    return tuple(_READ.text(child, "media_type") for child in objects_within(node["children"]))


def _count(node: Mapping[str, Any], name: str) -> int:
    value = node.get(name)
    if not _is_count(value):
        raise _READ.unreadable(name)
    return cast("int", value)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
