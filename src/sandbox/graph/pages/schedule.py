"""When something is to go live: at once, at a time, or not by itself."""

import datetime as dt

from sandbox.graph.errors import GraphError, bad_parameter
from sandbox.graph.pages.refusals import BAD_SCHEDULE, SCHEDULED_AND_PUBLISHED
from sandbox.graph.settings import GraphSettings
from sandbox.graph.wire import GraphRequest

_TRUE, _FALSE = {"true", "1"}, {"false", "0"}


def goes_live_at(request: GraphRequest, now: dt.datetime, settings: GraphSettings) -> dt.datetime | None:
    """Return what `published` and `scheduled_publish_time` ask for: `now`, a later time, or None for a draft.

    The window is the narrowest that Meta's pages agree on; they give four different ones.
    """
    is_published = flag(request, "published", default=True)
    text = request.params.get("scheduled_publish_time")
    if text is None:
        if request.params.get("unpublished_content_type") == "SCHEDULED":
            raise GraphError(BAD_SCHEDULE)
        return now if is_published else None
    if is_published:
        raise GraphError(SCHEDULED_AND_PUBLISHED)
    return scheduled_time(text, now, settings)


def scheduled_time(text: str, now: dt.datetime, settings: GraphSettings) -> dt.datetime:
    """Return a time within the window for scheduling; raises `GraphError`."""
    at = _time(text)
    earliest = now + dt.timedelta(minutes=settings.schedule_earliest_minutes)
    latest = now + dt.timedelta(days=settings.schedule_latest_days)
    if at is None or not earliest <= at <= latest:
        raise GraphError(BAD_SCHEDULE)
    return at


def flag(request: GraphRequest, name: str, *, default: bool) -> bool:
    """Return a parameter that is true or false; raises `GraphError` for anything else."""
    text = request.params.get(name, "").lower()
    if not text:
        return default
    if text not in _TRUE | _FALSE:
        raise bad_parameter(f"(#100) Param {name} must be a boolean")
    return text in _TRUE


def _time(text: str) -> dt.datetime | None:
    """Read Unix seconds or ISO 8601; the real API also takes words such as `tomorrow`."""
    try:
        if text.isdecimal():
            return dt.datetime.fromtimestamp(int(text), dt.UTC)
        at = dt.datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)
