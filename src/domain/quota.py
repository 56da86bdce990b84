"""How many posts an account may still make: the platform's count, what is on its way, what is planned."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Collection

from domain.ids import PublicationId

DAY = dt.timedelta(hours=24)
"""The platform counts over a rolling day."""
HOUR = dt.timedelta(hours=1)
WARN_SHARE = 0.8
"""From this share of the quota on the team is told."""


class QuotaLevel(enum.IntEnum):
    """How much of a quota is used, as far as anybody needs to be told."""

    FREE = 0
    SCARCE = 1
    USED_UP = 2


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """What a platform says of an account's posts of the last 24 hours, whoever's API calls made them."""

    used: int
    total: int

    @property
    def level(self) -> QuotaLevel:
        """How much of it is used."""
        if self.used >= self.total:
            return QuotaLevel.USED_UP
        return QuotaLevel.SCARCE if self.used >= self.total * WARN_SHARE else QuotaLevel.FREE


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A quota as it was asked for at a time."""

    quota: Quota
    at: dt.datetime
    """Taken before the platform was asked, so that nothing posted later can be in it."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where an account stands when a publication of it is about to begin; the others alone are counted."""

    reading: Reading | None
    """The last one, whichever replica took it."""
    posted_since: int
    """Ours that went out, or may have, after the reading was taken."""
    on_their_way: int
    """Ours that were begun and go on within the hour, such as when their media is processed; each holds a
    place."""
    begun_in_hour: int
    """Ours that made their irreversible call within the last hour."""
    same_content: PublicationId | None = None
    """The newest with the same content that went out a short while ago, or may have gone out."""

    def is_full(self, reading: Reading) -> bool:
        """Whether this reading, the stored one or one taken just now, leaves no place."""
        since = self.posted_since if reading == self.reading else 0
        return reading.quota.used + since + self.on_their_way >= reading.quota.total


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """What the bot made of an account's quota, and will make of it."""

    posted: Collection[dt.datetime] = ()
    """When ours of the last 24 hours went out."""
    planned: Collection[dt.datetime] = ()
    """When ours of the next 24 hours are due."""


def next_place_at(
    begun: Collection[dt.datetime], *, cap: int, window: dt.timedelta, ahead: int = 0
) -> dt.datetime | None:
    """Return when a place is free under a cap of posts in a rolling window; None: there is one now.

    Args:
        begun: when the posts that count were made.
        cap: how many may lie in the window, at least 1.
        window: its length.
        ahead: how many others wait for a place before this one.
    """
    if len(begun) < cap:
        return None
    turns, place = divmod(ahead, cap)
    return sorted(begun)[-cap:][place] + window * (turns + 1)


def runs_out_at(
    reading: Reading, *, posted: Collection[dt.datetime], planned: Collection[dt.datetime]
) -> dt.datetime | None:
    """Return when the first planned post finds no place left; None: all of the next 24 hours have one.

    Posts that were not ours are taken to stay in the platform's window all the while, for nobody knows when
    they leave it, so this is the earliest such time.

    Args:
        reading: what the platform said last.
        posted: when ours of the last 24 hours went out.
        planned: when ours are to go out; those later than 24 hours from the reading are passed over.
    """
    ours = sorted(posted)
    known = sum(moment < reading.at for moment in ours)
    others = max(0, reading.quota.used - known)
    due = sorted(moment for moment in planned if moment <= reading.at + DAY)
    for count, moment in enumerate(due):
        in_window = sum(moment - DAY < earlier for earlier in ours)
        if others + in_window + count >= reading.quota.total:
            return moment
    return None
