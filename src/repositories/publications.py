"""Publications, their history and their attempts."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.card import Card
from domain.ids import AccountId, CardId, MediaId, PublicationId, WorkspaceId
from domain.lane import Lane
from domain.publication import BOT, Event, HistoryEntry, Publication, State
from repositories.claim import CLAIMED, DUE_CLAIM, claim_values, is_lost_race, look_up_claim
from repositories.database_time import database_now
from repositories.jobs import load_cards, load_jobs, select_jobs
from repositories.rows import read
from repositories.tables import (
    UNASKED,
    attempts,
    in_state,
    post_media,
    posts,
    publication_events,
    publications,
    slot_filled_once,
)
from repositories.types import UtcDateTime
from repositories.upsert import insert_into
from repositories.vault import TokenVault
from repositories.wakes import Wakes
from services.ports import Job, Surroundings
from services.repositories.publications import Attempt, NewPost, NewPublication

RECENT = 200
"""How many posts of an account a look-up is told of; more than any platform lists in one answer."""
OPEN = [state for state in State if not state.is_final]

_STORED_FIELDS = [field.name for field in dataclasses.fields(Publication) if field.name != "id"]
_FIXED_FIELDS = {"workspace_id", "post_id", "account_id", "platform", "placement", "content_key"}
"""What a publication is; nothing that happens to it changes them."""
_CHANGING_FIELDS = [name for name in _STORED_FIELDS if name not in _FIXED_FIELDS]
_ENTRY_FIELDS = [field.name for field in dataclasses.fields(HistoryEntry)]

# Made once: to build and to hash a statement takes several times as long as to send it.
_JOBS = select_jobs.where(publications.c.id.in_(sa.bindparam("ids", expanding=True)))
_APPEND = sa.insert(publication_events)
_ADD_ATTEMPT = sa.insert(attempts)
_MOVE = sa.update(publications).where(
    publications.c.id == sa.bindparam("id_before"),
    publications.c.version == sa.bindparam("version_before"),
    publications.c.state == sa.bindparam("state_before"),
)
"""Sets whatever columns come with the values, if the publication is still as expected."""
_MOVE_WITHOUT_INTENT = _MOVE.where(publications.c.intent_at.is_(None))
_KEEP = _MOVE_WITHOUT_INTENT.values(lease_until=database_now(plus=sa.bindparam("lease", type_=sa.Double)))


class SqlPublications:
    """The `PublicationRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection, vault: TokenVault, wakes: Wakes) -> None:
        self._connection = connection
        self._vault = vault
        self._wakes = wakes
        self._unwritten: list[HistoryEntry] = []

    async def add(self, new: NewPublication, *, at: dt.datetime, actor: str) -> PublicationId | None:
        """Put a publication into the queue, or before the approvers; None: its slot is filled already."""
        draft = Publication(
            id=PublicationId(0),  # the database gives it
            workspace_id=new.workspace_id,
            post_id=new.post_id,
            account_id=new.account_id,
            platform=new.platform,
            placement=new.placement,
            state=State.DRAFT,
            version=0,
            planned_at=new.planned_at or new.due_at,
            due_at=new.due_at,
            lane_wish=new.lane_wish,
            content_key=new.content_key,
            is_forced=new.is_forced,
        )
        event = Event.SUBMITTED if new.needs_approval else Event.QUEUED
        first = draft.after(event, at=at, due_at=new.due_at)
        added = await self._connection.scalar(
            insert_into(self._connection, publications)
            .values(
                **{name: getattr(first, name) for name in _STORED_FIELDS},
                slot_date=new.slot and new.slot.local_date,
                slot_number=new.slot and new.slot.number,
                created_at=at,
                updated_at=at,
            )
            .on_conflict_do_nothing(
                index_elements=list(slot_filled_once.columns),
                index_where=publications.c.slot_date.is_not(None),
            )
            .returning(publications.c.id)
        )
        if added is None:
            return None
        queued = dataclasses.replace(first, id=PublicationId(added))
        self._remember(_entry(queued, event, at=at, actor=actor))
        self._wakes.work_added()
        return PublicationId(added)

    async def get(self, publication_id: PublicationId) -> Publication | None:
        """Return one publication."""
        found = await self._connection.execute(
            sa.select(publications).where(publications.c.id == publication_id)
        )
        row = found.mappings().one_or_none()
        return None if row is None else read(Publication, publications, row)

    async def jobs(self, ids: Collection[PublicationId]) -> dict[PublicationId, Job]:
        """Return publications with their posts, media, accounts, workspaces and tokens: one statement."""
        jobs = await load_jobs(self._connection, self._vault, _JOBS, {"ids": list(ids)})
        return {job.publication.id: job for job in jobs}

    async def of_cards(self, card_ids: Collection[CardId]) -> dict[CardId, tuple[Card, Job]]:
        """Return cards with what they stand for: one statement."""
        return await load_cards(self._connection, self._vault, card_ids)

    async def claim_due(
        self,
        *,
        now: dt.datetime,
        limit: int,
        lease: dt.timedelta,
        worker: str,
        min_gap: dt.timedelta = dt.timedelta(0),
    ) -> list[PublicationId]:
        """Claim what is due, at most one publication per account, earliest first, in one statement.

        When another claimer takes another publication of one of the accounts at the same moment, nothing is
        claimed; the other's claims stand, and the rest is there at the next call.
        """
        # A claim that loses that race takes back no more than itself.
        own = await self._connection.begin_nested() if self._connection.in_transaction() else None
        try:
            result = await self._connection.execute(
                DUE_CLAIM,
                claim_values(now=now, limit=limit, lease=lease, worker=worker, min_gap=min_gap),
            )
        except DBAPIError as error:
            if not is_lost_race(error):
                raise
            await (own or self._connection).rollback()
            return []
        claimed = sorted(result, key=lambda row: (row.due_at, row.id))
        if own is not None:
            await own.commit()
        if claimed:
            self._remember(
                *(
                    HistoryEntry(
                        publication_id=row.id,
                        event=Event.CLAIMED,
                        state=CLAIMED,
                        version=row.version,
                        at=now,
                        actor=BOT,
                    )
                    for row in claimed
                )
            )
        return [PublicationId(row.id) for row in claimed]

    async def apply(
        self,
        before: Publication,
        event: Event,
        *,
        at: dt.datetime,
        actor: str,
        reason: str = "",
        **changes: Any,
    ) -> Publication | None:
        """Write what `before.after(event)` gives, and its history; None: somebody else was faster.

        Two fields are the claim's own, for a worker stores them while its copy stays as it was: the
        checkpoint is written only when it is among the `changes`, and a stored intent is taken back only by
        going back to the queue or to the team.

        Raises:
            TransitionRefusedError: the event cannot happen in this state.
        """
        after = before.after(event, at=at, **changes)
        values = {name: getattr(after, name) for name in _CHANGING_FIELDS}
        if "checkpoint" not in changes:
            del values["checkpoint"]
        if after.intent_at is None and after.state not in {State.SCHEDULED, State.WITH_TEAM}:
            del values["intent_at"]
        expected = {"id_before": before.id, "version_before": before.version, "state_before": before.state}
        given_up = {"lease_until": None, "worker": None, "updated_at": at}
        # Its worker may have recorded the intent since `before` was read; then it must stay.
        statement = _MOVE_WITHOUT_INTENT if event is Event.RELEASED else _MOVE
        if not (await self._connection.execute(statement, values | given_up | expected)).rowcount:
            return None
        self._remember(_entry(after, event, at=at, actor=actor, reason=reason))
        if before.state is State.PUBLISHING:
            self._wakes.work_returned()
        elif after.state is State.SCHEDULED or before.state is State.UNCONFIRMED:
            self._wakes.work_added()
        return after

    async def save_checkpoint(
        self, claim: Publication, checkpoint: Mapping[str, Any], *, lease: dt.timedelta
    ) -> bool:
        """Store how far a claimed publication is, and renew its lease; False: ownership is lost."""
        return await self._write_claim(claim, lease, checkpoint=checkpoint)

    async def record_intent(
        self, claim: Publication, checkpoint: Mapping[str, Any], *, at: dt.datetime, lease: dt.timedelta
    ) -> bool:
        """Store that the irreversible call comes next, with a full lease; False: ownership is lost."""
        return await self._write_claim(claim, lease, checkpoint=checkpoint, intent_at=at, last_intent_at=at)

    async def renew_lease(self, claim: Publication, *, lease: dt.timedelta) -> bool:
        """Renew the lease of a claim that has no intent yet; False: ownership is lost."""
        return await self._write_claim(claim, lease)

    async def with_expired_lease(self, *, limit: int) -> list[Publication]:
        """Return publications whose worker's lease ran out."""
        rows = await self._connection.execute(
            sa.select(publications)
            .where(in_state(State.PUBLISHING), publications.c.lease_until <= database_now())
            .order_by(publications.c.lease_until, publications.c.id)
            .limit(limit)
        )
        return [read(Publication, publications, row) for row in rows.mappings()]

    async def claim_look_ups(
        self, *, now: dt.datetime, limit: int, lease: dt.timedelta
    ) -> list[PublicationId]:
        """Lease unconfirmed publications whose next look is due and that nobody was asked about.

        Their version stays as it is.
        """
        leased = await self._connection.execute(look_up_claim(now=now, limit=limit, lease=lease))
        return [PublicationId(row.id) for row in sorted(leased, key=lambda row: (row.due_at, row.id))]

    async def look_again(
        self, publication: Publication, *, due_at: dt.datetime, checkpoint: Mapping[str, Any]
    ) -> bool:
        """Set the time of the next look at an unconfirmed publication; False: somebody decided meanwhile."""
        changed = await self._connection.execute(
            sa.update(publications)
            .where(
                publications.c.id == publication.id,
                publications.c.version == publication.version,
                in_state(State.UNCONFIRMED),
            )
            .values(due_at=due_at, checkpoint=checkpoint, lease_until=None)
        )
        if changed.rowcount:
            self._wakes.work_returned()
        return bool(changed.rowcount)

    async def set_permalink(self, publication_id: PublicationId, permalink: str) -> None:
        """Add the public address to a publication that is out."""
        await self._connection.execute(
            sa.update(publications).where(publications.c.id == publication_id).values(permalink=permalink)
        )

    async def surroundings(self, publication: Publication, *, now: dt.datetime) -> Surroundings:
        """Return what is known of the account's other publications, for looking one with an intent up.

        Raises:
            ValueError: it has no intent, so there is nothing to look up.
        """
        since = publication.intent_at
        if since is None:
            raise ValueError(f"publication {publication.id} has no intent")
        others = sa.and_(
            publications.c.account_id == publication.account_id, publications.c.id != publication.id
        )
        known = await self._connection.scalars(
            sa.select(publications.c.platform_post_id)
            .where(
                others, publications.c.posted_at.is_not(None), publications.c.platform_post_id.is_not(None)
            )
            .order_by(publications.c.posted_at.desc())
            .limit(RECENT)
        )
        # What the bot gave the platform to publish later is not out before that time.
        is_out = sa.or_(publications.c.posted_by.is_not(None), publications.c.posted_at <= now)
        has_others = await self._connection.scalar(
            sa.select(
                sa.exists().where(
                    sa.or_(
                        sa.and_(others, publications.c.last_intent_at >= since),
                        sa.and_(others, publications.c.posted_at >= since, is_out),
                    )
                )
            )
        )
        return Surroundings(known_post_ids=frozenset(known), others_since_intent=bool(has_others))

    async def others_begun(self, since: Mapping[PublicationId, dt.datetime]) -> dict[PublicationId, int]:
        """Count, for each publication, the other ones of its account that had an intent since its time."""
        other = publications.alias("other")
        rows = await self._connection.execute(
            sa.select(publications.c.id, sa.func.count(other.c.id).label("count"))
            .join(
                other,
                sa.and_(other.c.account_id == publications.c.account_id, other.c.id != publications.c.id),
            )
            .where(
                sa.or_(
                    *(
                        sa.and_(publications.c.id == publication_id, other.c.last_intent_at >= moment)
                        for publication_id, moment in since.items()
                    )
                )
            )
            .group_by(publications.c.id)
        )
        return {PublicationId(row[0]): row[1] for row in rows}

    async def with_content(
        self,
        keys: Mapping[AccountId, str],
        *,
        states: Collection[State],
        since: dt.datetime,
        until: dt.datetime,
    ) -> dict[AccountId, Publication]:
        """Return, by account, the newest publication of this content key in these states.

        Its time, of the post or else of its due time, lies between `since` and `until`; an unconfirmed one
        counts whenever it was.
        """
        happens_at = sa.func.coalesce(publications.c.posted_at, publications.c.due_at, type_=UtcDateTime)
        rows = await self._connection.execute(
            sa.select(publications)
            .where(
                publications.c.account_id.in_(list(keys)),
                publications.c.content_key.in_(list(keys.values())),
                publications.c.state.in_(list(states)),
                sa.or_(happens_at.between(since, until), in_state(State.UNCONFIRMED)),
            )
            .order_by(happens_at, publications.c.id)
        )
        found = [read(Publication, publications, row) for row in rows.mappings()]
        return {each.account_id: each for each in found if keys[each.account_id] == each.content_key}

    async def showing(
        self,
        media_ids: Collection[MediaId],
        *,
        states: Collection[State],
        in_slots: bool = False,
        changeable: bool = False,
    ) -> list[Job]:
        """Return publications in these states that have one of these items, by due time."""
        with_them = sa.select(post_media.c.post_id).where(post_media.c.media_id.in_(list(media_ids)))
        statement = select_jobs.where(
            publications.c.post_id.in_(with_them), publications.c.state.in_(list(states))
        )
        if in_slots:
            statement = statement.where(publications.c.slot_date.is_not(None))
        if changeable:
            other = publications.alias("other")
            is_shared = (
                sa.exists()
                .where(other.c.post_id == publications.c.post_id, other.c.id != publications.c.id)
                .correlate(publications)
            )
            statement = statement.where(publications.c.last_intent_at.is_(None), ~is_shared)
        return await load_jobs(self._connection, self._vault, statement)

    async def reword(self, publication: Publication, post: NewPost, *, content_key: str) -> None:
        """Give the post of a publication, which must be its own, another caption and other needs."""
        await self._connection.execute(
            sa.update(posts)
            .where(posts.c.id == publication.post_id)
            .values(caption=post.caption, needs=post.needs)
        )
        await self._is_now(publication, content_key)

    async def show_instead(
        self, publication: Publication, before: MediaId, after: MediaId, *, content_key: str
    ) -> None:
        """Let the post of a publication, which must be its own, show another item in the place of one."""
        await self._connection.execute(
            sa.update(post_media)
            .where(post_media.c.post_id == publication.post_id, post_media.c.media_id == before)
            .values(media_id=after)
        )
        await self._is_now(publication, content_key)

    async def _is_now(self, publication: Publication, content_key: str) -> None:
        await self._connection.execute(
            sa.update(publications).where(publications.c.id == publication.id).values(content_key=content_key)
        )

    async def add_attempt(self, attempt: Attempt) -> None:
        """Append one try."""
        await self._connection.execute(
            _ADD_ATTEMPT,
            {
                "publication_id": attempt.publication_id,
                "at": attempt.at,
                "outcome": attempt.outcome,
                "calls": tuple(attempt.calls),
                "failure": attempt.failure,
            },
        )

    async def next_due_at(self, *, after: dt.datetime) -> dt.datetime | None:
        """Return when the next scheduled publication, or the next look at one, is due, later than `after`."""
        found: dt.datetime | None = await self._connection.scalar(
            sa.select(sa.func.min(publications.c.due_at, type_=publications.c.due_at.type)).where(
                in_state(State.SCHEDULED, State.UNCONFIRMED),
                sa.or_(in_state(State.SCHEDULED), UNASKED),
                publications.c.due_at > after,
            )
        )
        return found

    async def find(
        self,
        workspace_id: WorkspaceId,
        *,
        states: Collection[State] = (),
        limit: int = 100,
        newest_first: bool = False,
    ) -> list[Job]:
        """Return publications in these states, or in all: by due time, or what changed last first."""
        statement = select_jobs.where(publications.c.workspace_id == workspace_id).limit(limit)
        if states:
            statement = statement.where(publications.c.state.in_(list(states)))
        if newest_first:
            statement = statement.order_by(None).order_by(
                publications.c.updated_at.desc(), publications.c.id.desc()
            )
        return await load_jobs(self._connection, self._vault, statement)

    async def posted_without_address(self, *, since: dt.datetime, until: dt.datetime) -> list[Job]:
        """Return what went out by the bot in this time, or was to, and has no public address."""
        statement = select_jobs.where(
            in_state(State.PUBLISHED),
            publications.c.posted_at.between(since, until),
            publications.c.posted_by.is_(None),
            publications.c.platform_post_id.is_not(None),
            publications.c.permalink.is_(None),
        )
        return await load_jobs(self._connection, self._vault, statement)

    async def of_latest_posts(self, workspace_id: WorkspaceId, *, limit: int) -> list[Job]:
        """Return all publications of the posts that were made last, a post with its variants as one."""
        latest = (
            sa.select(posts.c.id)
            .where(posts.c.workspace_id == workspace_id, posts.c.variant_of.is_(None))
            .order_by(posts.c.id.desc())
            .limit(limit)
            .scalar_subquery()
        )
        return await load_jobs(
            self._connection,
            self._vault,
            select_jobs.where(sa.or_(posts.c.id.in_(latest), posts.c.variant_of.in_(latest))),
        )

    async def counts(
        self, workspace_id: WorkspaceId, *, since: dt.datetime
    ) -> dict[tuple[State, Lane | None], int]:
        """Count publications by state and lane: all that are not final, and the final ones since then."""
        within = publications.c.workspace_id == workspace_id
        rows = await self._connection.execute(
            sa.select(publications.c.state, publications.c.lane, sa.func.count().label("count"))
            .where(
                sa.or_(
                    sa.and_(within, publications.c.state.in_(OPEN)),
                    sa.and_(within, publications.c.updated_at >= since),
                )
            )
            .group_by(publications.c.state, publications.c.lane)
        )
        return {(row[0], row[1]): row[2] for row in rows}

    async def history(self, publication_id: PublicationId) -> list[HistoryEntry]:
        """Return what happened to a publication, oldest first."""
        await self.write_history()
        rows = await self._connection.execute(
            sa.select(publication_events)
            .where(publication_events.c.publication_id == publication_id)
            .order_by(publication_events.c.version)
        )
        return [read(HistoryEntry, publication_events, row) for row in rows.mappings()]

    async def write_history(self) -> None:
        """Write down what happened in this transaction, all of it in one statement."""
        if self._unwritten:
            entries, self._unwritten = self._unwritten, []
            await self._connection.execute(
                _APPEND, [{name: getattr(entry, name) for name in _ENTRY_FIELDS} for entry in entries]
            )

    async def _write_claim(self, claim: Publication, lease: dt.timedelta, **values: Any) -> bool:
        """Write to a claim before its intent, and renew its lease; False: it is no longer this claim."""
        expected = {"id_before": claim.id, "version_before": claim.version, "state_before": State.PUBLISHING}
        renewed = {"lease": lease.total_seconds()}
        changed = await self._connection.execute(_KEEP, values | renewed | expected)
        return bool(changed.rowcount)

    def _remember(self, *entries: HistoryEntry) -> None:
        self._unwritten.extend(entries)


def _entry(
    publication: Publication, event: Event, *, at: dt.datetime, actor: str, reason: str = ""
) -> HistoryEntry:
    return HistoryEntry(
        publication_id=publication.id,
        event=event,
        state=publication.state,
        version=publication.version,
        at=at,
        actor=actor,
        reason=reason,
    )
