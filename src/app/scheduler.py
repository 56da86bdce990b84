"""The periodic jobs, one line each: APScheduler ticks in memory, the database owns what is due."""

import datetime as dt
from collections.abc import Awaitable, Callable
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler  # pyright: ignore[reportMissingTypeStubs]

TICK = dt.timedelta(seconds=2)
PLAN_EVERY = dt.timedelta(minutes=5)
REDELIVER_EVERY = dt.timedelta(minutes=30)
"""A card that was given up may have arrived all the same, so it is not sent again often."""
SWEEP_EVERY = dt.timedelta(minutes=30)
PREPARE_EVERY = dt.timedelta(minutes=5)
REFRESH_TOKENS_EVERY = dt.timedelta(minutes=5)
CHECK_ACCESS_EVERY = dt.timedelta(minutes=5)
"""How soon after two o'clock the night's check begins."""
WATCH_QUOTAS_EVERY = dt.timedelta(minutes=5)
WATCH_SETTINGS_EVERY = dt.timedelta(minutes=5)
WATCH_RUNWAY_EVERY = dt.timedelta(hours=1)
PROBE_EVERY = dt.timedelta(minutes=15)
WATCH_VERSIONS_EVERY = dt.timedelta(minutes=15)
LOOK_FOR_HAND_OVERS_EVERY = dt.timedelta(minutes=10)
FOLLOW_SOURCE_EVERY = dt.timedelta(minutes=5)
RECORD_FIGURES_EVERY = dt.timedelta(minutes=5)
WATCH_STORAGE_EVERY = dt.timedelta(hours=1)

Job = Callable[[], Awaitable[object]]


def every_process(*, tick: Callable[[], None], speed: float) -> AsyncIOScheduler:
    """Return the scheduler of a process; `speed` is that of the clock."""

    async def in_the_event_loop() -> None:  # a plain function would be called in a thread
        tick()

    scheduler = _scheduler()
    _add(scheduler, in_the_event_loop, every=TICK, speed=speed, name="tick")
    return scheduler


def leader_only(
    *,
    plan: Job,
    sweep_uploads: Job,
    sweep_contributions: Job,
    prepare_ahead: Job,
    sweep_prepared: Job,
    redeliver: Job,
    refresh_tokens: Job,
    check_access: Job,
    watch_quotas: Job,
    watch_runway: Job,
    watch_settings: Job,
    probe_platforms: Job,
    watch_versions: Job,
    look_for_hand_overs: Job,
    record_figures: Job,
    follow_source: Job,
    watch_storage: Job,
    speed: float,
) -> AsyncIOScheduler:
    """Return the scheduler of the leader; `speed` is that of the clock. Each job runs at the start too."""
    scheduler = _scheduler()
    begin = dt.datetime.now(dt.UTC)  # noqa: TID251  (APScheduler runs by the machine's clock)

    def add(name: str, job: Job, every: dt.timedelta) -> None:
        _add(scheduler, job, every=every, speed=speed, name=name, first_at=begin)

    add("watch settings", watch_settings, WATCH_SETTINGS_EVERY)
    add("plan", plan, PLAN_EVERY)
    add("redeliver cards", redeliver, REDELIVER_EVERY)
    add("sweep uploads", sweep_uploads, SWEEP_EVERY)
    add("sweep contributions", sweep_contributions, SWEEP_EVERY)
    add("prepare ahead", prepare_ahead, PREPARE_EVERY)
    add("sweep prepared", sweep_prepared, SWEEP_EVERY)
    add("refresh tokens", refresh_tokens, REFRESH_TOKENS_EVERY)
    add("check access", check_access, CHECK_ACCESS_EVERY)
    add("watch quotas", watch_quotas, WATCH_QUOTAS_EVERY)
    add("watch runway", watch_runway, WATCH_RUNWAY_EVERY)
    add("probe platforms", probe_platforms, PROBE_EVERY)
    add("watch versions", watch_versions, WATCH_VERSIONS_EVERY)
    add("look for hand-overs", look_for_hand_overs, LOOK_FOR_HAND_OVERS_EVERY)
    add("follow source", follow_source, FOLLOW_SOURCE_EVERY)
    add("record figures", record_figures, RECORD_FIGURES_EVERY)
    add("watch storage", watch_storage, WATCH_STORAGE_EVERY)
    return scheduler


def _scheduler() -> AsyncIOScheduler:
    return AsyncIOScheduler(
        timezone=dt.UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )


def _add(
    scheduler: AsyncIOScheduler,
    job: Job,
    *,
    every: dt.timedelta,
    speed: float,
    name: str,
    first_at: dt.datetime | None = None,
) -> None:
    at_first: dict[str, Any] = {} if first_at is None else {"next_run_time": first_at}
    scheduler.add_job(  # pyright: ignore[reportUnknownMemberType]
        job, "interval", seconds=every.total_seconds() / speed, id=name, name=name, **at_first
    )
