"""The settings of a workspace by name: how their text is read, and what they say when it is wrong."""

import dataclasses
import datetime as dt
import zoneinfo
from collections.abc import Callable, Mapping
from typing import Any

from domain.errors import StorylineError
from domain.workspace import WorkspaceSettings

MAX_POSTS_PER_DAY = 96
"""One every quarter of an hour."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """How one setting is read from text, and written back."""

    read: Callable[[str], Mapping[str, Any]]
    """Text to fields of `WorkspaceSettings`; raises `ValueError` with what is expected."""
    write: Callable[[WorkspaceSettings], str]
    meaning: str


def settings_from(rows: Mapping[str, str]) -> WorkspaceSettings:
    """Build settings from stored texts; what is not stored has its default, unknown names are passed over."""
    fields: dict[str, Any] = {}
    for key, value in rows.items():
        spec = SPECS.get(key)
        if spec is not None:
            fields |= spec.read(value)
    return WorkspaceSettings(**fields)


def checked(key: str, value: str) -> str:
    """Return the text to store for a setting.

    Raises:
        StorylineError: there is no such setting, or the value is not one it can have.
    """
    spec = SPECS.get(key)
    if spec is None:
        raise StorylineError(f"There is no setting “{key}”. There are: {', '.join(sorted(SPECS))}.")
    try:
        fields = spec.read(value)
    except ValueError as error:
        raise StorylineError(f"{key} takes {error}, not “{value}”.") from error
    return spec.write(WorkspaceSettings(**fields))


def described(settings: WorkspaceSettings) -> list[dict[str, str]]:
    """Return every setting with its value as text and its meaning."""
    return [
        {"key": key, "value": spec.write(settings), "meaning": spec.meaning} for key, spec in SPECS.items()
    ]


def _zone(text: str) -> Mapping[str, Any]:
    try:
        zoneinfo.ZoneInfo(text)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("an IANA zone such as Europe/Berlin") from error
    return {"timezone": text}


def _whole(field: str, lowest: int, highest: int) -> Callable[[str], Mapping[str, Any]]:
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


def _cap(text: str) -> Mapping[str, Any]:
    if text.lower() == "none":
        return {"daily_cap": None}
    try:
        return _whole("daily_cap", 0, 1000)(text)
    except ValueError as error:
        raise ValueError(f"none, or {error}") from error


def _hours(text: str) -> Mapping[str, Any]:
    expected = "a number of hours from 0 to 168"
    try:
        hours = float(text)
    except ValueError as error:
        raise ValueError(expected) from error
    if not 0 <= hours <= 168:  # noqa: PLR2004  (a week)
        raise ValueError(expected)
    return {"misfire_hours": hours}


def _window(text: str) -> Mapping[str, Any]:
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


def _switch(field: str) -> Callable[[str], Mapping[str, Any]]:
    def read(text: str) -> Mapping[str, Any]:
        words = {"on": True, "true": True, "yes": True, "off": False, "false": False, "no": False}
        try:
            return {field: words[text.lower()]}
        except KeyError as error:
            raise ValueError("on or off") from error

    return read


def _choice(field: str, words: Mapping[str, bool]) -> Callable[[str], Mapping[str, Any]]:
    def read(text: str) -> Mapping[str, Any]:
        try:
            return {field: words[text.lower()]}
        except KeyError as error:
            raise ValueError(" or ".join(words)) from error

    return read


def _names(field: str) -> Callable[[str], Mapping[str, Any]]:
    return lambda text: {field: frozenset(name.strip() for name in text.split(",") if name.strip())}


def _placement(text: str) -> Mapping[str, Any]:
    if text not in {"story", "feed"}:
        raise ValueError("story or feed")
    return {"planned_placement": text}


def _on_off(value: bool) -> str:  # noqa: FBT001  (it is the value, not a mode)
    return "on" if value else "off"


SPECS: Mapping[str, SettingSpec] = {
    "zone": SettingSpec(
        read=_zone,
        write=lambda s: s.timezone,
        meaning="time zone of the slots, an IANA name",
    ),
    "posts_per_day": SettingSpec(
        read=_whole("posts_per_day", 0, MAX_POSTS_PER_DAY),
        write=lambda s: str(s.posts_per_day),
        meaning="slots the planner fills per account and day; 0: none",
    ),
    "window": SettingSpec(
        read=_window,
        write=lambda s: f"{s.window_start:%H:%M}-{s.window_end:%H:%M}",
        meaning="the hours in which the slots lie",
    ),
    "planned_placement": SettingSpec(
        read=_placement,
        write=lambda s: s.planned_placement,
        meaning="what the planner makes of a slot",
    ),
    "api": SettingSpec(
        read=_switch("api_enabled"),
        write=lambda s: _on_off(s.api_enabled),
        meaning="whether the bot may post by itself",
    ),
    "daily_cap": SettingSpec(
        read=_cap,
        write=lambda s: "none" if s.daily_cap is None else str(s.daily_cap),
        meaning="posts the bot may begin by itself per account and day; the rest goes to the team",
    ),
    "quota": SettingSpec(
        read=_choice("waits_for_quota", {"wait": True, "team": False}),
        write=lambda s: "wait" if s.waits_for_quota else "team",
        meaning="what is done when the platform's quota is used up: wait for a place, or hand to the team",
    ),
    "dead_token": SettingSpec(
        read=_choice("waits_for_access", {"wait": True, "team": False}),
        write=lambda s: "wait" if s.waits_for_access else "team",
        meaning="what is done while an account's access is dead: wait until it is connected again, or hand "
        "to the team",
    ),
    "lock_days": SettingSpec(
        read=_whole("lock_days", 0, 3650),
        write=lambda s: str(s.lock_days),
        meaning="days a media item rests after it was posted",
    ),
    "skip_lock_days": SettingSpec(
        read=_whole("skip_lock_days", 0, 3650),
        write=lambda s: str(s.skip_lock_days),
        meaning="days a media item rests after it was skipped",
    ),
    "misfire_hours": SettingSpec(
        read=_hours,
        write=lambda s: f"{s.misfire_hours:g}",
        meaning="how late, in hours, a publication may still go out",
    ),
    "manual_categories": SettingSpec(
        read=_names("manual_categories"),
        write=lambda s: ",".join(sorted(s.manual_categories)),
        meaning="categories that always go to the team, with commas between",
    ),
}
