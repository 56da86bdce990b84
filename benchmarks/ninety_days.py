"""Ninety days of planning and posting in quick motion, over clock changes, restarts, pauses and downtime.

    python benchmarks/ninety_days.py [--days 90] [--seeds 1 2]

Five accounts, each in a zone of its own with slots in the hours that clock changes leave out or bring twice.
A third into it the team pauses for twelve days, two thirds into it nothing runs for nine; now and then three
planners plan at once, a process is started anew, people skip, reject and hold items. Counts what each local
date has, how each slot ended, what share each category got, and every lock that was broken. PostgreSQL is the
one of DATABASE_URL, in which it makes and drops a database, or one that it starts itself.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT)]

from benchmarks.claim import empty_database  # noqa: E402  (the path comes first)

from repositories.engine import create_engine  # noqa: E402
from support.databases import DSN_VARIABLE, running_postgres  # noqa: E402
from support.ninety_days import Findings, Life, live  # noqa: E402
from support.posting_world import posting_world  # noqa: E402

ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Auckland")
STARTS = (dt.datetime(2026, 9, 1, 3, tzinfo=dt.UTC), dt.datetime(2027, 2, 1, 3, tzinfo=dt.UTC))
"""Summer time ends in the north and begins in the south within ninety days of the first; then the reverse."""


async def lived(url: str, life: Life) -> Findings:
    """Live through it on an empty database."""
    engine = create_engine(url)
    with tempfile.TemporaryDirectory() as folder:
        try:
            return await live(await posting_world(engine, Path(folder)), life)
        finally:
            await engine.dispose()


async def main() -> int:
    """Print what came of each life; 1 when anything was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2])
    options = parser.parse_args()
    if given := os.environ.get("DATABASE_URL"):
        os.environ[DSN_VARIABLE] = given
    print(f"command: python benchmarks/ninety_days.py {' '.join(sys.argv[1:])}".rstrip())
    is_fine = True
    with contextlib.ExitStack() as resources:
        server = resources.enter_context(running_postgres())
        folder = Path(resources.enter_context(tempfile.TemporaryDirectory()))
        for kind in ("SQLite", "PostgreSQL"):
            for number, seed in enumerate(options.seeds):
                url = resources.enter_context(empty_database(kind, server, folder, number))
                life = Life(start=STARTS[number % 2], days=options.days, zones=ZONES, seed=seed)
                started = time.perf_counter()
                found = await lived(url, life)
                print(
                    f"{kind}, from {life.start:%Y-%m-%d}, seed {seed}: {found.dates} local dates, "
                    f"{found.posted} posted, {found.missed} missed, {len(found.broken)} broken, "
                    f"in {time.perf_counter() - started:.0f} s",
                    flush=True,
                )
                for what in found.broken[:20]:
                    print(f"  {what}")
                is_fine &= not found.broken
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
