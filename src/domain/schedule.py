"""When slots are: wall-clock times of a zone, fixed by weekday or spread over a daily window."""

import collections
import dataclasses
import datetime as dt
import hashlib
import zoneinfo
from collections.abc import Mapping, Sequence

from domain.workspace import WorkspaceSettings

_DAY = 24 * 60
MORE = 10_000
"""Slots beside the others are counted from here on, so that no number changes when others come and go."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One time to fill; unique by account, local date and number."""

    local_date: dt.date
    number: int
    """Counts from 0 within the local date, or from `MORE` for those beside the others."""
    at: dt.datetime
    """Aware, UTC."""
    placement: str
    """What is to be made of it, such as `story`."""


def slots_of(date: dt.date, settings: WorkspaceSettings, *, seed: int = 0) -> list[Slot]:
    """Return the slots of one local date, earliest first.

    They are the fixed times of its weekday; without any, each is the middle of its share of the window. The
    fixed times of other placements come beside them.

    Args:
        date: in the zone of the settings.
        settings: of the workspace, or as they are for an account.
        seed: of whose slots these are, such as the account's number: it decides where jitter moves them,
            always to the same place.
    """
    if any(span.includes(date) for span in settings.blackout):
        return []
    minutes, room = _fixed(settings.times[date.weekday()]) if settings.times else _spread(settings)
    wanted = [(minute, number, settings.planned_placement) for number, minute in enumerate(minutes)]
    if more := _more(date, settings):
        wanted = sorted([*wanted, *more])
        room = min(room, _DAY // len(wanted))
    gap = dt.timedelta(minutes=min(settings.slot_gap_minutes, room))
    jitter = min(settings.jitter_minutes, (room - min(settings.slot_gap_minutes, room)) // 2)
    slots: list[Slot] = []
    for minute, number, placement in wanted:
        moved = minute + _jitter(seed, date, number, jitter)
        local = dt.datetime.combine(date, dt.time()) + dt.timedelta(minutes=moved)
        at = to_utc(local, settings.zone)
        if slots:
            at = max(at, slots[-1].at + gap)
        slots.append(Slot(local_date=date, number=number, at=at, placement=placement))
    return slots


def slots_a_week(settings: WorkspaceSettings) -> Mapping[str, int]:
    """Return how many slots of each placement a week has, blackouts aside."""
    counts = collections.Counter({name: sum(map(len, days)) for name, days in settings.more_times.items()})
    counts[settings.planned_placement] += (
        sum(map(len, settings.times)) if settings.times else 7 * settings.posts_per_day
    )
    return counts


def _more(date: dt.date, settings: WorkspaceSettings) -> list[tuple[int, int, str]]:
    """Return minute, number and placement of the slots beside the others."""
    placed = sorted(
        (_minutes(time), placement)
        for placement, days in settings.more_times.items()
        for time in days[date.weekday()]
    )
    return [(minute, MORE + number, placement) for number, (minute, placement) in enumerate(placed)]


def _fixed(times: Sequence[dt.time]) -> tuple[list[int], int]:
    """Return the minutes of a date's fixed slots, and how far two of a date may be pushed apart."""
    minutes = [_minutes(time) for time in times]
    return minutes, _DAY // max(1, len(minutes))


def _spread(settings: WorkspaceSettings) -> tuple[list[int], int]:
    """Return the minutes of slots that are spread over the window, and the room of each."""
    count = settings.posts_per_day
    start = _minutes(settings.window_start)
    end = _minutes(settings.window_end)
    length = end - start if end > start else end - start + _DAY
    return [start + (2 * number + 1) * length // (2 * count) for number in range(count)], length // max(
        1, count
    )


def _jitter(seed: int, date: dt.date, number: int, most: int) -> int:
    """Return by how many minutes a slot is moved, from `-most` to `most`, always the same for a slot."""
    if not most:
        return 0
    digest = hashlib.sha256(f"{seed}:{date}:{number}".encode()).digest()
    return int.from_bytes(digest[:4]) % (2 * most + 1) - most


def start_of_day(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the moment at which the local date of `now` began."""
    return to_utc(dt.datetime.combine(now.astimezone(zone).date(), dt.time()), zone)


def to_utc(local: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return the moment of a naive wall-clock time: in a fold the first, in a gap the first valid minute."""
    moment = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    return _end_of_gap(local, zone)


def _end_of_gap(local: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    # In a gap, fold=1 reads the time with the offset after it and so lands before the gap, and fold=0 beyond
    # it: the change lies between, at the first moment whose offset is the new one.
    before = local.replace(tzinfo=zone, fold=1).astimezone(dt.UTC)
    after = local.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)
    new_offset = after.astimezone(zone).utcoffset()
    seconds_before, seconds_after = int(before.timestamp()), int(after.timestamp())
    while seconds_after - seconds_before > 1:
        middle = (seconds_before + seconds_after) // 2
        if dt.datetime.fromtimestamp(middle, zone).utcoffset() == new_offset:
            seconds_after = middle
        else:
            seconds_before = middle
    return dt.datetime.fromtimestamp(seconds_after, dt.UTC)


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
