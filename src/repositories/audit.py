"""Who did what when; append-only."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import WorkspaceId
from repositories.rows import read
from repositories.tables import audit_log
from services.repositories.records import AuditEntry


class SqlAudit:
    """The `AuditRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, *entries: AuditEntry) -> None:
        """Append entries, in one statement."""
        await self._connection.execute(
            sa.insert(audit_log),
            [
                {
                    "at": entry.at,
                    "actor": entry.actor,
                    "action": entry.action,
                    "workspace_id": entry.workspace_id,
                    "publication_id": entry.publication_id,
                    "detail": entry.detail,
                }
                for entry in entries
            ],
        )

    async def find(self, workspace_id: WorkspaceId | None, *, limit: int = 100) -> list[AuditEntry]:
        """Return the newest entries of a workspace, or of the whole installation alone, newest first."""
        rows = await self._connection.execute(
            sa.select(audit_log)
            .where(audit_log.c.workspace_id == workspace_id)
            .order_by(audit_log.c.id.desc())
            .limit(limit)
        )
        return [read(AuditEntry, audit_log, row) for row in rows.mappings()]
