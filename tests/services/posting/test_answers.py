"""Times and links as people write them."""

import datetime as dt
import zoneinfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.card import Action
from services.posting.answers import FARTHEST, later_choice, link_in, time_in

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
NOON = dt.datetime(2026, 3, 10, 11, 0, tzinfo=dt.UTC)
"""Noon in Berlin, a Tuesday."""
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Kiritimati"]).map(
    zoneinfo.ZoneInfo
)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOON + dt.timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("18:30", "2026-03-10 18:30"),
        ("18.30", "2026-03-10 18:30"),
        (" 9:05 ", "2026-03-11 09:05"),
        ("12:00", "2026-03-11 12:00"),
        ("12:01", "2026-03-10 12:01"),
        ("0:00", "2026-03-11 00:00"),
        ("today 12:01", "2026-03-10 12:01"),
        ("tomorrow 9:00", "2026-03-11 09:00"),
        ("Tomorrow, 9:00", "2026-03-11 09:00"),
        ("2026-11-22 09:00", "2026-11-22 09:00"),
        ("2026-11-22T09:00", "2026-11-22 09:00"),
        ("2027-03-11 12:00", "2027-03-11 12:00"),
        ("2026-03-29 02:30", "2026-03-29 03:00"),  # the clocks go from 2:00 to 3:00
        ("2026-10-25 02:30", "2026-10-25 02:30"),  # twice that night; the first
    ],
)
def test_a_time_is_read_by_the_teams_clock(text: str, local: str) -> None:
    read = time_in(text, NOON, BERLIN)

    assert read is not None
    assert f"{read.astimezone(BERLIN):%Y-%m-%d %H:%M}" == local
    assert read.astimezone(BERLIN).fold == 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "9",
        "24:00",
        "12:60",
        "12:5",
        "today 11:59",
        "today 12:00",
        "2026-03-09 18:00",
        "2026-02-30 18:00",
        "2027-03-12 12:00",
        "9999-12-31 23:59",
        "0001-01-01 00:00",
        "18:30 please",
        "at 18:30",
        "-1:30",
    ],
)
def test_what_is_no_time_to_come_is_none(text: str) -> None:
    assert time_in(text, NOON, BERLIN) is None


@given(text=st.text() | st.from_regex(r"[0-9 :.T\-]{1,20}") | st.from_regex(r"\d{4}-\d\d-\d\d \d\d:\d\d"))
def test_whatever_is_written_gives_a_time_to_come_or_none(text: str) -> None:
    read = time_in(text, NOON, BERLIN)

    assert read is None or NOON < read <= NOON + FARTHEST


@given(now=MOMENTS, zone=ZONES, time=st.times())
def test_a_bare_time_is_the_next_one_on_the_wall(
    now: dt.datetime, zone: zoneinfo.ZoneInfo, time: dt.time
) -> None:
    read = time_in(f"{time:%H:%M}", now, zone)

    assert read is not None
    assert dt.timedelta(0) < read - now <= dt.timedelta(days=1, hours=1)


@given(now=MOMENTS, zone=ZONES)
def test_every_later_button_leads_to_a_time_to_come(now: dt.datetime, zone: zoneinfo.ZoneInfo) -> None:
    for action in (Action.LATER_HOUR, Action.LATER_TONIGHT, Action.LATER_TOMORROW):
        until = later_choice(action, now, zone)
        assert until is not None
        assert dt.timedelta(0) < until - now <= dt.timedelta(hours=34)


@pytest.mark.parametrize("action", [action for action in Action if not action.startswith("later_")])
def test_other_buttons_stand_for_no_time(action: Action) -> None:
    assert later_choice(action, NOON, BERLIN) is None


@pytest.mark.parametrize(
    "text",
    [
        "https://www.instagram.com/stories/harbour/3141592653589793238/",
        "http://fake.example",
        "  https://fake.example/p/9?igsh=a%20b\n",
    ],
)
def test_a_web_address_is_a_link(text: str) -> None:
    assert link_in(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "it is live",
        "www.instagram.com",
        "https://",
        "https:///p/9",
        "ftp://fake.example",
        "javascript:alert(1)",
        "https://fake.example/a b",
        "https://[fake",
        "see https://fake.example",
    ],
)
def test_anything_else_is_no_link(text: str) -> None:
    assert link_in(text) is None


@given(text=st.text())
def test_whatever_is_written_gives_a_link_or_none(text: str) -> None:
    link = link_in(text)

    assert link is None or link.lower().startswith(("http://", "https://"))
