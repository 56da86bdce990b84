"""Switches that hold for everybody."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import PlatformName
from domain.switch import DRY_RUN, POSTING_OFF, Switch, platform_off, platform_unavailable
from repositories.rows import read
from repositories.tables import accounts, switches
from repositories.upsert import insert_into
from repositories.wakes import Wakes

_OFF, _UNAVAILABLE = platform_off(PlatformName("")), platform_unavailable(PlatformName(""))

is_dry_run = sa.select(switches.c.name).where(switches.c.name == DRY_RUN).exists().label("is_dry_run")
"""Whether posts are only rehearsed, as a column of a statement."""


def is_stopped() -> sa.Exists:
    """Return the condition that a switch stops an account of the enclosing statement."""
    return (
        sa.select(switches.c.name)
        .where(
            sa.or_(
                switches.c.name == POSTING_OFF,
                switches.c.name == sa.literal(_OFF).concat(accounts.c.platform),
                switches.c.name == sa.literal(_UNAVAILABLE).concat(accounts.c.platform),
            )
        )
        .correlate(accounts)
        .exists()
    )


class SqlSwitches:
    """The `SwitchRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection, wakes: Wakes) -> None:
        self._connection = connection
        self._wakes = wakes

    async def set(self, switch: Switch) -> bool:
        """Set a switch; False: it was set already, and stays as it was."""
        added = await self._connection.scalar(
            insert_into(self._connection, switches)
            .values(name=switch.name, actor=switch.actor, at=switch.at, reason=switch.reason)
            .on_conflict_do_nothing()
            .returning(switches.c.name)
        )
        return added is not None

    async def clear(self, name: str) -> bool:
        """Take a switch back; False: it was not set."""
        removed = await self._connection.execute(sa.delete(switches).where(switches.c.name == name))
        if removed.rowcount:
            self._wakes.work_added()
        return bool(removed.rowcount)

    async def all(self) -> dict[str, Switch]:
        """Return the switches that are set, by name."""
        rows = await self._connection.execute(sa.select(switches))
        return {row["name"]: read(Switch, switches, row) for row in rows.mappings()}
