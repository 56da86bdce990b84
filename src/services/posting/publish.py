"""The automatic lane: prepare, record the intent, make the one irreversible call, settle."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
from collections.abc import AsyncGenerator, Callable
from typing import Any

from domain.errors import OutcomeUnknownError, PublishingError, TransientError, UnavailableError
from domain.publication import BOT, Event
from domain.quota import Reading
from services.availability import AvailabilityService
from services.media.hosting import UploadCleaner
from services.media.prepare import PreparationService
from services.ports import Accepted, Clock, Files, Job, Networks, Progress, Publisher, Ready, Receipt, Wait
from services.posting.dry_run import DryRunPublisher
from services.posting.quota import QuotaGate
from services.posting.settle import Settlement, earlier_calls, lane_fields, with_calls, without_calls
from services.posting.throttle import Throttle
from services.repositories.publications import RemoteCall
from services.repositories.records import AuditEntry
from services.unit_of_work import Database

logger = logging.getLogger(__name__)

RECEIPT_KEPT_FOR = dt.timedelta(minutes=2)
"""How long the proof that a post is out waits for a database that is away; then it is looked up instead."""
PAUSE_BETWEEN_RECORDINGS = dt.timedelta(seconds=1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PublishingTimes:
    """The durations that keep a publication from being posted twice. Real time."""

    lease: dt.timedelta
    """How long a claim holds; at least three times `remote_timeout`."""
    remote_timeout: dt.timedelta
    """How long the irreversible call may take."""
    longest_step: dt.timedelta = dt.timedelta(minutes=30)
    """How long one step on the platform may take before the irreversible call. Its lease is renewed all the
    while, so one that never ended would keep the publication for ever."""
    longest_preparation: dt.timedelta = dt.timedelta(hours=3)
    """The same of making its files ready: with a drive that hangs, or many long films."""


class OwnershipLostError(Exception):
    """The lease ran out and somebody else took the publication up: stop at once."""


class PublishingService:
    """Works on claimed publications of the automatic lane. Each ends settled, deferred or released."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        networks: Networks,
        files: Callable[[Job], Files],
        cleaner: UploadCleaner,
        gate: QuotaGate,
        throttle: Throttle,
        availability: AvailabilityService,
        settlement: Settlement,
        preparation: PreparationService,
        times: PublishingTimes,
        dry_run: bool = False,
    ) -> None:
        """Take what it works with; in a `dry_run` nothing is published, whatever the switch says."""
        self._database = database
        self._clock = clock
        self._networks = networks
        self._files = files
        self._cleaner = cleaner
        self._gate = gate
        self._throttle = throttle
        self._availability = availability
        self._settlement = settlement
        self._preparation = preparation
        self._times = times
        self._dry_run = dry_run

    async def publish(self, job: Job) -> None:
        """Publish one claimed publication and record what came of it.

        Cancelled before the intent, it gives the claim back at once; after it, it ends first what it began.
        """
        publisher = self._publisher_of(job)
        calls: list[RemoteCall] = []
        try:
            ready = await self._prepared(job, publisher, calls)
        except OwnershipLostError:
            logger.warning("publication.ownership_lost", extra={"publication": job.publication.id})
            return
        except asyncio.CancelledError:
            await asyncio.shield(self._release(job))
            raise
        if ready is not None:
            await _uninterrupted(self._published(ready, publisher, calls))
        await self._throttle.heed(job, is_done=ready is not None)

    async def _prepared(self, job: Job, publisher: Publisher, calls: list[RemoteCall]) -> Job | None:
        """Return the job when it is ready for the irreversible call; None: it was settled or deferred."""
        files = self._files(job)
        calls.extend(earlier_calls(job.publication.checkpoint))
        job = job.at(without_calls(job.publication.checkpoint))
        try:
            async with self._lease_kept(job):
                async with _at_most(self._times.longest_preparation):
                    job = await self._preparation.prepared(job)
                await self._throttle.enter(job)
                reading = await self._gate.enter(job)
                while True:
                    started = self._clock.monotonic()
                    step = await self._step(job, publisher, files)
                    calls.append(self._call(step.did, started))
                    job = job.at(step.checkpoint)
                    match step:
                        case Progress():
                            await self._save(job, calls, reading)
                            reading = None
                        case Wait(after=after):
                            await self._defer(job, after, calls)
                            return None
                        case Ready():
                            return job
        except PublishingError as error:
            await self._failed(job, error, calls)
        except (OwnershipLostError, asyncio.CancelledError):
            raise
        except Exception as error:  # a bug must not hide a publication: it is retried, then shown to the team
            logger.exception("publication.prepare_broke", extra={"publication": job.publication.id})
            await self._settlement.failed(job, _broken(error), calls)
        return None

    async def _step(self, job: Job, publisher: Publisher, files: Files) -> Progress | Wait | Ready:
        async with _at_most(self._times.longest_step):
            return await publisher.prepare(job, files)

    async def _published(self, job: Job, publisher: Publisher, calls: list[RemoteCall]) -> None:
        intended_at = self._clock.monotonic()
        intended = await self._record_intent(job, calls)
        if intended is None:
            logger.warning("publication.ownership_lost", extra={"publication": job.publication.id})
            return
        job = intended
        elapsed = dt.timedelta(seconds=self._clock.monotonic() - intended_at)
        if elapsed + self._times.remote_timeout > self._times.lease:
            # This process was stopped for so long that others may act on the lease: they will look it up.
            logger.warning("publication.too_slow_to_publish", extra={"publication": job.publication.id})
            return
        started = self._clock.monotonic()
        try:
            async with asyncio.timeout(self._times.remote_timeout.total_seconds()):
                answer = await publisher.publish(job)
        except PublishingError as error:
            calls.append(self._call("publish", started))
            await self._failed(job, error, calls)
        except TimeoutError:
            calls.append(self._call("publish", started))
            await self._settlement.failed(
                job, OutcomeUnknownError("The publish call gave no answer in time."), calls
            )
        except Exception as error:  # whatever broke, the call may have left
            logger.exception("publication.publish_broke", extra={"publication": job.publication.id})
            await self._settlement.failed(job, _unclear(error), calls)
        else:
            calls.append(self._call("publish", started))
            if await self._recorded(job, answer, calls) and isinstance(answer, Receipt):
                await self.tidy(job, answer)

    async def _failed(self, job: Job, error: PublishingError, calls: list[RemoteCall]) -> None:
        # First what concerns others than this one, so that they do not run against the same wall.
        await self._throttle.refused(job, error)
        if isinstance(error, UnavailableError):
            await self._availability.lost(job.publication.platform, str(error))
        await self._settlement.failed(job, error, calls)

    async def _recorded(self, job: Job, answer: Receipt | Accepted, calls: list[RemoteCall]) -> bool:
        """Store the answer, and keep at it: it is the only proof there is. False: it could not be stored."""
        post_id = answer.platform_post_id if isinstance(answer, Receipt) else None
        post = {"publication": job.publication.id, "platform_post_id": post_id}
        until = self._clock.monotonic() + RECEIPT_KEPT_FOR.total_seconds()
        while True:
            try:
                match answer:
                    case Receipt():
                        is_settled = await self._settlement.published(job, answer, calls)
                    case Accepted():
                        is_settled = await self._settlement.accepted(job, answer, calls)
            except Exception:  # whatever the database does, the receipt is kept
                logger.exception("publication.receipt_not_stored", extra=post)
                if self._clock.monotonic() >= until:
                    return False
                await self._clock.sleep(PAUSE_BETWEEN_RECORDINGS)
            else:
                if not is_settled:
                    logger.warning("publication.receipt_came_too_late", extra=post)
                return is_settled

    async def tidy(self, job: Job, receipt: Receipt) -> None:
        """Do what may fail without harm once a post is out: fetch its address, delete its uploads."""
        failures: list[PublishingError] = []
        permalink = None
        try:
            if receipt.platform_post_id and not receipt.permalink:
                permalink = await self._publisher_of(job).permalink(job, receipt.platform_post_id)
        except PublishingError as error:
            failures.append(error)
        removed = await self._cleaner.remove(job.publication.id)
        if permalink or removed.uploads:
            async with self._database.begin() as uow:
                if permalink:
                    await uow.publications.set_permalink(job.publication.id, permalink)
                if removed.uploads:
                    await uow.uploads.deleted(removed.uploads, at=self._clock.now())
                await uow.commit()
        for failure in (*failures, *removed.failures):
            logger.warning(
                "publication.tidying_failed",
                extra={"publication": job.publication.id, "reason": str(failure)},
            )

    async def _record_intent(self, job: Job, calls: list[RemoteCall]) -> Job | None:
        """Return the job with its intent, committed; None: ownership is lost."""
        now = self._clock.now()
        async with self._database.begin() as uow:
            owned = await uow.publications.record_intent(
                job.publication,
                with_calls(job.publication.checkpoint, calls),
                at=now,
                lease=self._times.lease,
            )
            if not owned:
                return None
            await uow.audit.add(
                AuditEntry(
                    at=now,
                    actor=BOT,
                    action="post_dispatched",
                    workspace_id=job.workspace.id,
                    publication_id=job.publication.id,
                )
            )
            await uow.commit()
        return dataclasses.replace(job, publication=dataclasses.replace(job.publication, intent_at=now))

    async def _save(self, job: Job, calls: list[RemoteCall], reading: Reading | None) -> None:
        async with self._database.begin() as uow:
            owned = await uow.publications.save_checkpoint(
                job.publication, with_calls(job.publication.checkpoint, calls), lease=self._times.lease
            )
            if reading is not None:
                await uow.quotas.store(job.account.id, reading)
            await uow.commit()
        if not owned:
            raise OwnershipLostError

    async def _defer(self, job: Job, after: dt.timedelta, calls: list[RemoteCall]) -> None:
        now = self._clock.now()
        async with self._database.begin() as uow:
            await uow.publications.apply(
                job.publication,
                Event.DEFERRED,
                at=now,
                actor=BOT,
                reason="the platform is processing the media",
                due_at=now + after,
                checkpoint=with_calls(job.publication.checkpoint, calls),
                **lane_fields(job),
            )
            await uow.commit()

    async def _release(self, job: Job) -> None:
        now = self._clock.now()
        async with self._database.begin() as uow:
            current = await uow.publications.get(job.publication.id)
            if current is None or current.version != job.publication.version:
                return
            await uow.publications.apply(
                current, Event.RELEASED, at=now, actor=BOT, reason="Storyline is stopping"
            )
            await uow.commit()

    @contextlib.asynccontextmanager
    async def _lease_kept(self, job: Job) -> AsyncGenerator[None]:
        """Renew the lease while inside, for steps that take longer than it holds, such as a large upload."""

        async def renew() -> None:
            while True:
                await self._clock.sleep(self._times.lease / 3)
                async with self._database.begin() as uow:
                    owned = await uow.publications.renew_lease(job.publication, lease=self._times.lease)
                    await uow.commit()
                if not owned:
                    return

        renewing = asyncio.create_task(renew(), name=f"lease-{job.publication.id}")
        try:
            yield
        finally:
            renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await renewing

    def _publisher_of(self, job: Job) -> Publisher:
        publisher = self._networks[job.publication.platform].publisher
        return DryRunPublisher(publisher) if self._dry_run or job.is_dry_run else publisher

    def _call(self, operation: str, started: float) -> RemoteCall:
        return RemoteCall(operation=operation, duration_ms=round((self._clock.monotonic() - started) * 1000))


@contextlib.asynccontextmanager
async def _at_most(limit: dt.timedelta) -> AsyncGenerator[None]:
    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except TimeoutError as error:
        raise TransientError("Preparing it took too long.") from error


async def _uninterrupted(work: Any) -> None:
    """Run to the end even when cancelled meanwhile, and only then be cancelled."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


def _broken(error: Exception) -> TransientError:
    return TransientError(f"Storyline itself failed ({type(error).__name__}); the log has the details.")


def _unclear(error: Exception) -> OutcomeUnknownError:
    return OutcomeUnknownError(
        f"Storyline itself failed while publishing ({type(error).__name__}); the log has the details."
    )
