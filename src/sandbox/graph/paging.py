"""Cursor paging, newest first."""

import base64
import binascii
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sandbox.graph.accounts import Post
from sandbox.graph.errors import bad_parameter
from sandbox.graph.wire import GraphRequest, query

DEFAULT_LIMIT, MOST_LIMIT = 25, 100


class Listed(Protocol):
    """Whatever stands in a listing."""

    @property
    def id(self) -> str:
        """Its id; the cursors are made of it."""
        ...


T = TypeVar("T", bound=Listed)


def page_of(posts: Sequence[T], request: GraphRequest) -> tuple[Sequence[T], dict[str, Any]]:
    """Return one page of posts, and the `paging` object that leads on from it.

    Raises:
        GraphError: 100 for a cursor or a limit that is none.
    """
    limit = _limit(request.params)
    start, end = 0, len(posts)
    ids = [post.id for post in posts]
    if "after" in request.params:
        start = _position(ids, request.params["after"]) + 1
    elif "before" in request.params:
        end = _position(ids, request.params["before"])
        start = max(0, end - limit)
    page = posts[start:end][:limit]
    if not page:
        return page, {}
    cursors = {"before": _cursor(page[0].id), "after": _cursor(page[-1].id)}
    paging: dict[str, Any] = {"cursors": cursors}
    if start + len(page) < len(posts):
        paging["next"] = _link(request, {"after": cursors["after"]})
    if start > 0:
        paging["previous"] = _link(request, {"before": cursors["before"]})
    return page, paging


def within(posts: Sequence[Post], params: Mapping[str, str]) -> list[Post]:
    """Return the posts between `since` and `until`, where they are given."""
    since, until = window(params)
    return [post for post in posts if since <= post.published_at <= until]


def window(params: Mapping[str, str]) -> tuple[dt.datetime, dt.datetime]:
    """Return `since` and `until`; raises `GraphError` for one that is no time."""
    return (
        _moment(params, "since") or dt.datetime.min.replace(tzinfo=dt.UTC),
        _moment(params, "until") or dt.datetime.max.replace(tzinfo=dt.UTC),
    )


def _limit(params: Mapping[str, str]) -> int:
    text = params.get("limit", str(DEFAULT_LIMIT))
    if not text.isdecimal() or int(text) == 0:
        raise bad_parameter("(#100) Param limit must be a positive number")
    return min(int(text), MOST_LIMIT)


def _moment(params: Mapping[str, str], name: str) -> dt.datetime | None:
    if name not in params:
        return None
    text = params[name]
    try:
        if text.isdecimal():
            return dt.datetime.fromtimestamp(int(text), dt.UTC)
        given = dt.datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        raise bad_parameter(f"(#100) Param {name} must be a valid time") from None
    return given if given.tzinfo else given.replace(tzinfo=dt.UTC)


def _cursor(post_id: str) -> str:
    return base64.urlsafe_b64encode(f"QVFI{post_id}".encode()).decode().rstrip("=")


def _position(ids: Sequence[str], cursor: str) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return ids.index(base64.urlsafe_b64decode(padded).decode().removeprefix("QVFI"))
    except (ValueError, binascii.Error):
        raise bad_parameter("(#100) Invalid cursors values") from None


def _link(request: GraphRequest, cursor: Mapping[str, str]) -> str:
    kept = {name: value for name, value in request.params.items() if name not in {"after", "before"}}
    if request.token is not None:
        kept["access_token"] = request.token
    return f"{request.base_url}/{request.version}/{'/'.join(request.path)}?{query({**kept, **cursor})}"
