"""Fill the slots of the next days with media from the library."""

import dataclasses
import datetime as dt
import enum

from domain.account import Account, AccountState
from domain.ids import AccountId, WorkspaceId
from domain.publication import BOT
from domain.schedule import Slot, slots_of
from domain.workspace import Workspace
from services.ports import Networks
from services.posting.compose import Content
from services.repositories.publications import FilledSlot, NewPublication
from services.unit_of_work import Database

DAYS = (-1, 0, 1)
"""Local dates around today; yesterday's window may reach beyond midnight."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """An account for which the library has nothing that may be posted."""

    workspace_id: WorkspaceId
    account_id: AccountId
    slots: int
    """How many of its slots stay empty until there is."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PlanReport:
    """What one round of planning did."""

    planned: int
    lacks: tuple[Lack, ...]


class _Outcome(enum.Enum):
    FILLED = enum.auto()
    TAKEN = enum.auto()
    """Somebody else filled it."""
    NO_MEDIA = enum.auto()


class PlanningService:
    """The first planner: each free slot gets the media that rested longest."""

    def __init__(self, *, database: Database, networks: Networks) -> None:
        self._database = database
        self._networks = networks

    async def fill(self, now: dt.datetime) -> PlanReport:
        """Fill the free slots of today and tomorrow that lie after `now`, in all workspaces.

        Each slot is filled in its own transaction and only once, however many planners run. The statements of
        a round with nothing to do do not grow with the number of workspaces.
        """
        planned = 0
        lacks: list[Lack] = []
        for workspace, account, slots in await self._free_slots(now):
            for number, slot in enumerate(slots):
                outcome = await self._fill(workspace, account, slot, now)
                if outcome is _Outcome.NO_MEDIA:
                    empty = len(slots) - number
                    lacks.append(Lack(workspace_id=workspace.id, account_id=account.id, slots=empty))
                    break
                if outcome is _Outcome.FILLED:
                    planned += 1
        return PlanReport(planned=planned, lacks=tuple(lacks))

    async def _free_slots(self, now: dt.datetime) -> list[tuple[Workspace, Account, list[Slot]]]:
        async with self._database.read() as look:
            workspaces = {workspace.id: workspace for workspace in await look.workspaces.all()}
            accounts = await look.accounts.all()
            # No zone is more than a day from UTC, and planning begins with yesterday.
            filled = await look.publications.filled_slots(since=now.date() - dt.timedelta(days=2))
        free: list[tuple[Workspace, Account, list[Slot]]] = []
        for account in accounts:
            workspace = workspaces[account.workspace_id]
            if workspace.paused_at is None and self._is_planned(account, workspace):
                slots = [
                    slot
                    for slot in _coming_slots(workspace, now)
                    if FilledSlot(account.id, slot.local_date, slot.number) not in filled
                ]
                if slots:
                    free.append((workspace, account, slots))
        return free

    def _is_planned(self, account: Account, workspace: Workspace) -> bool:
        network = self._networks.get(account.platform)
        return (
            network is not None
            and workspace.settings.planned_placement in network.capabilities.placements
            and account.state in {AccountState.ACTIVE, AccountState.NEEDS_RECONNECT}
        )

    async def _fill(self, workspace: Workspace, account: Account, slot: Slot, now: dt.datetime) -> _Outcome:
        placement = workspace.settings.planned_placement
        async with self._database.begin() as uow:
            candidates = await uow.selection.candidates(account.id, now=now, limit=1)
            if not candidates:
                return _Outcome.NO_MEDIA
            described = candidates[0].description
            content = Content(caption=described.caption, link=described.link, items=tuple(candidates))
            post_id = await uow.posts.add(content.post(workspace.id, placement), at=now)
            publication_id = await uow.publications.add(
                NewPublication(
                    workspace_id=workspace.id,
                    post_id=post_id,
                    account_id=account.id,
                    platform=account.platform,
                    placement=placement,
                    due_at=slot.at,
                    content_key=content.key(account, placement),
                    slot=slot,
                ),
                at=now,
                actor=BOT,
            )
            if publication_id is None:
                return _Outcome.TAKEN
            await uow.commit()
        return _Outcome.FILLED


def _coming_slots(workspace: Workspace, now: dt.datetime) -> list[Slot]:
    today = now.astimezone(workspace.settings.zone).date()
    slots = (slot for day in DAYS for slot in slots_of(today + dt.timedelta(days=day), workspace.settings))
    return [slot for slot in slots if slot.at > now]
