"""Fill the slots of the next days with media from the library."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Iterable, Mapping, Sequence

from domain.account import Account, AccountState
from domain.ids import AccountId, WorkspaceId
from domain.mix import Mix
from domain.publication import BOT, Event, State
from domain.schedule import Slot, slots_of
from domain.workspace import Workspace, WorkspaceSettings
from services.messages import SendText, Urgency
from services.ports import Networks
from services.posting.compose import Content
from services.posting.select import select
from services.repositories.planning import FilledSlot
from services.repositories.publications import NewPublication
from services.unit_of_work import Database

_DAY = dt.timedelta(days=1)


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
    withdrawn: int = 0
    """How many publications were taken out, as the schedule they were planned by is another one now."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Todo:
    """What a round has to do for one account."""

    workspace: Workspace
    account: Account
    settings: WorkspaceSettings
    """As they are for the account."""
    free: Sequence[Slot]
    outdated: Sequence[FilledSlot]
    """Filled as an earlier schedule wanted it, and not touched since."""


class _Outcome(enum.Enum):
    FILLED = enum.auto()
    TAKEN = enum.auto()
    """Somebody else filled it."""
    NO_MEDIA = enum.auto()


class PlanningService:
    """Keeps the coming slots of all accounts filled, and in step with their schedules."""

    def __init__(self, *, database: Database, networks: Networks) -> None:
        self._database = database
        self._networks = networks

    async def fill(self, now: dt.datetime) -> PlanReport:
        """Fill the free slots after `now`, as far ahead as each workspace wants it.

        Each slot is filled in its own transaction and only once, however many planners run. What was planned
        by a schedule that changed since, and was touched by nobody, is taken out first. The statements of a
        round with nothing to do do not grow with the number of workspaces.
        """
        planned = withdrawn = 0
        lacks: list[Lack] = []
        todos = await self._todos(now)
        if not todos:
            return PlanReport(planned=0, lacks=())
        mixes = await self._wake(now)
        for todo in todos:
            if todo.outdated:
                withdrawn += await self._withdraw(todo, now)
            filled, empty = await self._fill_all(todo, mixes.get(todo.workspace.id), now)
            planned += filled
            if empty:
                lacks.append(Lack(workspace_id=todo.workspace.id, account_id=todo.account.id, slots=empty))
        return PlanReport(planned=planned, lacks=tuple(lacks), withdrawn=withdrawn)

    async def _todos(self, now: dt.datetime) -> list[_Todo]:
        async with self._database.read() as look:
            workspaces = {workspace.id: workspace for workspace in await look.workspaces.all()}
            accounts = await look.accounts.all()
            # No zone is more than a day from UTC, and planning begins with yesterday.
            filled = await look.plan.filled_slots(since=now.date() - 2 * _DAY)
        filled_of: dict[AccountId, list[FilledSlot]] = {}
        for slot in filled:
            filled_of.setdefault(slot.account_id, []).append(slot)
        todos: list[_Todo] = []
        for account in accounts:
            workspace = workspaces[account.workspace_id]
            if workspace.paused_at is None and is_planned(account, workspace, self._networks):
                todo = _todo(workspace, account, filled_of.get(account.id, []), now)
                if todo.free or todo.outdated:
                    todos.append(todo)
        return todos

    async def _wake(self, now: dt.datetime) -> Mapping[WorkspaceId, Mix]:
        async with self._database.begin() as uow:
            await uow.selection.wake(now)
            mixes = await uow.mixes.current()
            await uow.commit()
        return mixes

    async def _withdraw(self, todo: _Todo, now: dt.datetime) -> int:
        """Take out what an earlier schedule planned, and tell the team; return how many there were."""
        async with self._database.begin() as uow:
            jobs = await uow.publications.jobs([slot.publication_id for slot in todo.outdated])
            withdrawn = [
                job.publication.id
                for job in jobs.values()
                if job.publication.state is State.SCHEDULED
                and await uow.publications.apply(
                    job.publication, Event.CANCELLED, at=now, actor=BOT, reason="the schedule changed"
                )
            ]
            if not withdrawn:
                return 0
            await uow.plan.release(withdrawn)
            count = len(withdrawn)
            told = (
                f"🗓 The schedule changed, so {count} planned {'post' if count == 1 else 'posts'} nobody had "
                "touched made way for the new times. /week shows the plan."
            )
            await uow.outbox.add(todo.workspace.chat_id, SendText(html=told), urgency=Urgency.ALERT, at=now)
            await uow.commit()
        return count

    async def _fill_all(self, todo: _Todo, mix: Mix | None, now: dt.datetime) -> tuple[int, int]:
        """Fill an account's free slots; return how many were filled, and how many stay empty."""
        filled = empty = 0
        for number, slot in enumerate(todo.free):
            outcome = await self._fill(todo, slot, mix, now)
            if outcome is _Outcome.NO_MEDIA:
                empty += 1
                if not todo.settings.seasons:
                    return filled, len(todo.free) - number
            elif outcome is _Outcome.FILLED:
                filled += 1
        return filled, empty

    async def _fill(self, todo: _Todo, slot: Slot, mix: Mix | None, now: dt.datetime) -> _Outcome:
        workspace, account, placement = todo.workspace, todo.account, todo.settings.planned_placement
        async with self._database.begin() as uow:
            # Two that choose at once would both find the same item free.
            await uow.plan.alone([account.id])
            item = await select(uow, workspace.id, account.id, todo.settings, mix, at=slot.at, now=now)
            if item is None:
                return _Outcome.NO_MEDIA
            content = Content(caption=item.description.caption, link=item.description.link, items=(item,))
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


def is_planned(account: Account, workspace: Workspace, networks: Networks) -> bool:
    """Whether an account has slots to be filled while its workspace is not paused."""
    network = networks.get(account.platform)
    return (
        network is not None
        and workspace.settings.of(account.id).planned_placement in network.capabilities.placements
        and account.state in {AccountState.ACTIVE, AccountState.NEEDS_RECONNECT}
    )


def _todo(workspace: Workspace, account: Account, filled: Iterable[FilledSlot], now: dt.datetime) -> _Todo:
    settings = workspace.settings.of(account.id)
    today = now.astimezone(settings.zone).date()
    # Yesterday's window may reach beyond midnight.
    dates = {today + _DAY * number for number in range(-1, settings.horizon_days)}
    filled = list(filled)
    wanted = {
        (slot.local_date, slot.number): slot
        for date in dates | {slot.local_date for slot in filled}
        for slot in slots_of(date, settings, seed=account.id)
    }
    kept: set[tuple[dt.date, int]] = set()
    outdated: list[FilledSlot] = []
    for slot in filled:
        place = (slot.local_date, slot.number)
        if slot.is_untouched and slot.planned_at > now and _is_elsewhere(slot, wanted.get(place)):
            outdated.append(slot)
        else:
            kept.add(place)
    coming = [slot for slot in wanted.values() if slot.at > now and slot.local_date in dates]
    free = [slot for slot in coming if (slot.local_date, slot.number) not in kept]
    return _Todo(
        workspace=workspace,
        account=account,
        settings=settings,
        free=sorted(free, key=lambda slot: slot.at),
        outdated=outdated,
    )


def _is_elsewhere(filled: FilledSlot, wanted: Slot | None) -> bool:
    return wanted is None or wanted.at != filled.planned_at
