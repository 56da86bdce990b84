"""What was told already, so that nothing is told twice."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import WorkspaceId
from repositories.tables import ALERT_IS_OPEN, alerts
from repositories.upsert import insert_into
from services.repositories.records import OpenAlert


class SqlAlerts:
    """The `AlertRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def raise_(self, alert: OpenAlert, *, at: dt.datetime) -> bool:
        """Open an alert, or raise the level of an open one; False: it is no news."""
        insert = insert_into(self._connection, alerts)
        told = await self._connection.execute(
            insert.values(
                workspace_id=alert.workspace_id,
                kind=alert.kind,
                subject=alert.subject,
                level=alert.level,
                detail=alert.detail,
                raised_at=at,
            )
            .on_conflict_do_update(
                index_elements=[alerts.c.workspace_id, alerts.c.kind, alerts.c.subject],
                index_where=ALERT_IS_OPEN,
                set_={"level": alert.level, "detail": alert.detail, "raised_at": at},
                where=alerts.c.level < alert.level,
            )
            .returning(alerts.c.id)
        )
        return told.one_or_none() is not None

    async def subjects(self, kind: str) -> list[str]:
        """Return what open alerts of a kind are about, in all workspaces."""
        subjects = await self._connection.scalars(
            sa.select(alerts.c.subject).where(alerts.c.kind == kind, ALERT_IS_OPEN)
        )
        return list(subjects)

    async def end(self, workspace_id: WorkspaceId, kind: str, subject: str, *, at: dt.datetime) -> bool:
        """End an open alert; False: none was open."""
        ended = await self._connection.execute(
            sa.update(alerts)
            .where(
                alerts.c.workspace_id == workspace_id,
                alerts.c.kind == kind,
                alerts.c.subject == subject,
                ALERT_IS_OPEN,
            )
            .values(ended_at=at)
        )
        return bool(ended.rowcount)
