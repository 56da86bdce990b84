"""Find out what happened: after a worker died, and after a publish call without a definite answer."""

import dataclasses
import datetime as dt
import logging

from domain.card import CardKind
from domain.errors import Failure, FailureKind, PublishingError
from domain.lane import Lane, LaneReason
from domain.publication import BOT, Event, Publication
from services.alerts import AlertService
from services.media.prepare import PreparationService
from services.messages import AlertKind, SendAlert
from services.ports import Absent, Clock, Job, Live, Networks, Unknown
from services.posting.cards import show_card
from services.posting.publish import PublishingService
from services.posting.settle import Settlement, without_calls
from services.repositories.records import AuditEntry
from services.unit_of_work import Database

logger = logging.getLogger(__name__)

BATCH = 100
"""How many publications one pass takes up."""
RELEASES_BEFORE_TEAM = 10
"""A publication whose workers keep dying goes to the team after this many tries."""
GROWTH = 0.5
"""The next look comes after this share of the time since the intent."""
SHORTEST_WAIT = dt.timedelta(seconds=5)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LookUpRules:
    """When an unclear outcome is looked up, and when the team is asked instead."""

    grace: dt.timedelta
    """Nothing is asked before this time since the outcome became unclear."""
    give_up: dt.timedelta
    """The team is asked when looking did not decide within this time since the intent."""
    lease: dt.timedelta
    """How long one look may take before another replica looks."""


