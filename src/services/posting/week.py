"""The plan of the next days, slot by slot, for the chat and the command line."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from domain.account import Account
from domain.ids import WorkspaceId
from domain.publication import State
from domain.schedule import slots_of
from domain.workspace import Workspace
from services.ports import Clock, Job, Networks
from services.posting.agenda import placements_of
from services.posting.route import expected
from services.unit_of_work import Database, Repositories
from services.workspaces import workspace_of

DAYS = 7
MOST_PLANNED = 2000
COMING = tuple(state for state in State if not state.is_final and state is not State.DRAFT)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSlot:
    """A time of the plan and what is to go out then."""

    at: dt.datetime
    account: Account
    placement: str
    job: Job | None
    """With the lane it would take now; None: the slot is empty."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDay:
    """A local date of the plan."""

    date: dt.date
    slots: Sequence[PlannedSlot]
    """Earliest first."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The plan of some days in a row."""

    workspace: Workspace
    days: Sequence[PlannedDay]
    """Today first, on the workspace's clock."""


class WeekService:
    """Reads the plan; changes nothing."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks

    async def week(self, workspace_id: WorkspaceId, *, days: int = DAYS) -> Week:
        """Return what is planned for today and the next days, with the slots that are still empty."""
        async with self._database.read() as look:
            workspace = await workspace_of(look, workspace_id)
            return await plan_of(look, workspace, self._networks, now=self._clock.now(), days=days)


async def plan_of(
    look: Repositories, workspace: Workspace, networks: Networks, *, now: dt.datetime, days: int = DAYS
) -> Week:
    """Return what is planned for the local date of `now` and the next days, and the slots still empty."""
    accounts = await look.accounts.find(workspace.id)
    jobs = await look.publications.find(workspace.id, states=COMING, limit=MOST_PLANNED)
    filled = await look.plan.filled_slots(since=now.date() - dt.timedelta(days=2))
    zone = workspace.settings.zone
    today = now.astimezone(zone).date()
    dates = [today + dt.timedelta(days=number) for number in range(days)]
    taken = {(slot.account_id, slot.local_date, slot.number) for slot in filled}
    slots = [
        PlannedSlot(
            at=job.publication.planned_at,
            account=job.account,
            placement=job.publication.placement,
            job=expected(job, networks),
        )
        for job in jobs
    ]
    slots += [
        PlannedSlot(at=slot.at, account=account, placement=slot.placement, job=None)
        for account in accounts
        for date in (today - dt.timedelta(days=1), *dates[: workspace.settings.horizon_days])
        for slot in slots_of(date, workspace.settings.of(account.id), seed=account.id)
        if slot.at > now
        and slot.placement in placements_of(account, networks)
        and (account.id, slot.local_date, slot.number) not in taken
    ]
    by_date: dict[dt.date, list[PlannedSlot]] = {date: [] for date in dates}
    for slot in sorted(slots, key=lambda slot: (slot.at, slot.account.id)):
        # What is late is for today.
        date = max(today, slot.at.astimezone(zone).date())
        if date in by_date:
            by_date[date].append(slot)
    return Week(
        workspace=workspace, days=[PlannedDay(date=date, slots=found) for date, found in by_date.items()]
    )
