"""When a workspace's slots are: wall-clock times of its zone, spread over its daily window."""

import dataclasses
import datetime as dt
import zoneinfo

from domain.workspace import WorkspaceSettings


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One time to fill; unique by account, local date and number."""

    local_date: dt.date
    number: int
    """Counts from 0 within the local date."""
    at: dt.datetime
    """Aware, UTC."""


def slots_of(date: dt.date, settings: WorkspaceSettings) -> list[Slot]:
    """Return the slots of one local date, earliest first: each the middle of its share of the window."""
    count = settings.posts_per_day
    start = _minutes(settings.window_start)
    end = _minutes(settings.window_end)
    length = end - start if end > start else end - start + 24 * 60
    slots: list[Slot] = []
    for number in range(count):
        minute = start + (2 * number + 1) * length // (2 * count)
        local = dt.datetime.combine(date, dt.time()) + dt.timedelta(minutes=minute)
        slots.append(Slot(local_date=date, number=number, at=to_utc(local, settings.zone)))
    return slots


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
