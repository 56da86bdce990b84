"""Write down what came of a try: published, to be tried again, handed to the team, or to be looked up."""

import dataclasses
import datetime as dt
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from domain.card import CardKind
from domain.errors import Failure, PublishingError
from domain.lane import Lane, LaneReason
from domain.media import LockReason
from domain.publication import BOT, Event, Publication, State
from services.accounts.access import access_is_dead
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Accepted, Clock, Job, Randomness, Receipt
from services.posting.cards import close_cards, show_card
from services.posting.dispatch import last_chance, waiting_for_access
from services.posting.policy import HandToTeam, LookUp, Reconnect, RetryAt, decide
from services.repositories.publications import Attempt, RemoteCall
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork

logger = logging.getLogger(__name__)

CALLS = "calls"
"""Key of a checkpoint under which the calls of an unfinished try are kept; the publisher never sees it."""
ADOPTABLE = frozenset({State.UNCONFIRMED, State.SCHEDULED, State.WITH_TEAM})
"""States in which a receipt that comes late still decides."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RetryRules:
    """How failures are retried and unclear outcomes looked up."""

    delays: tuple[dt.timedelta, ...]
    """The waits between tries; there are as many retries as delays."""
    look_up_grace: dt.timedelta
    """How long after an unclear outcome nothing is asked, so that a call in flight has landed."""


class Settlement:
    """Ends a try in one transaction: the new state, its history, the attempt, locks, cards and alerts."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        randomness: Randomness,
        alerts: AlertService,
        rules: RetryRules,
    ) -> None:
        self._database = database
        self._clock = clock
        self._alerts = alerts
        self._randomness = randomness
        self._rules = rules

    async def published(self, job: Job, receipt: Receipt, calls: Sequence[RemoteCall]) -> bool:
        """Record that the publish call succeeded; False: it was settled otherwise in the meantime.

        A worker that lost its lease in mid-call still holds proof that the post is out, so the receipt is
        adopted by whatever state the publication is in by then, unless that state is final.
        """
        now = self._clock.now()
        async with self._database.begin() as uow:
            settled = await uow.publications.apply(
                job.publication, Event.SUCCEEDED, at=now, actor=BOT, **_receipt_fields(job, receipt, at=now)
            )
            if settled is None:
                settled = await self._adopt(uow, job, receipt)
            if settled is None:
                return False
            await self._record(uow, job, settled, Event.SUCCEEDED, calls, None)
            await lock_after_post(uow, job, at=now)
            await uow.commit()
        _log(settled)
        return True

    async def accepted(self, job: Job, accepted: Accepted, calls: Sequence[RemoteCall]) -> bool:
        """Record that the platform took the post and is to be looked at; False: it was settled otherwise."""
        now = self._clock.now()
        async with self._database.begin() as uow:
            settled = await uow.publications.apply(
                job.publication,
                Event.LOST,
                at=now,
                actor=BOT,
                reason=accepted.why,
                due_at=now + accepted.after,
                checkpoint=accepted.checkpoint,
            )
            if settled is None:
                return False
            await self._record(uow, job, settled, Event.LOST, calls, None)
            await uow.commit()
        _log(settled)
        return True

    async def failed(self, job: Job, error: PublishingError, calls: Sequence[RemoteCall]) -> None:
        """Record a failure and do what the policy says follows it."""
        now = self._clock.now()
        decision = decide(
            error,
            platform=job.publication.platform,
            attempts=job.publication.attempts,
            now=now,
            last_chance=last_chance(job),
            delays=self._rules.delays,
            waits_for_quota=job.workspace.settings.waits_for_quota,
            chance=self._randomness.uniform(0, 1),
        )
        failure = error.failure
        async with self._database.begin() as uow:
            if isinstance(decision, Reconnect) and await uow.accounts.held_fast(job.account.id) != job.token:
                # It has new access meanwhile, of which this failure says nothing.
                decision = RetryAt(at=now, counts=True)
            match decision:
                case RetryAt(at=at, counts=counts):
                    event = Event.DEFERRED
                    changes: dict[str, Any] = {
                        "due_at": at,
                        "attempts": job.publication.attempts + counts,
                        "checkpoint": without_calls(job.publication.checkpoint),
                        **lane_fields(job),
                    }
                case LookUp():
                    event = Event.LOST
                    # Without an intent of its own the platform showed a call of an earlier try.
                    since = job.publication.intent_at or min(job.publication.planned_at, now)
                    changes = {"due_at": now + self._rules.look_up_grace, "intent_at": since}
                case HandToTeam(why=why):
                    event = Event.HANDED_OFF
                    changes = _to_team(why, failure)
                case Reconnect() if job.workspace.settings.waits_for_access:
                    event = Event.DEFERRED
                    changes = {
                        "checkpoint": without_calls(job.publication.checkpoint),
                        **waiting_for_access(job, failure.message),
                    }
                case Reconnect():
                    event = Event.HANDED_OFF
                    changes = _to_team(LaneReason.RECONNECT, failure)
            settled = await uow.publications.apply(
                job.publication, event, at=now, actor=BOT, reason=failure.message, failure=failure, **changes
            )
            if settled is None:
                return
            await self._record(uow, job, settled, event, calls, failure)
            if settled.state is State.WITH_TEAM:
                await show_card(uow, settled, job.workspace, CardKind.POST, self._clock)
            if isinstance(decision, Reconnect):
                await access_is_dead(
                    uow,
                    job.account,
                    failure,
                    workspace=job.workspace,
                    clock=self._clock,
                    alerts=self._alerts,
                    publication_id=job.publication.id,
                )
            await uow.commit()
        _log(settled, failure)

    async def found_live(self, job: Job, receipt: Receipt, *, reason: str) -> bool:
        """Record that an unconfirmed publication is out; False: somebody decided meanwhile."""
        async with self._database.begin() as uow:
            settled = await live(uow, job, receipt, at=self._clock.now(), actor=BOT, reason=reason)
            if settled is None:
                return False
            await self._record(uow, job, settled, Event.FOUND_LIVE, (), None)
            await close_cards(uow, settled, job.workspace, self._clock)
            await uow.commit()
        _log(settled)
        return True

    async def _adopt(self, uow: UnitOfWork, job: Job, receipt: Receipt) -> Publication | None:
        current = await uow.publications.get(job.publication.id)
        if current is None or current.state not in ADOPTABLE:
            return None
        now = self._clock.now()
        settled = await uow.publications.apply(
            current,
            Event.FOUND_LIVE,
            at=now,
            actor=BOT,
            reason="the answer came after the lease had run out",
            **_receipt_fields(job, receipt, at=now),
        )
        if settled is not None:
            await close_cards(uow, settled, job.workspace, self._clock)
            await self._alerts.end(
                uow, job.workspace, SendAlert(kind=AlertKind.UNCONFIRMED, publication_id=settled.id)
            )
        return settled

    async def _record(
        self,
        uow: UnitOfWork,
        job: Job,
        settled: Publication,
        event: Event,
        calls: Sequence[RemoteCall],
        failure: Failure | None,
    ) -> None:
        now = self._clock.now()
        await uow.publications.add_attempt(
            Attempt(
                publication_id=job.publication.id,
                at=now,
                outcome=event,
                calls=(*earlier_calls(job.publication.checkpoint), *calls),
                failure=failure,
            )
        )
        await uow.audit.add(
            AuditEntry(
                at=now,
                actor=BOT,
                action=_AUDITED.get(event, "post_failed" if failure else "post_accepted"),
                workspace_id=job.workspace.id,
                publication_id=job.publication.id,
                detail={"state": settled.state, "platform_post_id": settled.platform_post_id}
                if failure is None
                else {"state": settled.state, "kind": failure.kind, "code": failure.code},
            )
        )


