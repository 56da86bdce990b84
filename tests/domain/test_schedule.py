import datetime as dt
import itertools
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.schedule import slots_a_week, slots_of, to_utc
from domain.season import DateSpan
from domain.workspace import WorkspaceSettings

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo"]
zones = st.sampled_from(ZONES).map(zoneinfo.ZoneInfo)
dates = st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31))
minutes_of_day = st.integers(0, 24 * 60 - 1).map(lambda minute: dt.time(minute // 60, minute % 60))


def walls(moment: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    """Return what the clock on the wall shows."""
    return moment.astimezone(zone).replace(tzinfo=None)


def moments_of(local: dt.datetime, zone: zoneinfo.ZoneInfo) -> list[dt.datetime]:
    """Return every moment at which the wall shows this time, found by trying all offsets on Earth."""
    offsets = (dt.timedelta(minutes=minutes) for minutes in range(-14 * 60, 14 * 60 + 1, 15))
    tried = [(local - offset).replace(tzinfo=dt.UTC) for offset in offsets]
    # Offsets of half an hour and all Newfoundland's are multiples of a quarter since 1935.
    return sorted(moment for moment in tried if walls(moment, zone) == local)


@pytest.mark.parametrize(
    ("zone", "wall", "moment"),
    [
        ("UTC", "2026-03-01 12:00", "2026-03-01 12:00"),
        ("Europe/Berlin", "2026-03-28 02:30", "2026-03-28 01:30"),
        ("Europe/Berlin", "2026-03-29 02:30", "2026-03-29 01:00"),
        ("Europe/Berlin", "2026-10-25 02:30", "2026-10-25 00:30"),
        ("America/St_Johns", "2025-03-09 02:59", "2025-03-09 05:30"),
        ("Australia/Lord_Howe", "2024-10-06 02:10", "2024-10-05 15:30"),
        ("Africa/Cairo", "2024-04-26 00:00", "2024-04-25 22:00"),
        ("Pacific/Apia", "2011-12-30 12:00", "2011-12-30 10:00"),
    ],
)
def test_in_a_gap_the_first_valid_minute_and_in_a_fold_the_first_of_two(
    zone: str, wall: str, moment: str
) -> None:
    found = to_utc(dt.datetime.fromisoformat(wall), zoneinfo.ZoneInfo(zone))

    assert found == dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


@settings(deadline=None)
@given(date=dates, time=minutes_of_day, zone=zones)
def test_every_wall_clock_time_has_one_moment_the_first(
    date: dt.date, time: dt.time, zone: zoneinfo.ZoneInfo
) -> None:
    local = dt.datetime.combine(date, time)
    right = moments_of(local, zone)

    moment = to_utc(local, zone)

    if right:
        assert moment == right[0]
    else:
        just_before = walls(moment - dt.timedelta(seconds=1), zone)
        assert just_before < local < walls(moment, zone)


@settings(deadline=None)
@given(
    date=dates,
    zone=st.sampled_from(ZONES),
    posts_per_day=st.integers(0, 24),
    start=minutes_of_day,
    end=minutes_of_day,
)
def test_each_local_date_has_exactly_its_slots_in_order(
    date: dt.date, zone: str, posts_per_day: int, start: dt.time, end: dt.time
) -> None:
    chosen = WorkspaceSettings(timezone=zone, posts_per_day=posts_per_day, window_start=start, window_end=end)

    slots = slots_of(date, chosen)

    assert [slot.number for slot in slots] == list(range(posts_per_day))
    assert {slot.local_date for slot in slots} <= {date}
    assert all(slot.at.tzinfo is dt.UTC for slot in slots)
    assert [slot.at for slot in slots] == sorted(slot.at for slot in slots)


@settings(deadline=None)
@given(date=dates, zone=st.sampled_from(ZONES), posts_per_day=st.integers(1, 24))
def test_slots_lie_inside_the_window(date: dt.date, zone: str, posts_per_day: int) -> None:
    chosen = WorkspaceSettings(timezone=zone, posts_per_day=posts_per_day)

    shown = [walls(slot.at, chosen.zone) for slot in slots_of(date, chosen)]

    assert all(wall.date() == date for wall in shown)
    assert all(chosen.window_start <= wall.time() < chosen.window_end for wall in shown)


def test_three_slots_between_nine_and_nine_lie_in_the_middle_of_their_thirds() -> None:
    slots = slots_of(dt.date(2026, 3, 1), WorkspaceSettings())

    assert [slot.at.strftime("%H:%M") for slot in slots] == ["11:00", "15:00", "19:00"]


def test_a_window_over_midnight_runs_into_the_next_date() -> None:
    night = WorkspaceSettings(posts_per_day=2, window_start=dt.time(22), window_end=dt.time(2))

    slots = slots_of(dt.date(2026, 3, 1), night)

    assert [slot.at.isoformat(" ", "minutes") for slot in slots] == [
        "2026-03-01 23:00+00:00",
        "2026-03-02 01:00+00:00",
    ]
    assert [slot.local_date for slot in slots] == [dt.date(2026, 3, 1)] * 2


@pytest.mark.parametrize("zone", ZONES)
def test_three_years_have_every_slot_once(zone: str) -> None:
    chosen = WorkspaceSettings(timezone=zone, posts_per_day=3)
    days = [dt.date(2024, 1, 1) + dt.timedelta(days=day) for day in range(3 * 365 + 1)]

    moments = [slot.at for day in days for slot in slots_of(day, chosen)]

    assert len(set(moments)) == 3 * len(days)
    assert moments == sorted(moments)


FIXED = WorkspaceSettings(
    timezone="Europe/Berlin",
    times=((dt.time(9), dt.time(18, 30)), (), (), (), (), (dt.time(11),), ()),
)


def test_fixed_times_are_those_of_the_weekday() -> None:
    monday, tuesday, saturday = (dt.date(2026, 3, day) for day in (2, 3, 7))

    assert [f"{slot.at:%H:%M}" for slot in slots_of(monday, FIXED)] == ["08:00", "17:30"]
    assert slots_of(tuesday, FIXED) == []
    assert [slot.number for slot in slots_of(saturday, FIXED)] == [0]
    assert slots_a_week(FIXED) == {"story": 3}


def test_a_blackout_has_no_slot() -> None:
    closed = DateSpan(first=dt.date(2026, 12, 31), last=dt.date(2027, 1, 1))
    chosen = WorkspaceSettings(blackout=(closed,))

    counts = [len(slots_of(dt.date(2026, 12, 30) + dt.timedelta(days=n), chosen)) for n in range(4)]

    assert counts == [3, 0, 0, 3]


def test_slots_that_a_gap_of_the_clock_would_bring_together_keep_their_distance() -> None:
    times = ((dt.time(2, 10), dt.time(2, 50)),) * 7
    chosen = WorkspaceSettings(timezone="Europe/Berlin", times=times, slot_gap_minutes=30)

    slots = slots_of(dt.date(2026, 3, 29), chosen)

    assert [f"{slot.at:%H:%M}" for slot in slots] == ["01:00", "01:30"]


@settings(deadline=None)
@given(
    date=dates,
    zone=st.sampled_from(ZONES),
    posts_per_day=st.integers(1, 48),
    gap=st.integers(0, 720),
    jitter=st.integers(0, 120),
    seed=st.integers(1, 9),
)
def test_jitter_moves_slots_inside_the_window_always_to_the_same_place_and_keeps_their_distance(
    date: dt.date, zone: str, posts_per_day: int, gap: int, jitter: int, seed: int
) -> None:
    chosen = WorkspaceSettings(
        timezone=zone, posts_per_day=posts_per_day, slot_gap_minutes=gap, jitter_minutes=jitter
    )

    slots = slots_of(date, chosen, seed=seed)

    unmoved = slots_of(date, WorkspaceSettings(timezone=zone, posts_per_day=posts_per_day))
    assert slots == slots_of(date, chosen, seed=seed)
    assert [slot.number for slot in slots] == list(range(posts_per_day))
    assert all(
        abs(slot.at - plain.at) <= dt.timedelta(minutes=jitter)
        for slot, plain in zip(slots, unmoved, strict=True)
    )
    room = min(gap, 12 * 60 // posts_per_day)
    assert all(
        later.at - earlier.at >= dt.timedelta(minutes=room) for earlier, later in itertools.pairwise(slots)
    )


@settings(deadline=None)
@given(date=dates, zone=st.sampled_from(ZONES), times=st.lists(minutes_of_day, max_size=9, unique=True))
def test_each_local_date_has_exactly_its_fixed_slots_each_once(
    date: dt.date, zone: str, times: list[dt.time]
) -> None:
    chosen = WorkspaceSettings(timezone=zone, times=(tuple(sorted(times)),) * 7)

    slots = slots_of(date, chosen)

    assert len(slots) == len(times)
    assert [slot.at for slot in slots] == sorted(slot.at for slot in slots)
    for slot, time in zip(slots, sorted(times), strict=True):
        wall = walls(slot.at, chosen.zone)
        # In a gap it is the first valid minute after it; everywhere else the very time.
        assert wall == dt.datetime.combine(date, time) or not moments_of(
            dt.datetime.combine(date, time), chosen.zone
        )
