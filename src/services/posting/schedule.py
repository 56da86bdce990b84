"""The queue on request: add, cancel, retry, bring forward."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from domain.card import CardKind
from domain.errors import StorylineError
from domain.ids import PublicationId, WorkspaceId
from domain.publication import Event, Publication, State
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock, Job, Networks
from services.posting.cards import close_cards, show_card
from services.posting.compose import Composition, Content, QueueRequest, composed, worked_on_at
from services.posting.repetition import refuse_repetition
from services.repositories.publications import NewPost, NewPublication
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork
from services.workspaces import workspace_of

CANCELLABLE = frozenset({State.DRAFT, State.AWAITING_APPROVAL, State.SCHEDULED, State.WITH_TEAM})
"""States that `cancel` leaves; an unconfirmed publication is closed on its card alone."""
RETRIABLE = frozenset({State.FAILED, State.MISSED})
"""What did not go out, and may be put back into the queue."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why one publication could not be changed."""

    publication_id: PublicationId
    why: str


class QueueService:
    """Changes the queue for a person. Every change is in the history and in the audit log."""

    def __init__(self, *, database: Database, clock: Clock, networks: Networks, alerts: AlertService) -> None:
        self._database = database
        self._clock = clock
        self._alerts = alerts
        self._networks = networks

    async def add(self, request: QueueRequest, *, by: str) -> list[Job]:
        """Queue one post on each account and return the publications.

        Raises:
            StorylineError: no account takes it, the media is unknown, locked or too much, the placement is
                unknown, or an account has the same within the hour.
        """
        now = self._clock.now()
        due_at = max(request.at or now, now)
        async with self._database.begin() as uow:
            workspace = await workspace_of(uow, request.workspace_id)
            composition = await composed(uow, request, self._networks)
            if not request.force:
                await self._refuse_locked(uow, composition)
                await refuse_repetition(uow, composition, placement=request.placement, due_at=due_at)
            root = await uow.posts.add(_post(composition.common, request), at=now)
            added: list[PublicationId] = []
            for account in composition.accounts:
                content = composition.of(account)
                post_id = root
                if account.id in composition.variants:
                    variant = dataclasses.replace(_post(content, request), variant_of=root)
                    post_id = await uow.posts.add(variant, at=now)
                publication_id = await uow.publications.add(
                    NewPublication(
                        workspace_id=request.workspace_id,
                        post_id=post_id,
                        account_id=account.id,
                        platform=account.platform,
                        placement=request.placement,
                        due_at=worked_on_at(
                            account, request, due_at=due_at, now=now, networks=self._networks
                        ),
                        planned_at=due_at,
                        lane_wish=request.lane,
                        needs_approval=request.approval,
                        content_key=content.key(account, request.placement),
                        is_forced=request.force,
                    ),
                    at=now,
                    actor=by,
                )
                if publication_id is not None:
                    added.append(publication_id)
            jobs = await uow.publications.jobs(added)
            if request.approval:
                for job in jobs.values():
                    await show_card(uow, job.publication, workspace, CardKind.APPROVAL, self._clock)
            await uow.audit.add(*(self._audited(job.publication, "queued", by) for job in jobs.values()))
            await uow.commit()
        return [jobs[publication_id] for publication_id in added]

    async def cancel(
        self, workspace_id: WorkspaceId, ids: Sequence[PublicationId], *, by: str
    ) -> list[Refusal]:
        """Take publications out of the queue; return those that could not be."""
        return await self._change(workspace_id, ids, Event.CANCELLED, by=by, states=CANCELLABLE)

    async def retry(
        self, workspace_id: WorkspaceId, ids: Sequence[PublicationId], *, by: str
    ) -> list[Refusal]:
        """Put failed or missed publications back into the queue, due now; return those that could not be."""
        now = self._clock.now()
        return await self._change(
            workspace_id,
            ids,
            Event.RETRIED,
            by=by,
            states=RETRIABLE,
            planned_at=now,
            attempts=0,
        )

    async def now(self, workspace_id: WorkspaceId, ids: Sequence[PublicationId], *, by: str) -> list[Refusal]:
        """Make scheduled publications due now; return those that could not be."""
        now = self._clock.now()
        return await self._change(
            workspace_id,
            ids,
            Event.POSTPONED,
            by=by,
            states=frozenset({State.SCHEDULED}),
            planned_at=now,
            due_at=now,
        )

    async def failed(self, workspace_id: WorkspaceId) -> list[PublicationId]:
        """Return what failed for good."""
        async with self._database.read() as look:
            jobs = await look.publications.find(workspace_id, states=(State.FAILED,), limit=1000)
        return [job.publication.id for job in jobs]

    async def _change(
        self,
        workspace_id: WorkspaceId,
        ids: Sequence[PublicationId],
        event: Event,
        *,
        by: str,
        states: frozenset[State],
        **changes: Any,
    ) -> list[Refusal]:
        refusals: list[Refusal] = []
        async with self._database.begin() as uow:
            jobs = await uow.publications.jobs(ids)
            for publication_id in ids:
                job = jobs.get(publication_id)
                why = await self._changed(
                    uow, workspace_id, job, event, by=by, states=states, changes=changes
                )
                if why:
                    refusals.append(Refusal(publication_id=publication_id, why=why))
            await uow.commit()
        return refusals

    async def _changed(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        job: Job | None,
        event: Event,
        *,
        by: str,
        states: frozenset[State],
        changes: Mapping[str, Any],
    ) -> str:
        """Apply the event to one publication; return why it could not be, empty when it was."""
        if job is None or job.workspace.id != workspace_id:
            return "there is no such publication"
        publication = job.publication
        if publication.state not in states:
            return f"it is {publication.state.replace('_', ' ')}"
        settled = await uow.publications.apply(publication, event, at=self._clock.now(), actor=by, **changes)
        if settled is None:
            return "somebody changed it at the same moment"
        await close_cards(uow, settled, job.workspace, self._clock)
        if publication.state is State.FAILED:
            await self._alerts.end(
                uow, job.workspace, SendAlert(kind=AlertKind.FAILED, publication_id=settled.id)
            )
        await uow.audit.add(self._audited(settled, event, by))
        return ""

    async def _refuse_locked(self, uow: UnitOfWork, composition: Composition) -> None:
        for account in composition.accounts:
            media = [item.id for item in composition.of(account).items]
            locked = await uow.media.locked(media, account.id, now=self._clock.now()) if media else {}
            for media_id, until in locked.items():
                when = f"until {until:%Y-%m-%d}" if until else "for ever"
                raise StorylineError(
                    f"Media {media_id} is locked for {account.name} {when}; --force posts it all the same."
                )

    def _audited(self, publication: Publication, action: str, by: str) -> AuditEntry:
        return AuditEntry(
            at=self._clock.now(),
            actor=by,
            action=action,
            workspace_id=publication.workspace_id,
            publication_id=publication.id,
        )


def _post(content: Content, request: QueueRequest) -> NewPost:
    post = content.post(request.workspace_id, request.placement)
    return dataclasses.replace(
        post, needs=post.needs | request.needs, cover=request.cover, details=request.details
    )