class ReconcileService:
    """Takes up what dead workers left and decides unclear outcomes by reading, or by asking the team."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        networks: Networks,
        settlement: Settlement,
        alerts: AlertService,
        publishing: PublishingService,
        preparation: PreparationService,
        rules: LookUpRules,
    ) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks
        self._settlement = settlement
        self._alerts = alerts
        self._publishing = publishing
        self._preparation = preparation
        self._rules = rules

    async def recover(self) -> int:
        """Take up claims whose lease ran out; return how many.

        Without an intent nothing irreversible was begun, and the publication resumes at its checkpoint. With
        one it is unconfirmed.
        """
        async with self._database.read() as look:
            expired = await look.publications.with_expired_lease(limit=BATCH)
        for publication in expired:
            if publication.intent_at is not None:
                await self._lost(publication)
            elif publication.attempts >= RELEASES_BEFORE_TEAM:
                await self._handed_over(publication)
            else:
                await self._released(publication)
        return len(expired)

    async def claim_look_ups(self, *, limit: int = BATCH) -> list[Job]:
        """Lease the unconfirmed publications whose next look is due and return them."""
        async with self._database.begin() as uow:
            leased = await uow.publications.claim_look_ups(
                now=self._clock.now(), limit=limit, lease=self._rules.lease
            )
            if not leased:
                await uow.commit()
                return []
            jobs = await uow.publications.jobs(leased)
            await uow.commit()
        return [jobs[publication_id] for publication_id in leased]

    async def look_up(self, job: Job) -> None:
        """Look once whether an unconfirmed publication is out, and record what was found."""
        job = await self._preparation.as_posted(job.at(without_calls(job.publication.checkpoint)))
        match await self._seen(job):
            case Live(receipt=receipt):
                if await self._settlement.found_live(job, receipt, reason="found on the platform"):
                    await self._publishing.tidy(job, receipt)
            case Absent(checkpoint=checkpoint, proof=proof):
                await self._absent(job.at(checkpoint), proof)
            case Unknown() as unknown:
                await self._undecided(job, unknown)

    async def _seen(self, job: Job) -> Live | Absent | Unknown:
        publication = job.publication
        network = self._networks.get(publication.platform)
        if network is None:
            return Unknown(checkpoint=publication.checkpoint, why="there is nothing to look it up with")
        async with self._database.read() as look:
            surroundings = await look.publications.surroundings(publication, now=self._clock.now())
        try:
            return await network.publisher.look_up(job, surroundings)
        except PublishingError as error:
            return Unknown(checkpoint=publication.checkpoint, why=str(error), again_after=error.retry_after)
        except Exception as error:  # a bug must not hide a publication: in the end the team is asked
            logger.exception("publication.look_up_broke", extra={"publication": publication.id})
            why = f"Storyline itself failed ({type(error).__name__}); the log has the details"
            return Unknown(checkpoint=publication.checkpoint, why=why)

    async def _absent(self, job: Job, proof: str) -> None:
        async with self._database.begin() as uow:
            await uow.publications.apply(
                job.publication,
                Event.FOUND_ABSENT,
                at=self._clock.now(),
                actor=BOT,
                reason=proof,
                checkpoint=job.publication.checkpoint,
            )
            await uow.commit()

    async def _undecided(self, job: Job, unknown: Unknown) -> None:
        now = self._clock.now()
        elapsed = now - (job.publication.intent_at or now)
        if elapsed >= self._rules.give_up:
            await self._ask(job.at(unknown.checkpoint), unknown.why)
            return
        wait = unknown.again_after or max(SHORTEST_WAIT, elapsed * GROWTH)
        async with self._database.begin() as uow:
            await uow.publications.look_again(
                job.publication,
                due_at=now + min(wait, self._rules.give_up - elapsed),
                checkpoint=unknown.checkpoint,
            )
            await uow.commit()

    async def _ask(self, job: Job, why: str) -> None:
        now = self._clock.now()
        async with self._database.begin() as uow:
            asked = await uow.publications.apply(
                job.publication,
                Event.ASKED,
                at=now,
                actor=BOT,
                reason=why,
                asked_at=now,
                lane_detail=why,
                checkpoint=job.publication.checkpoint,
            )
            if asked is None:
                return
            await show_card(uow, asked, job.workspace, CardKind.QUESTION, self._clock)
            await self._alerts.raise_(
                uow,
                job.workspace,
                SendAlert(kind=AlertKind.UNCONFIRMED, publication_id=asked.id, level=asked.version),
            )
            await uow.audit.add(
                AuditEntry(
                    at=now,
                    actor=BOT,
                    action="post_unconfirmed",
                    workspace_id=job.workspace.id,
                    publication_id=asked.id,
                    detail={"why": why},
                )
            )
            await uow.commit()

    async def _lost(self, publication: Publication) -> None:
        logger.warning("publication.lost", extra={"publication": publication.id})
        now = self._clock.now()
        async with self._database.begin() as uow:
            await uow.publications.apply(
                publication,
                Event.LOST,
                at=now,
                actor=BOT,
                reason="its worker stopped between the intent and the answer",
                due_at=now + self._rules.grace,
                failure=Failure(
                    kind=FailureKind.OUTCOME_UNKNOWN,
                    message="Storyline was stopped while it was being published.",
                    platform=publication.platform,
                ),
            )
            await uow.commit()

    async def _released(self, publication: Publication) -> None:
        logger.warning("publication.released", extra={"publication": publication.id})
        async with self._database.begin() as uow:
            await uow.publications.apply(
                publication,
                Event.RELEASED,
                at=self._clock.now(),
                actor=BOT,
                reason="its worker's lease ran out",
                attempts=publication.attempts + 1,
            )
            await uow.commit()

    async def _handed_over(self, publication: Publication) -> None:
        async with self._database.begin() as uow:
            # Its worker may have recorded the intent since it was read; then the claim is left to it.
            if not await uow.publications.renew_lease(publication, lease=self._rules.lease):
                return
            job = (await uow.publications.jobs([publication.id]))[publication.id]
            handed = await uow.publications.apply(
                publication,
                Event.HANDED_OFF,
                at=self._clock.now(),
                actor=BOT,
                reason="its workers kept stopping",
                lane=Lane.MANUAL,
                lane_reason=LaneReason.FAILED,
                lane_detail="Storyline stopped each time it worked on it.",
            )
            if handed is not None:
                await show_card(uow, handed, job.workspace, CardKind.POST, self._clock)
            await uow.commit()
