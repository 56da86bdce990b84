"""The periodic jobs, one line each: APScheduler ticks in memory, the database owns what is due."""

import datetime as dt
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]

TICK = dt.timedelta(seconds=2)
PLAN_EVERY = dt.timedelta(minutes=5)
REDELIVER_EVERY = dt.timedelta(minutes=1)
SWEEP_EVERY = dt.timedelta(minutes=30)

Job = Callable[[], Awaitable[object]]


def every_process(*, tick: Callable[[], None], speed: float) -> AsyncIOScheduler:
    """Return the scheduler of a process; `speed` is that of the clock."""

    async def in_the_event_loop() -> None:  # a plain function would be called in a thread
        tick()

    scheduler = _scheduler()
    _add(scheduler, in_the_event_loop, every=TICK, speed=speed, name="tick")
    return scheduler


def leader_only(*, plan: Job, sweep_uploads: Job, redeliver: Job, speed: float) -> AsyncIOScheduler:
    """Return the scheduler of the leader; `speed` is that of the clock."""
    scheduler = _scheduler()
    _add(scheduler, plan, every=PLAN_EVERY, speed=speed, name="plan")
    _add(scheduler, redeliver, every=REDELIVER_EVERY, speed=speed, name="redeliver cards")
    _add(scheduler, sweep_uploads, every=SWEEP_EVERY, speed=speed, name="sweep uploads")
    return scheduler


def _scheduler() -> AsyncIOScheduler:
    return AsyncIOScheduler(
        timezone=dt.UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )


def _add(scheduler: AsyncIOScheduler, job: Job, *, every: dt.timedelta, speed: float, name: str) -> None:
    scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
        job, "interval", seconds=every.total_seconds() / speed, id=name, name=name
    )
