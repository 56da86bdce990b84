"""The text of fixed times, such as `mon,wed 09:00,18:30; sat 11:00`: how it is read and written."""

import datetime as dt
from collections.abc import Mapping

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NONE = "none"

ByWeekday = tuple[tuple[dt.time, ...], ...]
"""Monday first, each earliest first."""


def times_in(text: str) -> ByWeekday:
    """Return the times that a text means; empty: none.

    Raises:
        ValueError: it means nothing, with what is expected.
    """
    if text.strip().lower() in {"", NONE}:
        return ()
    by_day: list[set[dt.time]] = [set() for _ in WEEKDAYS]
    for part in text.lower().split(";"):
        days, _, times = part.strip().partition(" ")
        expected = "days with their times such as mon,wed 09:00,18:30; sat 11:00, or none"
        try:
            moments = {dt.time.fromisoformat(time.strip()) for time in times.split(",")}
            numbers = range(7) if days == "daily" else [WEEKDAYS.index(day) for day in days.split(",")]
        except ValueError as error:
            raise ValueError(expected) from error
        if any(moment.tzinfo or moment.second or moment.microsecond for moment in moments):
            raise ValueError(expected)
        for number in numbers:
            by_day[number] |= moments
    return tuple(tuple(sorted(day)) for day in by_day)


def times_written(times: ByWeekday) -> str:
    """Write the days that have the same times together."""
    return "; ".join(_parts(times)) or NONE


def placed_times_in(text: str, placements: frozenset[str]) -> Mapping[str, ByWeekday]:
    """Return, by placement, the times that a text such as `feed daily 18:00; carousel sat 11:00` means.

    Raises:
        ValueError: it means nothing, with what is expected.
    """
    if text.strip().lower() in {"", NONE}:
        return {}
    parts: dict[str, list[str]] = {}
    for part in text.lower().split(";"):
        placement, _, times = part.strip().partition(" ")
        parts.setdefault(placement, []).append(times)
    try:
        found = {placement: times_in("; ".join(parts[placement])) for placement in sorted(parts)}
    except ValueError:
        found = {}
    # Behind a placement there are times; that there are none is said for the whole.
    if not found or not all(found.values()) or not found.keys() <= placements:
        known = ", ".join(sorted(placements))
        raise ValueError(
            f"times of placements ({known}) such as feed daily 18:00; carousel sat 11:00, or none"
        )
    return found


def placed_times_written(times: Mapping[str, ByWeekday]) -> str:
    """Write it so that `placed_times_in` reads it."""
    return "; ".join(f"{name} {part}" for name, days in times.items() for part in _parts(days)) or NONE


def _parts(times: ByWeekday) -> list[str]:
    days: dict[tuple[dt.time, ...], list[str]] = {}
    for name, moments in zip(WEEKDAYS, times, strict=False):
        if moments:
            days.setdefault(moments, []).append(name)
    return [
        f"{','.join(names)} {','.join(f'{time:%H:%M}' for time in moments)}"
        for moments, names in days.items()
    ]
