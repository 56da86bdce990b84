"""P3: how soon the first call to the outside follows "now", and a due time, when nothing else is to be done.

"In the process": the queue is filled in the process that works. "By NOTIFY" and "from another process": the
product is a process of its own, and this one fills the queue. The first call is taken from the stand-ins'
log; all clocks are this machine's.

Run: python -m benchmarks.wake_ups [--rounds 30]
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from benchmarks.inside import Desk, desk
from benchmarks.measuring import Figure, report

from app.worker import Worker
from domain.publication import State
from support.databases import running_postgres
from support.product import StandIns, products, settings_for, stand_ins

AHEAD = dt.timedelta(seconds=0.7)
"""How long before its due time a publication is queued."""
UNDISTURBED = 0.2
"""Seconds in which this benchmark does not look into the database."""
SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"


def main() -> None:
    """Measure, print, and end with 1 when a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30, help="of each kind")
    options = parser.parse_args()
    figures: list[Figure] = []
    with contextlib.ExitStack() as stack:
        postgres = stack.enter_context(running_postgres())
        for name in (SQLITE, POSTGRESQL):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = (
                f"sqlite:///{folder / 'storyline.db'}"
                if name == SQLITE
                else stack.enter_context(postgres.database("bench_wake_ups"))
            )
            figures.extend(asyncio.run(_measure(name, url, folder, options.rounds)))
    report("P3, p50", figures)


async def _measure(name: str, url: str, folder: Path, rounds: int) -> list[Figure]:
    with stand_ins(folder) as outside:
        outside.post("/graph/settings", image_processing_seconds=0, decode=False, quota_total=1000)
        environment = settings_for(outside.urls, folder, DATABASE_URL=url)
        async with desk(environment, outside, folder) as team:
            async with _working(team):
                inside = [await _now(team) for _ in range(rounds)]
            with products({"product": environment}, folder):
                elsewhere = [await _now(team) for _ in range(rounds)]
                due = [await _due(team) for _ in range(rounds)]
    way, bound = ("by NOTIFY", 10) if name == POSTGRESQL else ("from another process", 1000)
    return [
        _figure(f"{name}: “now” → first call, in the process", inside, 10),
        _figure(f"{name}: “now” → first call, {way}", elsewhere, bound),
        _figure(f"{name}: due time → first call", due, 250),
    ]


@contextlib.asynccontextmanager
async def _working(team: Desk) -> AsyncGenerator[None]:
    """Let this process's own services work on the queue, woken as in the running product."""
    storyline = team.storyline
    worker = Worker(
        dispatch=storyline.dispatch,
        publishing=storyline.publishing,
        reconcile=storyline.reconcile,
        clock=storyline.clock,
        places=storyline.settings.posting.max_concurrent_publications,
    )
    storyline.wakers.listen(due=worker.wake, outbox=lambda: None, sends_here=lambda: False)
    running = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _now(team: Desk) -> float:
    before = _last_call(team.outside)
    publication_id = await team.add()
    queued = time.time()
    await asyncio.sleep(UNDISTURBED)
    await team.until_state(publication_id, State.PUBLISHED)
    return _first_call(team.outside, before) - queued


async def _due(team: Desk) -> float:
    before = _last_call(team.outside)
    due_at = team.storyline.clock.now() + AHEAD
    publication_id = await team.add(at=due_at)
    await asyncio.sleep(AHEAD.total_seconds() + UNDISTURBED)
    await team.until_state(publication_id, State.PUBLISHED)
    return _first_call(team.outside, before) - due_at.timestamp()


def _last_call(outside: StandIns) -> int:
    calls = outside.get("/calls", limit=1)["calls"]
    return int(calls[-1]["id"]) if calls else 0


def _first_call(outside: StandIns, after: int) -> float:
    """Return when the first call for a post arrived, in seconds of the epoch."""
    calls = outside.get("/calls", after=after, operation="upload")["calls"]
    return dt.datetime.fromisoformat(calls[0]["at"]).timestamp()


def _figure(what: str, seconds: list[float], bound: float) -> Figure:
    return Figure(what=what, value=statistics.median(seconds) * 1000, bound=bound, unit="ms")


if __name__ == "__main__":
    main()
