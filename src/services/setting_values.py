"""How the values of settings are read: text to fields of `WorkspaceSettings`.

Each reader raises `ValueError` with what is expected.
"""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Mapping
from typing import Any

from domain.recipe import Fit
from domain.season import span_in
from domain.workspace import SentMedia

PLANNABLE = frozenset({"story", "feed", "photo", "reel", "video", "carousel"})
"""Placements that show media, of which the planner can fill slots."""


def zone(text: str) -> Mapping[str, Any]:
    """Read an IANA zone."""
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("an IANA zone such as Europe/Berlin") from error
    return {"timezone": text}


def whole(field: str, lowest: int, highest: int) -> Callable[[str], Mapping[str, Any]]:
    """Return a reader of a whole number within these bounds."""

    def read(text: str) -> Mapping[str, Any]:
        expected = f"a whole number from {lowest} to {highest}"
        try:
            number = int(text)
        except ValueError as error:
            raise ValueError(expected) from error
        if not lowest <= number <= highest:
            raise ValueError(expected)
        return {field: number}

    return read


def folder(text: str) -> Mapping[str, Any]:
    """Read the whole path of a folder, or none."""
    if text.lower() == "none":
        return {"media_folder": ""}
    if not text.startswith("/") or "\0" in text:
        raise ValueError("the whole path of a folder, such as /srv/team, or none")
    return {"media_folder": text}


def cap(text: str) -> Mapping[str, Any]:
    """Read a count of posts, or none."""
    if text.lower() == "none":
        return {"daily_cap": None}
    try:
        return whole("daily_cap", 0, 1000)(text)
    except ValueError as error:
        raise ValueError(f"none, or {error}") from error


def hours(text: str) -> Mapping[str, Any]:
    """Read a number of hours, within a week."""
    expected = "a number of hours from 0 to 168"
    try:
        hours = float(text)
    except ValueError as error:
        raise ValueError(expected) from error
    if not 0 <= hours <= 168:  # noqa: PLR2004  (a week)
        raise ValueError(expected)
    return {"misfire_hours": hours}


def window(text: str) -> Mapping[str, Any]:
    """Read two times of a day."""
    try:
        # In whole minutes, as it is stored: seconds would make two times of what is read back as one.
        start, end = (
            dt.time.fromisoformat(part.strip()).replace(second=0, microsecond=0) for part in text.split("-")
        )
    except ValueError as error:
        raise ValueError("two times such as 09:00-21:00") from error
    if start.tzinfo or end.tzinfo or start == end:
        raise ValueError("two different times such as 09:00-21:00")
    return {"window_start": start, "window_end": end}


def blackout(text: str) -> Mapping[str, Any]:
    """Read dates and spans of dates, with commas between, or none."""
    if text.strip().lower() in {"", "none"}:
        return {"blackout": ()}
    spans = {span_in(part) for part in text.split(",")}
    return {"blackout": tuple(sorted(spans, key=lambda span: (span.first, span.last)))}


def switch(field: str) -> Callable[[str], Mapping[str, Any]]:
    """Return a reader of on or off."""

    def read(text: str) -> Mapping[str, Any]:
        words = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
        try:
            return {field: words[text.lower()]}
        except KeyError as error:
            raise ValueError("on or off") from error

    return read


def choice(field: str, words: Mapping[str, bool]) -> Callable[[str], Mapping[str, Any]]:
    """Return a reader of one of these words."""

    def read(text: str) -> Mapping[str, Any]:
        try:
            return {field: words[text.lower()]}
        except KeyError as error:
            raise ValueError(" or ".join(words)) from error

    return read


def names(field: str) -> Callable[[str], Mapping[str, Any]]:
    """Return a reader of names with commas between."""
    return lambda text: {field: frozenset(name.strip() for name in text.split(",") if name.strip())}


def placement(text: str) -> Mapping[str, Any]:
    """Read a placement that the planner can fill slots with."""
    if text not in PLANNABLE:
        raise ValueError(" or ".join(sorted(PLANNABLE)))
    return {"planned_placement": text}


def fit(text: str) -> Mapping[str, Any]:
    """Read how a picture comes to another ratio."""
    return {"fit": _fit_named(text)}


def fits(text: str) -> Mapping[str, Any]:
    """Read the same for categories, with commas between."""
    pairs = [part.rpartition(":") for part in text.split(",") if part.strip()]
    if not all(category.strip() for category, _, _ in pairs):
        raise ValueError("categories, each with how, such as quotes:as_is,food:crop")
    named = {category.strip(): _fit_named(fit.strip()) for category, _, fit in pairs}
    return {"fit_by_category": tuple(sorted(named.items()))}


def _fit_named(text: str) -> Fit:
    try:
        return Fit(text.lower())
    except ValueError as error:
        raise ValueError(" or ".join(Fit)) from error


def sent(text: str) -> Mapping[str, Any]:
    """Read what becomes of media that members send."""
    try:
        return {"sent_media": SentMedia(text.lower())}
    except ValueError as error:
        raise ValueError(" or ".join(SentMedia)) from error
