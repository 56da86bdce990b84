"""The settings of a workspace by name: how their text is read, and what they say when it is wrong."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from domain.errors import StorylineError
from domain.ids import AccountId
from domain.post import MOST_MEDIA
from domain.season import season_in
from domain.workspace import WorkspaceSettings
from services import setting_values as values
from services.slot_times import placed_times_in, placed_times_written, times_in, times_written

MAX_POSTS_PER_DAY = 96
"""One every quarter of an hour."""


SEASON = "season."
"""Before a category's name: the setting of its season."""
NO_SEASON = "none"
OF_ACCOUNT = "@"
"""Between a setting's name and the number of the account whose own it is."""
OWN_OF_ACCOUNTS = frozenset(
    {
        "posts_per_day",
        "window",
        "times",
        "more_times",
        "slot_gap_minutes",
        "jitter_minutes",
        "blackout",
        "zone",
        "planned_placement",
        "carousel_items",
    }
)
"""What an account may have otherwise than its workspace."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """How one setting is read from text, and written back."""

    read: Callable[[str], Mapping[str, Any]]
    """Text to fields of `WorkspaceSettings`; raises `ValueError` with what is expected."""
    write: Callable[[WorkspaceSettings], str]
    meaning: str


def settings_from(rows: Mapping[str, str]) -> WorkspaceSettings:
    """Build settings from stored texts; what is not stored has its default, unknown names are passed over.

    A name such as `posts_per_day@3` is the value for account 3 alone. What cannot be read, such as a zone
    that this machine does not know, has its default too, and is named in `unusable`.
    """
    unusable: list[str] = []
    common = {key: value for key, value in rows.items() if OF_ACCOUNT not in key}
    settings = _with(WorkspaceSettings(), common, unusable.append)
    by_account: dict[AccountId, WorkspaceSettings] = {}
    for name, value in rows.items():
        key, _, number = name.partition(OF_ACCOUNT)
        if number.isdecimal():
            account_id = AccountId(int(number))
            before = by_account.get(account_id, settings)
            by_account[account_id] = _with(before, {key: value}, unusable.append)
    return dataclasses.replace(settings, by_account=by_account, unusable=tuple(unusable))


def checked(key: str, value: str) -> str:
    """Return the text to store for a setting.

    Raises:
        StorylineError: there is no such setting, or the value is not one it can have.
    """
    if key.startswith(SEASON):
        return _checked_season(key, value)
    spec = SPECS.get(key)
    if spec is None:
        raise StorylineError(
            f"There is no setting “{key}”. There are: {', '.join(sorted(SPECS))}, and {SEASON}CATEGORY."
        )
    try:
        fields = spec.read(value)
    except ValueError as error:
        raise StorylineError(f"{key} takes {error}, not “{value}”.") from error
    return spec.write(WorkspaceSettings(**fields))


def key_for(key: str, account_id: AccountId) -> str:
    """Return the name under which a setting is stored that is an account's own.

    Raises:
        StorylineError: an account cannot have one of its own.
    """
    if key not in OWN_OF_ACCOUNTS:
        known = ", ".join(sorted(OWN_OF_ACCOUNTS))
        raise StorylineError(f"An account has no {key} of its own. It can have: {known}.")
    return f"{key}{OF_ACCOUNT}{account_id}"


def described(settings: WorkspaceSettings) -> list[dict[str, str]]:
    """Return every setting with its value as text and its meaning."""
    rows = [
        {"key": key, "value": spec.write(settings), "meaning": spec.meaning} for key, spec in SPECS.items()
    ]
    rows += [
        {"key": f"{SEASON}{category}", "value": str(season), "meaning": "when the planner uses this category"}
        for category, season in settings.seasons.items()
    ]
    rows += [
        {"key": key_for(key, account_id), "value": own, "meaning": f"the same for account {account_id} alone"}
        for account_id, of_account in settings.by_account.items()
        for key in sorted(OWN_OF_ACCOUNTS)
        if (own := SPECS[key].write(of_account)) != SPECS[key].write(settings)
    ]
    return rows


def _with(
    settings: WorkspaceSettings, rows: Mapping[str, str], unusable: Callable[[str], object]
) -> WorkspaceSettings:
    fields: dict[str, Any] = {}
    seasons = dict(settings.seasons)
    for key, value in rows.items():
        try:
            if key.startswith(SEASON):
                if value != NO_SEASON:
                    seasons[key.removeprefix(SEASON)] = season_in(value)
            elif spec := SPECS.get(key):
                fields |= spec.read(value)
        except ValueError as error:
            unusable(f"{key} takes {error}, not “{value}”.")
    return dataclasses.replace(settings, seasons=seasons, **fields)


def _checked_season(key: str, value: str) -> str:
    if key == SEASON:
        raise StorylineError(f"Name the category too, such as {SEASON}christmas.")
    if value.strip().lower() == NO_SEASON:
        return NO_SEASON
    try:
        return str(season_in(value))
    except ValueError as error:
        raise StorylineError(f"{key} takes {error}, or {NO_SEASON}, not “{value}”.") from error


def _on_off(value: bool) -> str:  # noqa: FBT001  (it is the value, not a mode)
    return "on" if value else "off"


SPECS: Mapping[str, SettingSpec] = {
    "zone": SettingSpec(
        read=values.zone,
        write=lambda s: s.timezone,
        meaning="time zone of the slots, an IANA name",
    ),
    "posts_per_day": SettingSpec(
        read=values.whole("posts_per_day", 0, MAX_POSTS_PER_DAY),
        write=lambda s: str(s.posts_per_day),
        meaning="slots the planner fills per account and day; 0: none",
    ),
    "window": SettingSpec(
        read=values.window,
        write=lambda s: f"{s.window_start:%H:%M}-{s.window_end:%H:%M}",
        meaning="the hours in which the slots lie",
    ),
    "times": SettingSpec(
        read=lambda text: {"times": times_in(text)},
        write=lambda s: times_written(s.times),
        meaning="fixed slots by weekday, such as mon,wed 09:00,18:30; sat 11:00, in place of posts_per_day "
        "and window; daily stands for all days",
    ),
    "more_times": SettingSpec(
        read=lambda text: {"more_times": placed_times_in(text, values.PLANNABLE)},
        write=lambda s: placed_times_written(s.more_times),
        meaning="slots of other placements beside these, such as feed daily 18:00; carousel sat 11:00",
    ),
    "slot_gap_minutes": SettingSpec(
        read=values.whole("slot_gap_minutes", 0, 720),
        write=lambda s: str(s.slot_gap_minutes),
        meaning="minutes that two slots of a day are apart at least",
    ),
    "jitter_minutes": SettingSpec(
        read=values.whole("jitter_minutes", 0, 120),
        write=lambda s: str(s.jitter_minutes),
        meaning="minutes by which a slot is moved at most, so that posts do not go out on the dot",
    ),
    "blackout": SettingSpec(
        read=values.blackout,
        write=lambda s: ",".join(map(str, s.blackout)) or "none",
        meaning="dates without any slot, such as 2026-12-24,2026-12-31..2027-01-01",
    ),
    "horizon_days": SettingSpec(
        read=values.whole("horizon_days", 1, 31),
        write=lambda s: str(s.horizon_days),
        meaning="days that are kept planned, today included",
    ),
    "planned_placement": SettingSpec(
        read=values.placement,
        write=lambda s: s.planned_placement,
        meaning=f"what the planner makes of a slot: {', '.join(sorted(values.PLANNABLE))}",
    ),
    "carousel_items": SettingSpec(
        read=values.whole("carousel_items", 2, MOST_MEDIA),
        write=lambda s: str(s.carousel_items),
        meaning="how many items of a category at most the planner puts into a carousel",
    ),
    "api": SettingSpec(
        read=values.switch("api_enabled"),
        write=lambda s: _on_off(s.api_enabled),
        meaning="whether the bot may post by itself",
    ),
    "daily_cap": SettingSpec(
        read=values.cap,
        write=lambda s: "none" if s.daily_cap is None else str(s.daily_cap),
        meaning="posts the bot may begin by itself per account and day; the rest goes to the team",
    ),
    "quota": SettingSpec(
        read=values.choice("waits_for_quota", {"wait": True, "team": False}),
        write=lambda s: "wait" if s.waits_for_quota else "team",
        meaning="what is done when the platform's quota is used up: wait for a place, or hand to the team",
    ),
    "dead_token": SettingSpec(
        read=values.choice("waits_for_access", {"wait": True, "team": False}),
        write=lambda s: "wait" if s.waits_for_access else "team",
        meaning="what is done while an account's access is dead: wait until it is connected again, or hand "
        "to the team",
    ),
    "lock_days": SettingSpec(
        read=values.whole("lock_days", 0, 3650),
        write=lambda s: str(s.lock_days),
        meaning="days a media item rests after it was posted",
    ),
    "skip_lock_days": SettingSpec(
        read=values.whole("skip_lock_days", 0, 3650),
        write=lambda s: str(s.skip_lock_days),
        meaning="days a media item rests after it was skipped",
    ),
    "misfire_hours": SettingSpec(
        read=values.hours,
        write=lambda s: f"{s.misfire_hours:g}",
        meaning="how late, in hours, a publication may still go out",
    ),
    "manual_categories": SettingSpec(
        read=values.names("manual_categories"),
        write=lambda s: ",".join(sorted(s.manual_categories)),
        meaning="categories that always go to the team, with commas between",
    ),
    "preparation": SettingSpec(
        read=values.switch("prepares"),
        write=lambda s: _on_off(s.prepares),
        meaning="whether files are converted and scaled to what the platforms take; off: what they do not "
        "take goes to the team",
    ),
    "fit": SettingSpec(
        read=values.fit,
        write=lambda s: s.fit,
        meaning="how a picture comes to another ratio than its own: whole before a blurred copy or before a "
        "colour, cut, or as it is",
    ),
    "fit_by_category": SettingSpec(
        read=values.fits,
        write=lambda s: ",".join(f"{category}:{fit}" for category, fit in s.fit_by_category),
        meaning="the same for categories that differ, such as quotes:as_is,food:crop",
    ),
    "media_folder": SettingSpec(
        read=values.folder,
        write=lambda s: s.media_folder or "none",
        meaning="the folder whose media are taken into the library as they appear; none: that of the "
        "installation for the first workspace",
    ),
    "sent_media": SettingSpec(
        read=values.sent,
        write=lambda s: s.sent_media,
        meaning="what is done with media that members send: put them into the next slots, keep them in the "
        "library for the planner, or take none from the team's chat, only what is sent to the bot in private",
    ),
    "long_videos": SettingSpec(
        read=values.choice("trims_videos", {"team": False, "trim": True}),
        write=lambda s: "trim" if s.trims_videos else "team",
        meaning="what is done with a video that is too long: cut its end off, or hand it to the team",
    ),
}
