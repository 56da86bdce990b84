"""One team: its chat, its people, its settings."""

import dataclasses
import datetime as dt
import enum
import zoneinfo

from domain.ids import ChatId, UserId, WorkspaceId


class Role(enum.StrEnum):
    """What a person may do in a workspace; each role may do all that the ones before it may."""

    VIEWER = "viewer"
    """Looks."""
    POSTER = "poster"
    """Presses the buttons of cards."""
    APPROVER = "approver"
    """Approves."""
    ADMIN = "admin"
    """Pauses, resumes, retries, changes settings."""

    def may(self, needed: "Role") -> bool:
        """Whether this role includes `needed`."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who pressed or wrote."""

    id: UserId
    name: str
    """First and last name as Telegram shows them."""
    username: str = ""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSettings:
    """What a team can set; kept in the database, one row per setting that differs from its default."""

    timezone: str = "UTC"
    """IANA name; slots are wall-clock times in it."""
    posts_per_day: int = 3
    """Slots that the planner fills per account and local date; 0: none."""
    window_start: dt.time = dt.time(9)
    window_end: dt.time = dt.time(21)
    """Slots lie in [start, end) of each local date."""
    api_enabled: bool = False
    """Whether publications may go the automatic lane."""
    daily_cap: int | None = None
    """Posts the bot may begin by itself per account and local date, the rest goes to the team; None: all."""
    waits_for_quota: bool = True
    """Whether what the platform's quota has no place for waits for one; else it goes to the team."""
    waits_for_access: bool = False
    """Whether what an account without access cannot post waits for it; else it goes to the team."""
    lock_days: int = 30
    """How long a media item rests after it was posted."""
    skip_lock_days: int = 45
    """How long a media item rests after it was skipped."""
    misfire_hours: float = 6
    """How late a publication may still go out."""
    manual_categories: frozenset[str] = frozenset()
    """Categories whose media always go to the team."""
    planned_placement: str = "story"
    """The placement that the planner fills."""

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The workspace's time zone."""
        return zoneinfo.ZoneInfo(self.timezone)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One team: one Telegram chat with its settings, accounts, library and queue."""

    id: WorkspaceId
    name: str
    chat_id: ChatId
    settings: WorkspaceSettings
    paused_at: dt.datetime | None = None
    """While set, nothing of this workspace is claimed."""