def _log(settled: Publication, failure: Failure | None = None) -> None:
    said: dict[str, Any] = {"publication": settled.id, "state": settled.state, "platform": settled.platform}
    if failure is not None:
        said |= {"kind": failure.kind, "code": failure.code, "reason": failure.message}
    logger.info("publication.settled", extra=said)


_AUDITED = {
    Event.SUCCEEDED: "post_published",
    Event.FOUND_LIVE: "post_published",
    Event.DEFERRED: "post_retried",
}


async def live(
    uow: UnitOfWork,
    job: Job,
    receipt: Receipt,
    *,
    at: dt.datetime,
    actor: str,
    reason: str = "",
    **changes: Any,
) -> Publication | None:
    """Apply that a publication was found live and lock its media; None: somebody decided meanwhile."""
    settled = await uow.publications.apply(
        job.publication,
        Event.FOUND_LIVE,
        at=at,
        actor=actor,
        reason=reason,
        **(_receipt_fields(job, receipt, at=at) | changes),
    )
    if settled is not None:
        await lock_after_post(uow, job, at=at)
    return settled


async def lock_after_post(uow: UnitOfWork, job: Job, *, at: dt.datetime) -> None:
    """Let the media rest as long as the workspace wants."""
    if job.post.media:
        await uow.media.lock(
            [item.id for item in job.post.media],
            job.account.id,
            until=at + dt.timedelta(days=job.workspace.settings.lock_days),
            reason=LockReason.POSTED,
            at=at,
        )


def with_calls(checkpoint: Mapping[str, Any], calls: Sequence[RemoteCall]) -> dict[str, Any]:
    """Return a checkpoint that carries the calls made so far in this try."""
    return {**checkpoint, CALLS: [[call.operation, call.duration_ms] for call in calls]}


def without_calls(checkpoint: Mapping[str, Any]) -> dict[str, Any]:
    """Return a checkpoint as the publisher made it."""
    return {key: value for key, value in checkpoint.items() if key != CALLS}


def earlier_calls(checkpoint: Mapping[str, Any]) -> tuple[RemoteCall, ...]:
    """Return the calls of this try that an earlier claim made."""
    return tuple(
        RemoteCall(operation=operation, duration_ms=duration_ms)
        for operation, duration_ms in checkpoint.get(CALLS, ())
    )


def lane_fields(job: Job) -> dict[str, Any]:
    """Return the fields that say that the bot works on it."""
    return {
        "lane": job.publication.lane or Lane.AUTO,
        "lane_reason": job.publication.lane_reason or LaneReason.API,
    }


def _receipt_fields(job: Job, receipt: Receipt, *, at: dt.datetime) -> dict[str, Any]:
    is_for_later = job.post.details.native_schedule
    return {
        "platform_post_id": receipt.platform_post_id,
        "permalink": receipt.permalink,
        "posted_at": max(at, job.publication.planned_at) if is_for_later else at,
        **lane_fields(job),
    }


def _to_team(reason: LaneReason, failure: Failure) -> dict[str, Any]:
    return {"lane": Lane.MANUAL, "lane_reason": reason, "lane_detail": failure.message}
