"""P1: publications claimed and settled per second, beside the bare driver and beside other job queues.

One process claims as many as it has places by default, with their posts, accounts and tokens, and settles
them side by side, each in a transaction of its own, the history rows included; nothing is posted in between.
What it sends is noted and sent once more, with the same values, by the bare driver to a copy of the database,
one after another. The peers work through as many jobs that do nothing, as many side by side, each in a
database that has as many finished jobs. All take turns, so that whatever else the machine does weighs on all.

Run: python -m benchmarks.throughput [--rows 1000 100000 1000000] [--jobs 1000] [--rounds 3]
The peers are left out where their environment, which `make bench` makes, is missing.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import psycopg
from benchmarks.claim import ACCOUNTS, LEASE, Case, empty_database, filled
from benchmarks.measuring import Figure, report
from benchmarks.replaying import bare_driver, replay, sent_by
from cryptography.fernet import Fernet
from psycopg import sql

from domain.publication import BOT, Event, Publication
from repositories.engine import create_engine, is_sqlite, parse
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from services.unit_of_work import Database
from support.builders import NOW
from support.databases import Postgres, running_postgres

ROOT = Path(__file__).resolve().parents[1]
PEERS_PYTHON = ROOT / ".cache" / "peers" / "bin" / "python"
PEERS = ("procrastinate", "pgqueuer")
SHARE_OF_DRIVER = {"PostgreSQL": 0.30, "SQLite": 0.20}
AT_ONCE = 20
"""The default of MAX_CONCURRENT_PUBLICATIONS."""
WARM_UP = 20 * AT_ONCE

Peer = Callable[[], float]
"""Does a round of jobs and returns how many seconds it took."""


def main() -> None:
    """Measure, print, and end with 1 when a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--jobs", type=int, default=1_000, help="in each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--databases", nargs="+", choices=tuple(SHARE_OF_DRIVER), default=[*SHARE_OF_DRIVER])
    options = parser.parse_args()
    figures: list[Figure] = []
    if not PEERS_PYTHON.exists():
        print("the peers are left out: `make bench` makes the environment that they need")
    with running_postgres() as server:
        for rows in options.rows:
            for kind in options.databases:
                per_second = _measure(kind, server, rows, jobs=options.jobs, rounds=options.rounds)
                figures += _figures(kind, rows, per_second)
    report("P1", figures)


def _measure(kind: str, server: Postgres, rows: int, *, jobs: int, rounds: int) -> dict[str, list[float]]:
    case = Case(name="", accounts=ACCOUNTS, due=WARM_UP + jobs * rounds, others=rows)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = stack.enter_context(empty_database(kind, server, folder, rows))
        asyncio.run(_fill(url, case))
        copy = stack.enter_context(_copied(url, server))
        names = PEERS if kind == "PostgreSQL" and PEERS_PYTHON.exists() else ()
        peers = {name: stack.enter_context(_peer(name, server, rows=rows, jobs=jobs)) for name in names}
        return asyncio.run(_in_turns(url, copy, peers, jobs=jobs, rounds=rounds))


async def _fill(url: str, case: Case) -> None:
    async with filled(url, case):
        pass


async def _in_turns(
    url: str, copy: str, peers: Mapping[str, Peer], *, jobs: int, rounds: int
) -> dict[str, list[float]]:
    """Return how many jobs a second each did, round by round."""
    per_second: dict[str, list[float]] = {name: [] for name in ("storyline", "driver", *peers)}
    engine = create_engine(url)
    database = SqlDatabase(engine, TokenVault([Fernet.generate_key().decode()]))
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        driver = await stack.enter_async_context(bare_driver(copy))
        sent = stack.enter_context(sent_by(engine))
        await _claim_and_settle(database, WARM_UP)
        await replay(driver, sent)
        for _ in range(rounds):
            sent.clear()
            began = time.perf_counter()
            await _claim_and_settle(database, jobs)
            settled = time.perf_counter()
            await replay(driver, sent)
            replayed = time.perf_counter()
            per_second["storyline"].append(jobs / (settled - began))
            per_second["driver"].append(jobs / (replayed - settled))
            for name, peer in peers.items():
                per_second[name].append(jobs / await asyncio.to_thread(peer))
    return per_second


async def _claim_and_settle(database: Database, count: int) -> None:
    settled = 0
    while settled < count:
        async with database.begin() as uow:
            claimed = await uow.publications.claim_due(
                now=NOW, limit=AT_ONCE, lease=LEASE, worker="benchmark", min_gap=dt.timedelta()
            )
            jobs = await uow.publications.jobs(claimed)
            await uow.commit()
        await asyncio.gather(*(_settle(database, job.publication) for job in jobs.values()))
        settled += len(jobs)
        if not jobs:
            raise RuntimeError("there was nothing to claim")


async def _settle(database: Database, publication: Publication) -> None:
    async with database.begin() as uow:
        if await uow.publications.apply(publication, Event.SUCCEEDED, at=NOW, actor=BOT) is None:
            raise RuntimeError("somebody else settled it")
        await uow.commit()


@contextlib.contextmanager
def _copied(url: str, server: Postgres) -> Generator[str]:
    """Yield the URL of a copy of a database to which nobody is connected."""
    if is_sqlite(url):
        shutil.copy(parse(url).database or "", f"{parse(url).database}.copy")
        yield f"{url}.copy"
        return
    name = url.rpartition("/")[2]
    template, copy = sql.Identifier(name), sql.Identifier(f"{name}_copy")
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(copy, template))
        yield f"{url}_copy"
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(copy))


@contextlib.contextmanager
def _peer(name: str, server: Postgres, *, rows: int, jobs: int) -> Generator[Peer]:
    arguments = [f"--jobs={jobs}", f"--rows={rows}", f"--at-once={AT_ONCE}"]
    with (
        server.database(f"storyline_peer_{name}") as url,
        subprocess.Popen(  # noqa: S603  (our own program)
            [PEERS_PYTHON, ROOT / "benchmarks" / "peers.py", name, url, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process,
    ):
        asks, tells = process.stdin, process.stdout
        if asks is None or tells is None or tells.readline() != "ready\n":
            raise RuntimeError(f"{name} could not be started")

        def work() -> float:
            asks.write("\n")
            asks.flush()
            return float(tells.readline())

        try:
            yield work
        finally:
            process.kill()


def _figures(kind: str, rows: int, per_second: dict[str, list[float]]) -> list[Figure]:
    """Print the speeds, and return how ours compares in the median round."""
    told = ", ".join(f"{name} {statistics.median(speeds):,.0f}" for name, speeds in per_second.items())
    print(f"{kind}, {rows:,} other rows, a second: {told}", flush=True)
    ours = per_second["storyline"]

    def share_of(name: str) -> float:
        return statistics.median(mine / other for mine, other in zip(ours, per_second[name], strict=True))

    bounds = {"driver": SHARE_OF_DRIVER[kind], "procrastinate": 1.0}
    return [
        Figure(
            what=f"{kind}, {rows:,} rows: share of {name}'s speed",
            value=share_of(name),
            bound=bounds.get(name, 0),
            unit="",
            at_least=True,
        )
        for name in per_second
        if name != "storyline"
    ]


if __name__ == "__main__":
    main()
