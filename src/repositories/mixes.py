"""The wished shares of the categories, now and before."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import WorkspaceId
from domain.mix import Mix
from repositories.rows import read
from repositories.tables import category_shares
from repositories.upsert import insert_into


class SqlMixes:
    """The `MixRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def wish(self, workspace_id: WorkspaceId, mix: Mix) -> None:
        """Append a wish; it stands until the next one."""
        values = {"shares": mix.shares, "actor": mix.actor}
        await self._connection.execute(
            insert_into(self._connection, category_shares)
            .values(workspace_id=workspace_id, valid_from=mix.valid_from, **values)
            .on_conflict_do_update(index_elements=list(category_shares.primary_key), set_=values)
        )

    async def history(self, workspace_id: WorkspaceId, *, limit: int = 100) -> list[Mix]:
        """Return the wishes of a workspace, the one that stands first."""
        rows = await self._connection.execute(
            sa.select(category_shares)
            .where(category_shares.c.workspace_id == workspace_id)
            .order_by(category_shares.c.valid_from.desc())
            .limit(limit)
        )
        return [read(Mix, category_shares, row) for row in rows.mappings()]

    async def current(self) -> Mapping[WorkspaceId, Mix]:
        """Return the wish that stands of each workspace that has one."""
        latest = category_shares.alias("latest")
        rows = await self._connection.execute(
            sa.select(category_shares).where(
                category_shares.c.valid_from
                == sa.select(sa.func.max(latest.c.valid_from))
                .where(latest.c.workspace_id == category_shares.c.workspace_id)
                .scalar_subquery()
            )
        )
        return {WorkspaceId(row["workspace_id"]): read(Mix, category_shares, row) for row in rows.mappings()}
