"""Every setting of a team: what it takes, what it refuses, and that it survives being stored."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import StorylineError
from domain.ids import AccountId
from domain.workspace import WorkspaceSettings
from services.settings import SPECS, checked, described, key_for, settings_from

MORE_TIMES = (
    "times of placements (carousel, feed, photo, reel, story, video) such as feed daily 18:00; "
    "carousel sat 11:00, or none"
)
ACCEPTED = [
    ("zone", "Europe/Berlin", "Europe/Berlin"),
    ("zone", "UTC", "UTC"),
    ("posts_per_day", "0", "0"),
    ("posts_per_day", "96", "96"),
    ("posts_per_day", " 7 ", "7"),
    ("window", "09:00-21:00", "09:00-21:00"),
    ("window", "09:30 - 21:15", "09:30-21:15"),
    ("window", "22:00-02:00", "22:00-02:00"),
    ("planned_placement", "feed", "feed"),
    ("planned_placement", "story", "story"),
    ("preparation", "off", "off"),
    ("fit", "Crop", "crop"),
    ("fit_by_category", "quotes:as_is, food:crop", "food:crop,quotes:as_is"),
    ("fit_by_category", "", ""),
    ("media_folder", "/srv/team b", "/srv/team b"),
    ("media_folder", "None", "none"),
    ("sent_media", "Private", "private"),
    ("sent_media", "library", "library"),
    ("long_videos", "trim", "trim"),
    ("long_videos", "team", "team"),
    ("api", "on", "on"),
    ("api", "True", "on"),
    ("api", "YES", "on"),
    ("api", "off", "off"),
    ("api", "false", "off"),
    ("api", "no", "off"),
    ("daily_cap", "None", "none"),
    ("daily_cap", "0", "0"),
    ("daily_cap", "1000", "1000"),
    ("quota", "wait", "wait"),
    ("quota", "Team", "team"),
    ("dead_token", "wait", "wait"),
    ("dead_token", "Team", "team"),
    ("lock_days", "0", "0"),
    ("lock_days", "3650", "3650"),
    ("skip_lock_days", "45", "45"),
    ("misfire_hours", "0", "0"),
    ("misfire_hours", "0.5", "0.5"),
    ("misfire_hours", "168", "168"),
    ("times", "none", "none"),
    ("times", "sat 11:00; Mon,wed 18:30,09:00", "mon,wed 09:00,18:30; sat 11:00"),
    ("times", "daily 08:00; sun 10:00", "mon,tue,wed,thu,fri,sat 08:00; sun 08:00,10:00"),
    ("more_times", "none", "none"),
    (
        "more_times",
        "Feed mon 18:00; carousel sat 11:00; feed sun 09:00,08:00",
        "carousel sat 11:00; feed mon 18:00; feed sun 08:00,09:00",
    ),
    ("carousel_items", "10", "10"),
    ("slot_gap_minutes", "0", "0"),
    ("slot_gap_minutes", "720", "720"),
    ("jitter_minutes", "120", "120"),
    ("blackout", "none", "none"),
    ("blackout", "2026-12-31..2027-01-01, 2026-12-24", "2026-12-24,2026-12-31..2027-01-01"),
    ("horizon_days", "1", "1"),
    ("horizon_days", "31", "31"),
    ("manual_categories", "", ""),
    ("manual_categories", "pottery, harbour,,", "harbour,pottery"),
]
REFUSED = [
    ("preparation", "perhaps", "on or off"),
    ("fit", "stretch", "blur or colour or crop or as_is"),
    ("fit_by_category", "crop", "categories, each with how, such as quotes:as_is,food:crop"),
    ("fit_by_category", "food:wide", "blur or colour or crop or as_is"),
    ("sent_media", "off", "plan or library or private"),
    ("long_videos", "cut", "team or trim"),
    ("zone", "Berlin", "an IANA zone such as Europe/Berlin"),
    ("zone", "", "an IANA zone such as Europe/Berlin"),
    ("zone", "../../etc/passwd", "an IANA zone such as Europe/Berlin"),
    ("posts_per_day", "97", "a whole number from 0 to 96"),
    ("posts_per_day", "-1", "a whole number from 0 to 96"),
    ("posts_per_day", "many", "a whole number from 0 to 96"),
    ("window", "09:00", "two times such as 09:00-21:00"),
    ("window", "9-21-22", "two times such as 09:00-21:00"),
    ("window", "09:00-25:00", "two times such as 09:00-21:00"),
    ("window", "09:00-09:00", "two different times such as 09:00-21:00"),
    ("window", "09:00:10-09:00:50", "two different times such as 09:00-21:00"),
    ("window", "09:00Z-21:00Z", "two different times such as 09:00-21:00"),
    ("planned_placement", "text", "carousel or feed or photo or reel or story or video"),
    ("media_folder", "team", "the whole path of a folder, such as /srv/team, or none"),
    ("carousel_items", "1", "a whole number from 2 to 10"),
    ("more_times", "feed", MORE_TIMES),
    ("more_times", "feed none", MORE_TIMES),
    ("more_times", "link daily 18:00", MORE_TIMES),
    ("more_times", "daily 18:00", MORE_TIMES),
    ("api", "maybe", "on or off"),
    ("daily_cap", "some", "none, or a whole number from 0 to 1000"),
    ("daily_cap", "1001", "none, or a whole number from 0 to 1000"),
    ("quota", "burn", "wait or team"),
    ("dead_token", "burn", "wait or team"),
    ("lock_days", "3651", "a whole number from 0 to 3650"),
    ("lock_days", "1.5", "a whole number from 0 to 3650"),
    ("skip_lock_days", "-1", "a whole number from 0 to 3650"),
    ("times", "monday 09:00", "days with their times such as mon,wed 09:00,18:30; sat 11:00, or none"),
    ("times", "mon 9", "days with their times such as mon,wed 09:00,18:30; sat 11:00, or none"),
    ("times", "mon 09:00:30", "days with their times such as mon,wed 09:00,18:30; sat 11:00, or none"),
    ("slot_gap_minutes", "721", "a whole number from 0 to 720"),
    ("jitter_minutes", "121", "a whole number from 0 to 120"),
    ("blackout", "2026-02-30", "dates such as 2026-12-24 or 2026-12-31..2027-01-01"),
    ("blackout", "2026-12-24..2026-12-23", "dates such as 2026-12-24 or 2026-12-31..2027-01-01"),
    ("horizon_days", "0", "a whole number from 1 to 31"),
    ("horizon_days", "32", "a whole number from 1 to 31"),
    ("misfire_hours", "168.1", "a number of hours from 0 to 168"),
    ("misfire_hours", "-0.1", "a number of hours from 0 to 168"),
    ("misfire_hours", "nan", "a number of hours from 0 to 168"),
    ("misfire_hours", "inf", "a number of hours from 0 to 168"),
    ("misfire_hours", "six", "a number of hours from 0 to 168"),
]
OF_MANY_NAMES = {"seasons", "by_account"}
"""Fields whose settings have names that a team makes up."""
NOT_SET = {"unusable"}
"""Fields that say something of the others."""


def test_every_setting_is_tried_here() -> None:
    assert {key for key, _, _ in ACCEPTED} == set(SPECS)
    assert {key for key, _, _ in REFUSED} | {"manual_categories"} == set(SPECS)


def test_every_field_can_be_set_by_name() -> None:
    fields = {name for spec_key, value, _ in ACCEPTED for name in SPECS[spec_key].read(value)}

    assert fields | OF_MANY_NAMES | NOT_SET == {field.name for field in dataclasses.fields(WorkspaceSettings)}


@pytest.mark.parametrize(("key", "value", "stored"), ACCEPTED)
def test_a_good_value_is_stored_in_one_form(key: str, value: str, stored: str) -> None:
    assert checked(key, value) == stored
    assert checked(key, stored) == stored


@pytest.mark.parametrize(("key", "value", "expected"), REFUSED)
def test_a_wrong_value_is_refused_with_what_is_expected(key: str, value: str, expected: str) -> None:
    with pytest.raises(StorylineError) as refusal:
        checked(key, value)

    assert str(refusal.value) == f"{key} takes {expected}, not “{value}”."


def test_an_unknown_setting_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        StorylineError, match=r"There is no setting “colour”. There are: api, blackout, carousel_items, da"
    ):
        checked("colour", "red")


@given(
    key=st.sampled_from(sorted(SPECS)),
    value=st.text(max_size=20)
    | st.from_regex(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?-[0-9]{2}:[0-9]{2}(:[0-9]{2})?"),
)
def test_whatever_is_accepted_can_be_read_back(key: str, value: str) -> None:
    try:
        stored = checked(key, value)
    except StorylineError:
        return

    assert SPECS[key].write(settings_from({key: stored})) == stored


def test_what_is_not_stored_has_its_default_and_what_is_not_known_is_passed_over() -> None:
    assert settings_from({"a_setting_of_a_later_version": "x"}) == WorkspaceSettings()
    assert settings_from({"lock_days": "3"}) == WorkspaceSettings(lock_days=3)


def test_a_description_tells_key_value_and_meaning_of_every_setting() -> None:
    rows = described(WorkspaceSettings(misfire_hours=0.25))

    assert [row["key"] for row in rows] == list(SPECS)
    assert all(row["meaning"] for row in rows)
    assert {row["key"]: row["value"] for row in rows}["misfire_hours"] == "0.25"
    assert settings_from({row["key"]: row["value"] for row in rows}) == WorkspaceSettings(misfire_hours=0.25)


def test_a_category_has_a_season_until_it_is_taken_away() -> None:
    assert checked("season.christmas", " 11-15..12-26 ") == "11-15..12-26"
    settings = settings_from({"season.christmas": "11-15..12-26", "season.easter": "none"})

    assert settings.is_in_season("christmas", dt.date(2026, 12, 26))
    assert not settings.is_in_season("christmas", dt.date(2026, 12, 27))
    assert settings.is_in_season("easter", dt.date(2026, 12, 27))
    assert "season.christmas" in [row["key"] for row in described(settings)]


@pytest.mark.parametrize(
    ("key", "value"), [("season.", "11-15..12-26"), ("season.x", "11-15"), ("season.x", "11-31..12-01")]
)
def test_what_is_no_season_is_refused(key: str, value: str) -> None:
    with pytest.raises(StorylineError):
        checked(key, value)


def test_an_account_has_what_is_its_own_and_the_rest_of_its_workspace() -> None:
    rows = {"posts_per_day": "3", "zone": "Europe/Berlin", "posts_per_day@7": "1", "window@7": "10:00-12:00"}

    settings = settings_from(rows)

    own = settings.of(AccountId(7))
    assert (own.posts_per_day, own.window_start.hour, own.timezone) == (1, 10, "Europe/Berlin")
    assert settings.of(AccountId(8)).posts_per_day == settings.posts_per_day == 3
    assert {"posts_per_day@7", "window@7"} == {row["key"] for row in described(settings) if "@" in row["key"]}


def test_an_account_may_not_have_just_any_setting_of_its_own() -> None:
    assert key_for("times", AccountId(7)) == "times@7"
    with pytest.raises(StorylineError, match="An account has no lock_days of its own"):
        key_for("lock_days", AccountId(7))


def test_what_cannot_be_read_has_its_default_and_is_named() -> None:
    settings = settings_from(
        {"zone": "Mars/Olympus", "lock_days": "3", "season.sea": "soon", "posts_per_day@7": "many"}
    )

    assert (settings.timezone, settings.lock_days, settings.of(AccountId(7)).posts_per_day) == ("UTC", 3, 3)
    assert [says.split()[0] for says in settings.unusable] == ["zone", "season.sea", "posts_per_day"]
    assert settings.unusable[0] == "zone takes an IANA zone such as Europe/Berlin, not “Mars/Olympus”."
