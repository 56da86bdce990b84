"""Claim what is due and send each publication down its lane."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from domain.account import AccountState
from domain.card import CardKind
from domain.errors import Failure, FailureKind
from domain.ids import PublicationId
from domain.lane import Lane, LaneReason, Route
from domain.publication import BOT, Event
from domain.schedule import start_of_day
from services.alerts import AlertService
from services.messages import AlertKind, SendAlert
from services.ports import Clock, Job, Networks
from services.posting.cards import show_card
from services.posting.repetition import WITHIN, repetition_of
from services.posting.route import route
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork

HELD_FOR = dt.timedelta(minutes=10)
"""How long nothing is done for a team whose settings cannot be read; by then it is paused."""


class DispatchService:
    """Claims due publications: the team's are handed over at once, the bot's are returned to be worked on."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        networks: Networks,
        worker: str,
        lease: dt.timedelta,
        min_gap: dt.timedelta,
        alerts: AlertService,
        posting_enabled: bool,
    ) -> None:
        self._database = database
        self._clock = clock
        self._networks = networks
        self._worker = worker
        self._lease = lease
        self._min_gap = min_gap
        self._alerts = alerts
        self._posting_enabled = posting_enabled

    async def claim(self, *, limit: int) -> list[Job]:
        """Claim up to `limit` due publications and return those of the automatic lane.

        One transaction: a publication of the manual lane is claimed and handed to the team in it.
        """
        if not self._posting_enabled or limit <= 0:
            return []
        async with self._database.begin() as uow:
            claimed = await uow.publications.claim_due(
                now=self._clock.now(),
                limit=limit,
                lease=self._lease,
                worker=self._worker,
                min_gap=self._min_gap,
            )
            if not claimed:
                await uow.commit()
                return []
            jobs = await uow.publications.jobs(claimed)
            begun = await self._begun_today(uow, jobs.values())
            routed = [
                job
                for job_id in claimed
                if (job := await self._sent_on(uow, jobs[job_id], begun)) is not None
            ]
            automatic = await self._beginning(uow, routed)
            await uow.commit()
        return automatic

    async def next_due_at(self) -> dt.datetime | None:
        """Return when the next publication is due that is not due yet; None: nothing is planned."""
        async with self._database.read() as look:
            return await look.publications.next_due_at(after=self._clock.now())

    async def _begun_today(self, uow: UnitOfWork, jobs: Collection[Job]) -> Mapping[PublicationId, int]:
        """Return, for jobs whose workspace has a cap, what else was begun on their account today."""
        now = self._clock.now()
        capped = {
            job.publication.id: start_of_day(now, job.workspace.settings.zone)
            for job in jobs
            if job.workspace.settings.daily_cap is not None
        }
        return await uow.publications.others_begun(capped) if capped else {}

    async def _sent_on(
        self, uow: UnitOfWork, job: Job, begun_today: Mapping[PublicationId, int]
    ) -> Job | None:
        now = self._clock.now()
        if job.account.state is AccountState.REMOVED:
            await self._give_up_removed(uow, job)
            return None
        if job.workspace.settings.unusable:
            await self._hold(uow, job)
            return None
        if now > last_chance(job):
            missed = await uow.publications.apply(
                job.publication,
                Event.EXPIRED,
                at=now,
                actor=BOT,
                reason=f"planned for {job.publication.planned_at:%Y-%m-%d %H:%M} UTC, too late now",
            )
            if missed is not None:
                await self._alerts.raise_(
                    uow, job.workspace, SendAlert(kind=AlertKind.MISSED, publication_id=missed.id)
                )
            return None
        network = self._networks.get(job.publication.platform)
        chosen = route(
            job,
            network.capabilities if network else None,
            begun_today=begun_today.get(job.publication.id, 0),
        )
        if chosen.lane is Lane.MANUAL:
            await self._hand_over(uow, job, chosen)
            return None
        if chosen.reason is LaneReason.RECONNECT:
            await self._let_wait(uow, job, chosen)
            return None
        return dataclasses.replace(
            job,
            publication=dataclasses.replace(
                job.publication, lane=chosen.lane, lane_reason=chosen.reason, lane_detail=chosen.detail
            ),
        )

    async def _hold(self, uow: UnitOfWork, job: Job) -> None:
        await uow.publications.apply(
            job.publication,
            Event.DEFERRED,
            at=self._clock.now(),
            actor=BOT,
            reason=" ".join(("the settings cannot be read:", *job.workspace.settings.unusable)),
            due_at=self._clock.now() + HELD_FOR,
        )

    async def _let_wait(self, uow: UnitOfWork, job: Job, chosen: Route) -> None:
        await uow.publications.apply(
            job.publication,
            Event.DEFERRED,
            at=self._clock.now(),
            actor=BOT,
            reason="waits until the account is connected again",
            **waiting_for_access(job, chosen.detail),
        )

    async def _give_up_removed(self, uow: UnitOfWork, job: Job) -> None:
        """Report what came back into the queue after its account was removed: a retry, a card put off."""
        failure = Failure(
            kind=FailureKind.AUTHORIZATION,
            message=f"The account {job.account.name} was removed. Connect it again to post this.",
            platform=job.publication.platform,
        )
        failed = await uow.publications.apply(
            job.publication,
            Event.GAVE_UP,
            at=self._clock.now(),
            actor=BOT,
            reason=failure.message,
            failure=failure,
        )
        if failed is not None:
            await uow.audit.add(
                AuditEntry(
                    at=self._clock.now(),
                    actor=BOT,
                    action="post_dead_lettered",
                    workspace_id=job.workspace.id,
                    publication_id=job.publication.id,
                    detail={"account": job.account.name},
                )
            )
            await self._alerts.raise_(
                uow,
                job.workspace,
                SendAlert(kind=AlertKind.FAILED, publication_id=failed.id, level=failed.version),
            )

    async def _beginning(self, uow: UnitOfWork, jobs: Sequence[Job]) -> list[Job]:
        """Return the jobs with where their accounts stand, without those that would repeat a post."""
        new = [job.publication.id for job in jobs if not job.publication.checkpoint]
        now = self._clock.now()
        standings = await uow.quotas.standings(new, now=now, same_within=WITHIN) if new else {}
        automatic: list[Job] = []
        for job in jobs:
            standing = standings.get(job.publication.id)
            failure = None if standing is None else await repetition_of(uow, job, standing)
            if failure is None:
                automatic.append(dataclasses.replace(job, standing=standing))
            else:
                refused = Route(lane=Lane.MANUAL, reason=LaneReason.FAILED, detail=failure.message)
                await self._hand_over(uow, job, refused, failure=failure)
        return automatic

    async def _hand_over(
        self, uow: UnitOfWork, job: Job, chosen: Route, *, failure: Failure | None = None
    ) -> None:
        handed = await uow.publications.apply(
            job.publication,
            Event.HANDED_OFF,
            at=self._clock.now(),
            actor=BOT,
            reason=chosen.reason,
            lane=chosen.lane,
            lane_reason=chosen.reason,
            lane_detail=chosen.detail,
            failure=failure or job.publication.failure,
        )
        if handed is not None:
            await show_card(uow, handed, job.workspace, CardKind.POST, self._clock)


def waiting_for_access(job: Job, why: str) -> dict[str, Any]:
    """Return the changes of a publication that waits for its account's access.

    Connecting the account makes it due; otherwise it is looked at again when it is too late for it.
    """
    return {
        "due_at": last_chance(job) + dt.timedelta(seconds=1),
        "lane": Lane.AUTO,
        "lane_reason": LaneReason.RECONNECT,
        "lane_detail": why,
    }


def last_chance(job: Job) -> dt.datetime:
    """Return until when a publication may still go out by its workspace's misfire policy."""
    return job.publication.planned_at + dt.timedelta(hours=job.workspace.settings.misfire_hours)
