"""Figures of the days: counted from what happened, and kept."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import FailureKind
from domain.figures import DailyFigures, Figures, LocalDay
from domain.ids import WorkspaceId
from domain.lane import Lane
from domain.publication import Event, State
from repositories.tables import attempts, daily_figures, publication_events, publications
from repositories.types import UtcDateTime
from repositories.upsert import insert_into

_COUNTED = [field.name for field in dataclasses.fields(Figures)]


class SqlFigures:
    """The `FiguresRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def counted(self, days: Sequence[LocalDay]) -> list[DailyFigures]:
        """Count what happened on these days, in one statement.

        It goes through what changed since the first of them began: every try and every event changes its
        publication.
        """
        if not days:
            return []
        rows = await self._connection.execute(_counting(days))
        return [_figures_from(row) for row in rows.mappings()]

    async def record(self, figures: Collection[DailyFigures]) -> None:
        """Keep figures, in place of those of the same days that were kept before."""
        if not figures:
            return
        insert = insert_into(self._connection, daily_figures)
        await self._connection.execute(
            insert.on_conflict_do_update(
                index_elements=[daily_figures.c.workspace_id, daily_figures.c.day],
                set_={name: insert.excluded[name] for name in _COUNTED},
            ),
            [
                {"workspace_id": each.workspace_id, "day": each.day, **dataclasses.asdict(each.figures)}
                for each in figures
            ],
        )

    async def recorded(
        self, *, since: dt.date, workspace_id: WorkspaceId | None = None
    ) -> list[DailyFigures]:
        """Return the figures that were kept of these days, of a team or of all, oldest first."""
        statement = sa.select(daily_figures).where(daily_figures.c.day >= since)
        if workspace_id is not None:
            statement = statement.where(daily_figures.c.workspace_id == workspace_id)
        rows = await self._connection.execute(
            statement.order_by(daily_figures.c.day, daily_figures.c.workspace_id)
        )
        return [_figures_from(row) for row in rows.mappings()]


def _counting(days: Sequence[LocalDay]) -> sa.Select[*tuple[Any, ...]]:
    asked = (
        sa.values(
            sa.column("workspace_id", sa.BigInteger),
            sa.column("day", sa.Date),
            sa.column("start", UtcDateTime),
            sa.column("finish", UtcDateTime),
            name="given",
        )
        .data([(each.workspace_id, each.day, each.start, each.end) for each in days])
        .cte("asked")
    )

    def within(moment: sa.ColumnElement[dt.datetime]) -> sa.ColumnElement[bool]:
        return sa.and_(moment >= asked.c.start, moment <= asked.c.finish)

    def count(*conditions: sa.ColumnElement[bool], of: sa.FromClause = publications) -> sa.ScalarSelect[int]:
        of_team = sa.and_(
            publications.c.workspace_id == asked.c.workspace_id, publications.c.updated_at >= asked.c.start
        )
        return (
            sa.select(sa.func.count())
            .select_from(of)
            .where(of_team, *conditions)
            .correlate(asked)
            .scalar_subquery()
        )

    tries = publications.join(attempts, attempts.c.publication_id == publications.c.id)
    events = publications.join(publication_events, publication_events.c.publication_id == publications.c.id)
    posted = sa.and_(publications.c.state == State.PUBLISHED, within(publications.c.posted_at))
    is_by_bot = publications.c.lane == Lane.AUTO
    tried = within(attempts.c.at)
    kind = sa.type_coerce(attempts.c.failure, sa.JSON)["kind"].as_string()
    was_accepted = sa.and_(attempts.c.outcome == Event.LOST, attempts.c.failure.is_(None))
    lost = sa.and_(publication_events.c.event == Event.LOST, within(publication_events.c.at))
    return sa.select(
        asked.c.workspace_id,
        asked.c.day,
        count(posted, is_by_bot).label("by_bot"),
        count(posted, sa.not_(is_by_bot)).label("by_hand"),
        count(tried, attempts.c.failure.is_not(None), kind != FailureKind.RATE_LIMITED, of=tries).label(
            "failed_tries"
        ),
        count(tried, attempts.c.outcome == Event.HANDED_OFF, of=tries).label("fallbacks"),
        # Lost to sight, but for what the platform took and is still processing.
        (count(lost, of=events) - count(tried, was_accepted, of=tries)).label("unconfirmed"),
    )


def _figures_from(row: sa.RowMapping) -> DailyFigures:
    return DailyFigures(
        workspace_id=WorkspaceId(row["workspace_id"]),
        day=row["day"],
        figures=Figures(**{name: row[name] for name in _COUNTED}),
    )
