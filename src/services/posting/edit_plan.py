"""Changes of the plan by hand: swap, move, insert, cancel; nothing else of the plan is disturbed."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from domain.errors import StorylineError
from domain.ids import MediaId, PublicationId, WorkspaceId
from domain.media import LockReason, MediaItem
from domain.publication import Event, Publication, State
from domain.terms import Terms
from domain.workspace import Workspace
from services.accounts.naming import account_named
from services.ports import Clock, Job
from services.posting.cards import close_cards
from services.posting.compose import QueueRequest
from services.posting.plan import PlanningService
from services.posting.schedule import QueueService
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, Repositories, UnitOfWork
from services.workspaces import workspace_of

MOST_HELD = 1000
"""Planned publications that are looked through for held items."""
WAITING = tuple(state for state in State if not state.is_final)


class PlanEditor:
    """Changes what is planned. Each change is one transaction, in the history and in the audit log."""

    def __init__(
        self, *, database: Database, clock: Clock, queue: QueueService, planning: PlanningService
    ) -> None:
        self._database = database
        self._clock = clock
        self._queue = queue
        self._planning = planning

    async def swap(
        self, workspace_id: WorkspaceId, one: PublicationId, other: PublicationId, *, by: str
    ) -> tuple[Publication, Publication]:
        """Let two planned publications of an account exchange their times and slots.

        Raises:
            StorylineError: they are the same, of different accounts, one is not waiting for its time, or may
                not be posted at the other's.
        """
        async with self._database.begin() as uow:
            first, second = (
                await self._planned(uow, workspace_id, one),
                await self._planned(uow, workspace_id, other),
            )
            if one == other or first.account.id != second.account.id:
                raise StorylineError("Two different publications of one account can be swapped.")
            times = first.publication.planned_at, second.publication.planned_at
            await _refuse_held(uow, first.workspace, first.post.media, times[1])
            await _refuse_held(uow, second.workspace, second.post.media, times[0])
            await uow.plan.exchange(one, other)
            swapped = (
                await self._moved(uow, first, times[1], by=by, action="plan_swapped"),
                await self._moved(uow, second, times[0], by=by, action="plan_swapped"),
            )
            await uow.commit()
        return swapped

    async def move(
        self, workspace_id: WorkspaceId, publication_id: PublicationId, *, at: dt.datetime, by: str
    ) -> Publication:
        """Plan a publication for another time; its slot stays filled.

        Raises:
            StorylineError: the time is over, the publication is not waiting for its own, or its media may not
                be posted then.
        """
        if at <= self._clock.now():
            raise StorylineError("That time is over.")
        async with self._database.begin() as uow:
            job = await self._planned(uow, workspace_id, publication_id)
            await _refuse_held(uow, job.workspace, job.post.media, at)
            moved = await self._moved(uow, job, at, by=by, action="plan_moved")
            await uow.commit()
        return moved

    async def insert(
        self,
        workspace_id: WorkspaceId,
        media_id: MediaId,
        *,
        at: dt.datetime,
        account_names: tuple[str, ...] = (),
        placement: str | None = None,
        by: str,
    ) -> list[Job]:
        """Plan an item beside the slots, for one account or all, and return the publications.

        Args:
            workspace_id: whose plan it is.
            media_id: of its library.
            at: when.
            account_names: empty: all of the workspace that take the placement.
            placement: None: what the planner makes of slots.
            by: who wants it, for the history.

        Raises:
            StorylineError: the time is over, or the item may not be posted then; nothing breaks a lock here.
        """
        if at <= self._clock.now():
            raise StorylineError("That time is over.")
        async with self._database.read() as look:
            workspace = await workspace_of(look, workspace_id)
            items = await look.media.get([media_id])
            if len(items) != 1 or items[0].workspace_id != workspace_id:
                raise StorylineError(f"There is no media {media_id}.")
            await _refuse_held(look, workspace, items, at)
            await self._refuse_waiting(look, workspace_id, media_id, account_names)
        request = QueueRequest(
            workspace_id=workspace_id,
            media=(media_id,),
            placement=placement or workspace.settings.planned_placement,
            account_names=account_names,
            at=at,
        )
        return await self._queue.add(request, by=by)

    async def cancel(
        self, workspace_id: WorkspaceId, publication_id: PublicationId, *, leave_empty: bool = False, by: str
    ) -> Publication:
        """Take a publication out of the plan, and fill its slot anew unless it is to stay empty.

        Its media rests until the time it was planned for, so that the slot gets something else.

        Raises:
            StorylineError: it is not waiting for its time.
        """
        async with self._database.begin() as uow:
            job = await self._planned(uow, workspace_id, publication_id)
            cancelled = await self._withdrawn(uow, job, by=by, action="plan_cancelled")
            if not leave_empty and job.publication.planned_at > self._clock.now():
                await uow.plan.release([publication_id])
            await uow.commit()
        if not leave_empty:
            await self._planning.fill(self._clock.now(), only=workspace_id)
        return cancelled

    async def set_terms(
        self, workspace_id: WorkspaceId, media_id: MediaId, terms: Terms, *, by: str
    ) -> list[PublicationId]:
        """Say when an item may be posted, and return what had to leave the plan for it.

        The slots that it leaves are filled anew.

        Raises:
            StorylineError: there is no such item.
        """
        now = self._clock.now()
        async with self._database.begin() as uow:
            workspace = await workspace_of(uow, workspace_id)
            items = await uow.media.get([media_id])
            if len(items) != 1 or items[0].workspace_id != workspace_id:
                raise StorylineError(f"There is no media {media_id}.")
            # What a planner is choosing at this moment must be seen below.
            await uow.plan.alone([account.id for account in await uow.accounts.find(workspace_id)])
            await uow.selection.set_terms(media_id, terms)
            jobs = await uow.publications.find(workspace_id, states=(State.SCHEDULED,), limit=MOST_HELD)
            leaving = [
                job
                for job in jobs
                if media_id in {item.id for item in job.post.media}
                and not terms.allow(
                    job.publication.planned_at,
                    job.publication.planned_at.astimezone(workspace.settings.zone).date(),
                )
            ]
            for job in leaving:
                await self._withdrawn(uow, job, by=by, action="plan_cancelled")
            gone = [job.publication.id for job in leaving]
            # A slot whose time is over is not filled again: it keeps what it had.
            await uow.plan.release(
                [job.publication.id for job in leaving if job.publication.planned_at > now]
            )
            await uow.audit.add(
                AuditEntry(
                    at=now,
                    actor=by,
                    action="media_terms_set",
                    workspace_id=workspace_id,
                    detail={"media": media_id, **_told(terms)},
                )
            )
            await uow.commit()
        if gone:
            await self._planning.fill(now, only=workspace_id)
        return gone

    async def _refuse_waiting(
        self,
        look: Repositories,
        workspace_id: WorkspaceId,
        media_id: MediaId,
        account_names: tuple[str, ...],
    ) -> None:
        """Raise `StorylineError` where an item waits already, as its second post would break its lock."""
        known = await look.accounts.find(workspace_id)
        chosen = {account_named(name, known).id for name in account_names} or {each.id for each in known}
        for job in await look.publications.find(workspace_id, states=WAITING, limit=MOST_HELD):
            if job.account.id in chosen and media_id in {item.id for item in job.post.media}:
                raise StorylineError(
                    f"Media {media_id} waits for {job.account.name} already: "
                    f"move {job.publication.id} instead."
                )

    async def _planned(
        self, uow: UnitOfWork, workspace_id: WorkspaceId, publication_id: PublicationId
    ) -> Job:
        job = (await uow.publications.jobs([publication_id])).get(publication_id)
        if job is None or job.workspace.id != workspace_id:
            raise StorylineError(f"There is no publication {publication_id}.")
        if job.publication.state is not State.SCHEDULED:
            state = job.publication.state.replace("_", " ")
            raise StorylineError(f"Publication {publication_id} is {state}; only what waits can be changed.")
        return job

    async def _moved(
        self, uow: UnitOfWork, job: Job, at: dt.datetime, *, by: str, action: str
    ) -> Publication:
        return await self._applied(uow, job, Event.POSTPONED, by=by, action=action, planned_at=at, due_at=at)

    async def _withdrawn(self, uow: UnitOfWork, job: Job, *, by: str, action: str) -> Publication:
        cancelled = await self._applied(uow, job, Event.CANCELLED, by=by, action=action)
        now = self._clock.now()
        if job.post.media and job.publication.planned_at > now:
            await uow.media.lock(
                [item.id for item in job.post.media],
                job.account.id,
                until=job.publication.planned_at,
                reason=LockReason.WITHDRAWN,
                at=now,
            )
        await close_cards(uow, cancelled, job.workspace, self._clock)
        return cancelled

    async def _applied(
        self, uow: UnitOfWork, job: Job, event: Event, *, by: str, action: str, **changes: Any
    ) -> Publication:
        now = self._clock.now()
        changed = await uow.publications.apply(job.publication, event, at=now, actor=by, **changes)
        if changed is None:
            raise StorylineError(f"Somebody changed publication {job.publication.id} at the same moment.")
        await uow.audit.add(
            AuditEntry(
                at=now,
                actor=by,
                action=action,
                workspace_id=job.workspace.id,
                publication_id=job.publication.id,
                detail={"planned_at": changed.planned_at.isoformat()},
            )
        )
        return changed


async def _refuse_held(
    look: Repositories, workspace: Workspace, items: Sequence[MediaItem], at: dt.datetime
) -> None:
    """Raise `StorylineError` where the terms of an item say that it may not be posted then."""
    local_date = at.astimezone(workspace.settings.zone).date()
    for media_id, terms in (await look.selection.terms([item.id for item in items])).items():
        if not terms.allow(at, local_date):
            raise StorylineError(f"Media {media_id} is held, too old or out of season then.")


def _told(terms: Terms) -> Mapping[str, str | None]:
    return {
        field.name: None if (value := getattr(terms, field.name)) is None else str(value)
        for field in dataclasses.fields(terms)
    }
