"""How a team's posting went on one day, in numbers."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from domain.ids import WorkspaceId
from domain.schedule import start_of_day
from domain.workspace import Workspace


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LocalDay:
    """A date on a team's own clock: [start, end) in UTC."""

    workspace_id: WorkspaceId
    day: dt.date
    start: dt.datetime
    end: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What happened; the rates are None where nothing did."""

    by_bot: int = 0
    """Posts that went out by the platform's API."""
    by_hand: int = 0
    """Posts that a person made."""
    failed_tries: int = 0
    """Tries of the bot that failed; being held back by a limit is no failure."""
    fallbacks: int = 0
    """Posts that the bot had begun and that then went to the team."""
    unconfirmed: int = 0
    """Times that nobody knew for a while whether a post was out."""

    @property
    def automation_rate(self) -> float | None:
        """The share of the posts that the bot made."""
        return _share(self.by_bot, self.by_hand)

    @property
    def error_rate(self) -> float | None:
        """The share of the bot's tries that failed."""
        return _share(self.failed_tries, self.by_bot)

    @property
    def fallback_rate(self) -> float | None:
        """The share of what the bot had begun that ended with the team."""
        return _share(self.fallbacks, self.by_bot)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DailyFigures:
    """The figures of a team on a local date."""

    workspace_id: WorkspaceId
    day: dt.date
    figures: Figures


def local_days(workspace: Workspace, now: dt.datetime, *, count: int) -> list[LocalDay]:
    """Return the last local dates of a team, today last."""
    days: list[LocalDay] = []
    end = now
    for _ in range(count):
        start = start_of_day(end, workspace.settings.zone)
        date = start.astimezone(workspace.settings.zone).date()
        days.insert(0, LocalDay(workspace_id=workspace.id, day=date, start=start, end=end))
        end = start - dt.timedelta(microseconds=1)
    return days


def total(figures: Iterable[Figures]) -> Figures:
    """Return the figures of several days together."""
    days = list(figures)
    names = [field.name for field in dataclasses.fields(Figures)]
    return Figures(**{name: sum(getattr(day, name) for day in days) for name in names})


def _share(part: int, rest: int) -> float | None:
    return part / (part + rest) if part + rest else None
