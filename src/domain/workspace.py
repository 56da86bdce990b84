"""One team: its chat, its people, its settings."""

import dataclasses
import datetime as dt
import enum
import zoneinfo
from collections.abc import Mapping

from domain.ids import AccountId, ChatId, UserId, WorkspaceId
from domain.media import MediaItem
from domain.recipe import Fit, Wishes
from domain.season import DateSpan, Season


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


class SentMedia(enum.StrEnum):
    """What becomes of media that members send to the bot, until they decide otherwise."""

    PLAN = "plan"
    """Put into the next slots."""
    LIBRARY = "library"
    """Kept, and the planner comes to it in its own time."""
    PRIVATE = "private"
    """As `PLAN`, but only what is sent to the bot in private: the team's chat is for talking."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceSettings:
    """What a team can set; kept in the database, one row per setting that differs from its default."""

    timezone: str = "UTC"
    """IANA name; slots are wall-clock times in it."""
    posts_per_day: int = 3
    """Slots that the planner fills per account and local date, where no times are fixed; 0: none."""
    window_start: dt.time = dt.time(9)
    window_end: dt.time = dt.time(21)
    """Slots lie in [start, end) of each local date, where no times are fixed."""
    times: tuple[tuple[dt.time, ...], ...] = ()
    """Fixed slots of each weekday, Monday first and each earliest first; empty: none are fixed."""
    more_times: Mapping[str, tuple[tuple[dt.time, ...], ...]] = dataclasses.field(
        default_factory=dict[str, tuple[tuple[dt.time, ...], ...]]
    )
    """By placement: fixed slots of each weekday beside the others, as in `times`."""
    slot_gap_minutes: int = 0
    """How far at least one slot of a local date is from the next."""
    jitter_minutes: int = 0
    """How far at most a slot is moved, so that posts do not go out on the dot."""
    blackout: tuple[DateSpan, ...] = ()
    """Local dates without any slot."""
    horizon_days: int = 7
    """How many local dates the planner keeps filled, today's included."""
    seasons: Mapping[str, Season] = dataclasses.field(default_factory=dict[str, Season])
    """By category: the part of the year in which the planner uses it."""
    by_account: Mapping[AccountId, "WorkspaceSettings"] = dataclasses.field(
        default_factory=dict["AccountId", "WorkspaceSettings"]
    )
    """All settings as they are for the accounts that have some of their own."""
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
    """What the planner makes of a slot for which `more_times` says nothing else."""
    carousel_items: int = 5
    """How many items at most the planner puts into what takes several, such as a carousel."""
    prepares: bool = True
    """Whether files are made to fit the platforms; else what does not fit goes to the team."""
    fit: Fit = Fit.BLUR
    """How a picture comes to another ratio than its own."""
    fit_by_category: tuple[tuple[str, Fit], ...] = ()
    """The same, of categories that differ."""
    media_folder: str = ""
    """An absolute path: what appears there is taken into the library. Empty: the first workspace's is the
    one of the installation, others have none."""
    sent_media: SentMedia = SentMedia.PLAN
    """What becomes of what members send to the bot."""
    unusable: tuple[str, ...] = ()
    """What is stored and cannot be read here, a sentence for each; defaults stand in its place, by which
    nothing may be planned or posted."""
    trims_videos: bool = False
    """Whether a video that is too long is cut at its end; else it goes to the team."""

    def of(self, account_id: AccountId) -> "WorkspaceSettings":
        """Return the settings as they are for an account."""
        return self.by_account.get(account_id, self)

    def is_in_season(self, category: str, date: dt.date) -> bool:
        """Whether the planner may use a category on a local date."""
        season = self.seasons.get(category)
        return season is None or season.includes(date)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """The workspace's time zone."""
        return zoneinfo.ZoneInfo(self.timezone)

    def wishes(self, item: MediaItem) -> Wishes:
        """Return how a file of the library is to be prepared."""
        fits = dict(self.fit_by_category)
        return Wishes(fit=fits.get(item.description.category, self.fit), trims=self.trims_videos)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """One team: one Telegram chat with its settings, accounts, library and queue."""

    id: WorkspaceId
    name: str
    chat_id: ChatId
    settings: WorkspaceSettings
    paused_at: dt.datetime | None = None
    """While set, nothing of this workspace is claimed."""
