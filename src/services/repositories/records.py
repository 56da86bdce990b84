"""What the use cases need of the database to run an installation: log, alerts, switches, figures."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

from domain.figures import DailyFigures, LocalDay
from domain.ids import PublicationId, WorkspaceId
from domain.switch import Switch


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit log."""

    at: dt.datetime
    actor: str
    action: str
    """Such as `post_published`, `press`, `setting_changed`."""
    workspace_id: WorkspaceId | None = None
    publication_id: PublicationId | None = None
    detail: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])


class AuditRepository(Protocol):
    """Who did what when; append-only."""

    async def add(self, *entries: AuditEntry) -> None:
        """Append entries, in one statement."""
        ...

    async def find(self, workspace_id: WorkspaceId | None, *, limit: int = 100) -> list[AuditEntry]:
        """Return the newest entries of a workspace, or of the whole installation alone, newest first."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class OpenAlert:
    """Something that somebody was told of, and that is not over."""

    workspace_id: WorkspaceId
    kind: str
    subject: str
    """What it is about, such as `account:3`; of one kind about one subject at most one is open."""
    level: int
    detail: str


class AlertRepository(Protocol):
    """What was told already, so that nothing is told twice."""

    async def raise_(self, alert: OpenAlert, *, at: dt.datetime) -> bool:
        """Open an alert, or raise the level of an open one; False: it is no news."""
        ...

    async def subjects(self, kind: str) -> list[str]:
        """Return what open alerts of a kind are about, in all workspaces."""
        ...

    async def end(self, workspace_id: WorkspaceId, kind: str, subject: str, *, at: dt.datetime) -> bool:
        """End an open alert; False: none was open."""
        ...


class SwitchRepository(Protocol):
    """What stops posting for everybody."""

    async def set(self, switch: Switch) -> bool:
        """Set a switch; False: it was set already, and stays as it was."""
        ...

    async def clear(self, name: str) -> bool:
        """Take a switch back; False: it was not set."""
        ...

    async def all(self) -> dict[str, Switch]:
        """Return the switches that are set, by name."""
        ...


class FiguresRepository(Protocol):
    """Figures of the teams' days."""

    async def counted(self, days: Sequence[LocalDay]) -> list[DailyFigures]:
        """Count what happened on these days, in one statement."""
        ...

    async def record(self, figures: Collection[DailyFigures]) -> None:
        """Keep figures, in place of those of the same days that were kept before."""
        ...

    async def recorded(
        self, *, since: dt.date, workspace_id: WorkspaceId | None = None
    ) -> list[DailyFigures]:
        """Return the figures that were kept of these days, of a team or of all, oldest first."""
        ...
