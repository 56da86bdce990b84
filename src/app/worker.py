"""The loop that every process runs: claims what is due, looks up what is unclear, recovers what died."""

import asyncio
import datetime as dt
import math
from collections.abc import Coroutine
from typing import Any, Literal

import structlog

from services.ports import Clock
from services.posting.dispatch import DispatchService
from services.posting.publish import PublishingService
from services.posting.reconcile import ReconcileService

logger = structlog.get_logger()

AFTER_ERROR = dt.timedelta(seconds=1)
GATHERING = dt.timedelta(milliseconds=50)
"""How long a worker with something in hand waits for more places to become free, or for more to become due,
before it claims: a claim for many costs as much as a claim for one."""
RECOVER_EVERY = dt.timedelta(milliseconds=500)
"""How often at most leases are looked at that ran out; a busy worker comes round far more often."""
RECOVER_WHEN_BUSY = dt.timedelta(seconds=5)
"""The same for a worker that finds something to claim each time; looking holds up what was claimed."""
LOOK_UPS_BESIDE = 5
"""How many look-ups go on beside a full number of publications, so that none waits for a queue to end."""


class Worker:
    """Works on publications, up to a number at once, until it is stopped.

    It wakes when something was queued here or in another process, when the next publication is due, when a
    place becomes free, and at the scheduler's tick: leases that ran out and gaps that are over announce
    themselves to nobody.
    """

    def __init__(
        self,
        *,
        dispatch: DispatchService,
        publishing: PublishingService,
        reconcile: ReconcileService,
        clock: Clock,
        places: int,
    ) -> None:
        self._dispatch = dispatch
        self._publishing = publishing
        self._reconcile = reconcile
        self._clock = clock
        self._places = places
        self._tasks: set[asyncio.Task[None]] = set()
        self._awake = asyncio.Event()
        self._recovered_at = -math.inf
        self.beat_at = clock.monotonic()
        """When the loop last came round, by the monotonic clock."""

    def wake(self) -> None:
        """Look at once for what is due."""
        self._awake.set()

    @property
    def in_hand(self) -> int:
        """How many publications are being worked on."""
        return len(self._tasks)

    async def run(self) -> None:
        """Work until cancelled. A failing database is waited out."""
        while True:
            self._awake.clear()
            self.beat_at = self._clock.monotonic()
            try:
                wait = await self._round()
            except Exception:  # the loop of a process that runs for months: whatever it is, it goes on
                logger.exception("worker.round_failed")
                wait = AFTER_ERROR
            await self._until_awake(wait)
            if self._tasks:
                await self._clock.sleep(GATHERING)

    async def drain(self, *, patience: dt.timedelta) -> None:
        """Let what is in hand end; what takes longer than `patience` gives its claim back."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=patience.total_seconds())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _round(self) -> dt.timedelta | None:
        """Start what can be started; return how long nothing more is to be done, None: until woken."""
        free = self._places - len(self._tasks)
        jobs = await self._dispatch.claim(limit=free) if free > 0 else []
        for job in jobs:
            self._start(self._publishing.publish(job), name=f"publish-{job.publication.id}")
        if 0 < len(jobs) < free:
            self._awake.set()  # the rest is for the next round, when these have begun
        is_busy = bool(jobs) or free <= 0
        # What was just begun goes first, but not for ever.
        recovered = await self._recover(unless_within=RECOVER_WHEN_BUSY if jobs else RECOVER_EVERY)
        if recovered or not is_busy:
            await self._look_up()
        if is_busy:
            return None
        next_due_at = await self._dispatch.next_due_at()
        return None if next_due_at is None else next_due_at - self._clock.now()

    async def _recover(self, *, unless_within: dt.timedelta) -> bool:
        """Take up what died, unless that was done just now; what is released by it is due, and wakes."""
        now = self._clock.monotonic()
        if now - self._recovered_at < unless_within.total_seconds():
            return False
        self._recovered_at = now
        await self._reconcile.recover()
        return True

    async def _look_up(self) -> None:
        limit = self._places + LOOK_UPS_BESIDE - len(self._tasks)
        for job in await self._reconcile.claim_look_ups(limit=limit) if limit > 0 else []:
            self._start(self._reconcile.look_up(job), name=f"look-up-{job.publication.id}")

    def _start(self, work: Coroutine[Any, Any, None], *, name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._awake.set()
        if not task.cancelled() and (error := task.exception()):
            # The claim's lease runs out and the publication is taken up again.
            logger.error("worker.task_failed", task=task.get_name(), exc_info=error)

    async def _until_awake(self, wait: dt.timedelta | None) -> None:
        waits = {asyncio.ensure_future(self._awake.wait())}
        if wait is not None:
            waits.add(asyncio.ensure_future(self._slept(wait)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiting in waits:
                waiting.cancel()

    async def _slept(self, wait: dt.timedelta) -> Literal[True]:
        await self._clock.sleep(wait)
        return True
