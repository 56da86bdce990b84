"""Fill the slots of the next days with media from the library."""

import dataclasses
import datetime as dt
import enum
import html
from collections.abc import Collection, Mapping, Sequence

from domain.account import Account
from domain.ids import AccountId, PublicationId, WorkspaceId
from domain.media import MediaItem
from domain.mix import Mix
from domain.publication import BOT, Event, State
from domain.schedule import Slot
from domain.season import DateSpan
from services.messages import SendText, Urgency
from services.ports import Networks
from services.posting.agenda import Agenda, agenda
from services.posting.fill_slot import fill_slot
from services.posting.select import select
from services.repositories.planning import FilledSlot
from services.unit_of_work import Database, UnitOfWork

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
    """How many publications were taken out, as their schedule is another one now or their media locked."""
    missed: int = 0
    """How many slots went by while nothing was posted, and are recorded as missed."""


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

    async def fill(self, now: dt.datetime, *, only: WorkspaceId | None = None) -> PlanReport:
        """Fill the free slots after `now`, as far ahead as each workspace wants it; `only` those of one.

        Each slot is filled in its own transaction and only once, however many planners run. What was planned
        by a schedule that changed since, or with media that was locked since, and was touched by nobody, is
        taken out first. A pause changes nothing of the plan. What became too late in one, and the slots for
        which nobody was there to plan, are recorded as missed and told in one message. The statements of a
        round with nothing to do do not grow with the number of workspaces. An account that cannot be planned
        for keeps no other waiting: its error comes out when all others are done.
        """
        planned = withdrawn = missed = 0
        lacks: list[Lack] = []
        agendas = [
            each
            for each in await self._agendas(now)
            if not each.is_empty and only in {None, each.workspace.id}
        ]
        if not agendas:
            return PlanReport(planned=0, lacks=())
        mixes = await self._wake(now)
        failures: list[Exception] = []
        accounted: dict[AccountId, DateSpan] = {}
        for each in agendas:
            mix = mixes.get(each.workspace.id)
            try:
                if each.outdated:
                    withdrawn += await self._withdraw(each, now)
                if each.is_new_date:
                    missed += await self._account_for_late(each, mix, now)
                filled, empty = await self._fill_all(each, mix, now)
            except Exception as error:  # noqa: BLE001  (one must not keep the others unplanned)
                failures.append(error)
                continue
            planned += filled
            if empty:
                lacks.append(Lack(workspace_id=each.workspace.id, account_id=each.account.id, slots=empty))
            if each.is_new_date:
                accounted[each.account.id] = each.dates
        await self._extend(accounted)
        if failures:
            raise failures[0]
        return PlanReport(planned=planned, lacks=tuple(lacks), withdrawn=withdrawn, missed=missed)

    async def _agendas(self, now: dt.datetime) -> list[Agenda]:
        async with self._database.read() as look:
            workspaces = {workspace.id: workspace for workspace in await look.workspaces.all()}
            accounts = await look.accounts.all()
            # No zone is more than a day from UTC, and planning begins with yesterday.
            filled = await look.plan.filled_slots(since=now.date() - 2 * _DAY)
            known = await look.plan.dates()
        filled_of: dict[AccountId, list[FilledSlot]] = {}
        for slot in filled:
            filled_of.setdefault(slot.account_id, []).append(slot)
        return [
            agenda(
                workspaces[account.workspace_id],
                account,
                self._networks,
                filled_of.get(account.id, []),
                known=known.get(account.id),
                now=now,
            )
            for account in accounts
            # By settings that stand in for others everything would be planned anew, and wrongly.
            if not workspaces[account.workspace_id].settings.unusable
        ]

    async def _wake(self, now: dt.datetime) -> Mapping[WorkspaceId, Mix]:
        async with self._database.begin() as uow:
            await uow.selection.wake(now)
            mixes = await uow.mixes.current()
            await uow.commit()
        return mixes

    async def _withdraw(self, todo: Agenda, now: dt.datetime) -> int:
        """Take out what an earlier schedule planned, or what is locked by now; return how many there were.

        What is locked was posted, skipped, rejected, held or retired after it was planned.
        """
        locked = {slot.publication_id for slot in todo.outdated if slot.is_locked}
        async with self._database.begin() as uow:
            jobs = await uow.publications.jobs([slot.publication_id for slot in todo.outdated])
            withdrawn = [
                number
                for number, job in jobs.items()
                if job.publication.state is State.SCHEDULED
                and await uow.publications.apply(
                    job.publication,
                    Event.CANCELLED,
                    at=now,
                    actor=BOT,
                    reason="its media is locked by now" if number in locked else "the schedule changed",
                )
            ]
            if not withdrawn:
                return 0
            await uow.plan.release(withdrawn)
            count = len(locked.intersection(withdrawn))
            told = SendText(html=_told_withdrawn(todo.account, len(withdrawn), locked=count))
            await uow.outbox.add(todo.workspace.chat_id, told, urgency=Urgency.ALERT, at=now)
            await uow.commit()
        return len(withdrawn)

    async def _account_for_late(self, todo: Agenda, mix: Mix | None, now: dt.datetime) -> int:
        """Record as missed what became too late unseen, and tell the team; return how many slots that are.

        That is what a pause held back, and what nobody was there to plan. Their media is free at once.
        """
        async with self._database.begin() as uow:
            await uow.plan.alone([todo.account.id])
            late = await uow.plan.late(todo.account.id, planned_before=now - todo.last_chance)
            times = await _missed(uow, late, now)
            for slot in await _still_unfilled(uow, todo):
                if items := await _selected(uow, todo, slot, mix, now):
                    added = await _filled(uow, todo, slot, items, now)
                    # One by one, so that the next may have the same items.
                    times += await _missed(uow, [added] if added else [], now)
            if times:
                told = SendText(html=_told(todo, times))
                await uow.outbox.add(todo.workspace.chat_id, told, urgency=Urgency.ALERT, at=now)
                await uow.commit()
        return len(times)

    async def _extend(self, dates: Mapping[AccountId, DateSpan]) -> None:
        if dates:
            async with self._database.begin() as uow:
                await uow.plan.extend(dates)
                await uow.commit()

    async def _fill_all(self, todo: Agenda, mix: Mix | None, now: dt.datetime) -> tuple[int, int]:
        """Fill an account's free slots; return how many were filled, and how many stay empty."""
        filled = empty = 0
        lacking: set[str] = set()
        for slot in todo.free:
            outcome = (
                _Outcome.NO_MEDIA if slot.placement in lacking else await self._fill(todo, slot, mix, now)
            )
            if outcome is _Outcome.NO_MEDIA:
                empty += 1
                if not todo.settings.seasons:
                    lacking.add(slot.placement)
            elif outcome is _Outcome.FILLED:
                filled += 1
        return filled, empty

    async def _fill(self, todo: Agenda, slot: Slot, mix: Mix | None, now: dt.datetime) -> _Outcome:
        async with self._database.begin() as uow:
            # Two that choose at once would both find the same item free.
            await uow.plan.alone([todo.account.id])
            items = await _selected(uow, todo, slot, mix, now)
            if not items:
                return _Outcome.NO_MEDIA
            if await _filled(uow, todo, slot, items, now) is None:
                return _Outcome.TAKEN
            await uow.commit()
        return _Outcome.FILLED


