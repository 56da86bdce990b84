"""Read what people choose and write: times in their own zone, links."""

import datetime as dt
import re
import urllib.parse
import zoneinfo

from domain.card import Action
from domain.schedule import to_utc

TONIGHT = dt.time(20)
TOMORROW = dt.time(9)
FARTHEST = dt.timedelta(days=366)
"""A time farther away than this is taken for a slip."""

_TIME = re.compile(
    r"^\s*(?:(?P<date>\d{4}-\d{2}-\d{2}|today|tomorrow)[ ,T]+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})\s*$",
    re.IGNORECASE,
)


def later_choice(action: Action, now: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime | None:
    """Return the time that a Later button stands for; None for other buttons."""
    today = now.astimezone(zone).date()
    match action:
        case Action.LATER_HOUR:
            return now + dt.timedelta(hours=1)
        case Action.LATER_TONIGHT:
            tonight = to_utc(dt.datetime.combine(today, TONIGHT), zone)
            return tonight if tonight > now else now + dt.timedelta(hours=1)
        case Action.LATER_TOMORROW:
            return to_utc(dt.datetime.combine(today + dt.timedelta(days=1), TOMORROW), zone)
        case _:
            return None


def time_in(text: str, now: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime | None:
    """Return the future time that `18:30`, `tomorrow 9:00` or `2026-11-22 09:00` means in a zone.

    A bare time that is over today is tomorrow's. None: it is no time, it is over, or it is too far away.
    """
    found = _TIME.match(text)
    if found is None:
        return None
    today = now.astimezone(zone).date()
    try:
        clock = dt.time(int(found["hour"]), int(found["minute"]))
        moment = to_utc(dt.datetime.combine(_date(found["date"], today), clock), zone)
    except (ValueError, OverflowError):  # the second for a date at either end of the calendar
        return None
    if moment <= now and found["date"] is None:
        moment = to_utc(dt.datetime.combine(today + dt.timedelta(days=1), clock), zone)
    return moment if now < moment <= now + FARTHEST else None


def link_in(text: str) -> str | None:
    """Return the web address that a text consists of; None: it is none."""
    link = text.strip()
    try:
        parts = urllib.parse.urlsplit(link)
    except ValueError:
        return None
    is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return link if is_web and not re.search(r"\s", link) else None


def _date(word: str | None, today: dt.date) -> dt.date:
    match word.lower() if word else None:
        case None | "today":
            return today
        case "tomorrow":
            return today + dt.timedelta(days=1)
        case written:
            return dt.date.fromisoformat(written)
