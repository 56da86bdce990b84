"""The headers by which Meta tells how much of its limits of calls is used.

Source: developers.facebook.com/docs/graph-api/overview/rate-limiting, with captures of public clients, as
recorded 2026-11-20. Any of them may be missing, also on the answer that refuses a call.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import httpx

from domain.account import AccessToken
from domain.throttle import LimitUse

APP = "x-app-usage"
"""`{"call_count": 1, "total_time": 1, "total_cputime": 1}`, in percent of what the app may do."""
BUSINESS = "x-business-use-case-usage"
"""By id, lists of the same with `estimated_time_to_regain_access`, in minutes. A call with an account's token
gets the rows of the account and of what stands behind it."""
PAGE = "x-page-usage"
"""In the shape of `APP`; no longer documented, but still read by clients."""
MOST_TOKENS = 10_000
"""Readings that nobody fetches are forgotten, oldest first."""
LONGEST_WAIT = dt.timedelta(days=7)
"""Longer ones are not believed: nobody would take the account up again."""
_SHARES = ("call_count", "total_time", "total_cputime")


class UsageMeter:
    """Keeps what answers say of limits until somebody asks, by the token of the call."""

    def __init__(self) -> None:
        self._heard: dict[str, LimitUse] = {}

    async def watch(self, response: httpx.Response) -> None:
        """Read the headers of one answer; to be called for each of them."""
        use = limit_use(response.headers)
        if use is None:
            return
        name = _name(response.request.headers.get("authorization", "").partition(" ")[2])
        earlier = self._heard.pop(name, use)
        self._heard[name] = use.joined(earlier)
        if len(self._heard) > MOST_TOKENS:
            del self._heard[next(iter(self._heard))]

    def take(self, token: AccessToken) -> LimitUse | None:
        """Return the worst that answers to calls with this token said since this was last asked."""
        return self._heard.pop(_name(token.value.strip()), None)


def limit_use(headers: Mapping[str, str]) -> LimitUse | None:
    """Return what an answer says of limits; None: nothing that can be read."""
    app, page = _percent(_parsed(headers, APP)), _percent(_parsed(headers, PAGE))
    rows = list(_business_rows(_parsed(headers, BUSINESS)))
    if app is None and page is None and not rows:
        return None
    minutes = max((_whole(row.get("estimated_time_to_regain_access")) for row in rows), default=0)
    return LimitUse(
        account_percent=max([page or 0, *(_percent(row) or 0 for row in rows)]),
        app_percent=app or 0,
        regain_after=min(dt.timedelta(minutes=minutes), LONGEST_WAIT),
    )


def _parsed(headers: Mapping[str, str], name: str) -> object:
    if not (text := headers.get(name)):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _business_rows(usage: object) -> Iterator[dict[str, Any]]:
    for rows in _object(usage).values():
        if isinstance(rows, list):
            yield from map(_object, cast("list[object]", rows))


def _object(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _percent(usage: object) -> int | None:
    """Return the largest share of a row; None: it has none."""
    row = _object(usage)
    return max((_whole(row[share]) for share in _SHARES if share in row), default=None)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**31:
        return 0
    return int(value)


def _name(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
