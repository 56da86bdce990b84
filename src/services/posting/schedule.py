"""The queue on request: add, cancel, retry, bring forward."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from domain.account import Account
from domain.card import CardKind
from domain.errors import StorylineError
from domain.ids import MediaId, PublicationId, WorkspaceId
from domain.lane import Lane
from domain.media import MediaItem, Need
from domain.post import MOST_MEDIA
from domain.publication import Event, Publication, State
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock, Job, Networks
from services.posting.cards import close_cards, show_card
from services.unit_of_work import AuditEntry, Database, NewPost, NewPublication, UnitOfWork
from services.workspaces import workspace_of

CANCELLABLE = frozenset({State.DRAFT, State.AWAITING_APPROVAL, State.SCHEDULED, State.WITH_TEAM})
"""States that `cancel` leaves; an unconfirmed publication is closed on its card alone."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class QueueRequest:
    """What somebody wants to go out."""

    workspace_id: WorkspaceId
    media: tuple[MediaId, ...]
    placement: str
    account_names: tuple[str, ...] = ()
    """Empty: every account of the workspace whose platform has the placement."""
    at: dt.datetime | None = None
    """None, or a time that is over: now."""
    caption: str | None = None
    """None: the first media item's."""
    link: str | None = None
    """None: the first media item's."""
    lane: Lane | None = None
    needs: frozenset[Need] = frozenset()
    """Beside what the media items need."""
    approval: bool = False
    force: bool = False
    """Despite a lock."""


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
            StorylineError: no account takes it, the media is unknown, locked or too much, or the placement is
                unknown.
        """
        now = self._clock.now()
        async with self._database.begin() as uow:
            workspace = await workspace_of(uow, request.workspace_id)
            accounts = self._accounts(await uow.accounts.find(request.workspace_id), request)
            items = await _items(uow, request)
            if not request.force:
                await self._refuse_locked(uow, items, accounts)
            link = request.link if request.link is not None else (items[0].description.link if items else "")
            caption = request.caption
            if caption is None:
                caption = items[0].description.caption if items else ""
            post_id = await uow.posts.add(
                NewPost(
                    workspace_id=request.workspace_id,
                    caption=caption,
                    link=link,
                    needs=needs_of(items, placement=request.placement, link=link) | request.needs,
                    media=request.media,
                ),
                at=now,
            )
            added: list[PublicationId] = []
            for account in accounts:
                publication_id = await uow.publications.add(
                    NewPublication(
                        workspace_id=request.workspace_id,
                        post_id=post_id,
                        account_id=account.id,
                        platform=account.platform,
                        placement=request.placement,
                        due_at=max(request.at or now, now),
                        lane_wish=request.lane,
                        needs_approval=request.approval,
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
            states=frozenset({State.FAILED, State.MISSED}),
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
        async with self._database.begin() as uow:
            jobs = await uow.publications.find(workspace_id, states=(State.FAILED,), limit=1000)
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

    def _accounts(self, known: list[Account], request: QueueRequest) -> list[Account]:
        if not known:
            raise StorylineError(
                "No account is connected yet. Connect one first: storyline accounts add instagram …"
            )
        if not request.account_names:
            taking = [account for account in known if self._takes(account, request.placement)]
            if not taking:
                raise StorylineError(f"No connected account takes the placement “{request.placement}”.")
            return taking
        by_name = {name: account for account in known for name in (account.name, account.external_id)}
        missing = [name for name in request.account_names if name not in by_name]
        if missing:
            raise StorylineError(
                f"No account is called {', '.join(missing)}. "
                f"There are: {', '.join(account.name for account in known)}."
            )
        # Once each, also where somebody names one twice, or by its name and its id.
        chosen = list(dict.fromkeys(by_name[name] for name in request.account_names))
        for account in chosen:
            if not self._takes(account, request.placement):
                raise StorylineError(f"{account.name} takes no placement “{request.placement}”.")
        return chosen

    def _takes(self, account: Account, placement: str) -> bool:
        network = self._networks.get(account.platform)
        return network is not None and placement in network.capabilities.placements

    async def _refuse_locked(self, uow: UnitOfWork, items: list[MediaItem], accounts: list[Account]) -> None:
        for account in accounts:
            locked = await uow.media.locked([item.id for item in items], account.id, now=self._clock.now())
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


async def _items(uow: UnitOfWork, request: QueueRequest) -> list[MediaItem]:
    if len(request.media) > MOST_MEDIA:
        raise StorylineError(f"A post has at most {MOST_MEDIA} media items, not {len(request.media)}.")
    if len(set(request.media)) < len(request.media):
        raise StorylineError("A post has each media item once.")
    found = {item.id: item for item in await uow.media.get(request.media)}
    items = [item for media_id in request.media if (item := found.get(media_id)) is not None]
    if len(items) != len(request.media) or any(item.workspace_id != request.workspace_id for item in items):
        missing = [str(media_id) for media_id in request.media if media_id not in found]
        raise StorylineError(f"There is no media {', '.join(missing) or 'of that number'} in this library.")
    return items


def needs_of(items: Sequence[MediaItem], *, placement: str, link: str) -> frozenset[Need]:
    """Return what a person must add to a post of these items: a story's link needs a sticker."""
    needs = frozenset[Need]().union(*(item.description.needs for item in items))
    return needs | {Need.LINK} if link and placement == "story" else needs