async def _selected(
    uow: UnitOfWork, todo: Agenda, slot: Slot, mix: Mix | None, now: dt.datetime
) -> Sequence[MediaItem]:
    return await select(
        uow,
        todo.workspace.id,
        todo.account.id,
        todo.settings,
        mix,
        placement=todo.placements[slot.placement],
        at=slot.at,
        now=now,
    )


async def _filled(
    uow: UnitOfWork, todo: Agenda, slot: Slot, items: Sequence[MediaItem], now: dt.datetime
) -> PublicationId | None:
    return await fill_slot(uow, todo.account, slot, items, placement=slot.placement, at=now, by=BOT)


async def _still_unfilled(uow: UnitOfWork, todo: Agenda) -> list[Slot]:
    """Return the slots that nobody planned for in time, without those that another planner just recorded."""
    if not todo.gone:
        return []
    filled = {
        (slot.local_date, slot.number)
        for slot in await uow.plan.filled_slots(since=todo.gone[0].local_date)
        if slot.account_id == todo.account.id
    }
    return [slot for slot in todo.gone if (slot.local_date, slot.number) not in filled]


async def _missed(uow: UnitOfWork, ids: Collection[PublicationId], now: dt.datetime) -> list[dt.datetime]:
    """Let the time of publications be over; return when they were planned for."""
    jobs = (await uow.publications.jobs(ids)).values() if ids else ()
    return [
        job.publication.planned_at
        for job in jobs
        # Whoever claimed it meanwhile says himself what became of it.
        if job.publication.state is State.SCHEDULED
        and await uow.publications.apply(
            job.publication,
            Event.EXPIRED,
            at=now,
            actor=BOT,
            reason="its time passed while nothing was posted",
        )
    ]


def _told_withdrawn(account: Account, count: int, *, locked: int) -> str:
    lines = [
        f"🗓 {html.escape(account.name)}: {number} planned {'post' if number == 1 else 'posts'} nobody had "
        f"touched made way: {why}."
        for number, why in (
            (count - locked, "the schedule changed"),
            (locked, "what it shows was posted, skipped, rejected, held or retired meanwhile"),
        )
        if number
    ]
    return "\n".join([*lines, "/week shows the plan."])


def _told(todo: Agenda, times: Sequence[dt.datetime]) -> str:
    dates = sorted({time.astimezone(todo.settings.zone).date() for time in times})
    span = " to ".join(f"{date:%a} {date.day} {date:%b}" for date in (dates[0], dates[-1])[: len(dates)])
    is_one = len(times) == 1
    why = "posting is paused" if todo.is_paused else "posting was off, paused, or Storyline did not run"
    return (
        f"⏰ {len(times)} planned {'post' if is_one else 'posts'} of {html.escape(todo.account.name)} "
        f"({span}) could not go out in time and {'is' if is_one else 'are'} missed: {why}. "
        f"Nothing of it is posted late; what it was to show can be planned again."
    )
