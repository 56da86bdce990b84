"""Keep the figures of every team's days, and show them."""

import datetime as dt
from collections.abc import Sequence

from domain.figures import DailyFigures, local_days
from domain.ids import WorkspaceId
from services.ports import Clock
from services.unit_of_work import Database, Repositories
from services.workspaces import workspace_of

COUNTED_AGAIN = 2
"""Days that are counted at each recording: what happened just before midnight may be settled after it."""


class FiguresService:
    """Counts what happened and keeps it, by team and local date."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def record(self) -> None:
        """Keep the figures of today so far and of yesterday, of all teams; costs the same for any number."""
        now = self._clock.now()
        async with self._database.begin() as uow:
            days = [
                day
                for workspace in await uow.workspaces.all()
                for day in local_days(workspace, now, count=COUNTED_AGAIN)
            ]
            await uow.figures.record(await uow.figures.counted(days))
            await uow.commit()


async def last_days(
    look: Repositories, workspace_id: WorkspaceId, *, now: dt.datetime, count: int
) -> Sequence[DailyFigures]:
    """Return a team's last days that have figures, oldest first; today's are counted now."""
    (today,) = local_days(await workspace_of(look, workspace_id), now, count=1)
    kept = await look.figures.recorded(
        workspace_id=workspace_id, since=today.day - dt.timedelta(days=count - 1)
    )
    return [*(each for each in kept if each.day < today.day), *await look.figures.counted([today])]
