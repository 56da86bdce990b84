"""How long a claim takes as the table grows: RELIABILITY's line P4.

    python benchmarks/claim.py [--rows 1000 1000000] [--rounds 200] [--backlog 10000]

PostgreSQL is the one of DATABASE_URL, in which it makes and drops a database, or one that it starts itself.
"""

import argparse
import asyncio
import contextlib
import dataclasses
import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

from cryptography.fernet import Fernet  # noqa: E402  (the path comes first)

from repositories import migrate  # noqa: E402
from repositories.engine import create_engine  # noqa: E402
from repositories.unit_of_work import SqlDatabase  # noqa: E402
from repositories.vault import TokenVault  # noqa: E402
from support.builders import NOW, add_account, add_backlog, add_team  # noqa: E402
from support.databases import DSN_VARIABLE, Postgres, running_postgres  # noqa: E402

ACCOUNTS = 200
DUE = 1_000
CLAIMED_AT_ONCE = 10
LEASE = dt.timedelta(minutes=5)
ALLOWED_RATIO = 1.2
WARM_UP = 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One filling of the table."""

    name: str
    accounts: int
    due: int
    others: int
    """Rows that are not due: half of them future, half of them done."""


@contextlib.contextmanager
def empty_database(kind: str, server: Postgres, folder: Path, number: int) -> Generator[str]:
    """Yield the URL of a migrated, empty database."""
    with contextlib.ExitStack() as resources:
        if kind == "SQLite":
            url = f"sqlite:///{folder / f'{number}.db'}"
        else:
            url = resources.enter_context(server.database(f"storyline_benchmark_{os.getpid()}_{number}"))
        migrate.upgrade(url)
        yield url


@contextlib.asynccontextmanager
async def filled(url: str, case: Case) -> AsyncGenerator[SqlDatabase]:
    """Yield a database with the rows of a case."""
    engine = create_engine(url)
    database = SqlDatabase(engine, TokenVault([Fernet.generate_key().decode()]))
    team = await add_team(database)
    async with database.begin() as uow:
        accounts = [
            await add_account(uow, team.workspace_id, number=number) for number in range(2, 2 + case.accounts)
        ]
        await uow.commit()
    await add_backlog(
        engine, team, accounts, due=case.due, future=case.others // 2, done=case.others - case.others // 2
    )
    yield database
    await database.close()


async def claim_milliseconds(database: SqlDatabase) -> float:
    """Claim, take it back, and return how long the claim took."""
    async with database.begin() as uow:
        started = time.perf_counter()
        claimed = await uow.publications.claim_due(
            now=NOW,
            limit=CLAIMED_AT_ONCE,
            lease=LEASE,
            worker="benchmark",
            min_gap=dt.timedelta(minutes=1),
        )
        taken = time.perf_counter() - started
    if not claimed:
        raise RuntimeError("there was nothing to claim")
    return taken * 1_000


async def measure(kind: str, cases: list[Case], rounds: int) -> list[float]:
    """Print how long the claims of each case take, and return their medians."""
    taken: list[list[float]] = [[] for _ in cases]
    async with contextlib.AsyncExitStack() as resources:
        server = resources.enter_context(running_postgres())
        folder = Path(resources.enter_context(tempfile.TemporaryDirectory()))
        databases = [
            await resources.enter_async_context(
                filled(resources.enter_context(empty_database(kind, server, folder, number)), case)
            )
            for number, case in enumerate(cases)
        ]
        for number in range(-WARM_UP, rounds):
            # In turns, so that whatever else the machine does weighs on all alike.
            for times, database in zip(taken, databases, strict=True):
                milliseconds = await claim_milliseconds(database)
                if number >= 0:
                    times.append(milliseconds)
    for case, times in zip(cases, taken, strict=True):
        p50, p95 = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
        print(f"{case.name:<42} {kind:<11} {p50:8.2f} {p95:8.2f}", flush=True)
    return [statistics.median(times) for times in taken]


async def main() -> int:
    """Print the table; 1 when the largest table costs more than it may."""
    parser = argparse.ArgumentParser(description="How long a claim takes as the table grows.")
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--backlog", type=int, default=10_000)
    options = parser.parse_args()
    if given := os.environ.get("DATABASE_URL"):
        os.environ[DSN_VARIABLE] = given
    cases = [
        Case(
            name=f"{rows:,} others, {DUE:,} due, {ACCOUNTS} accounts", accounts=ACCOUNTS, due=DUE, others=rows
        )
        for rows in options.rows
    ]
    backlog = Case(name=f"{options.backlog:,} due on one account", accounts=1, due=options.backlog, others=0)

    print(f"command: python benchmarks/claim.py {' '.join(sys.argv[1:])}".rstrip())
    print("seed: none, nothing is left to chance")
    print(f"{'rows':<42} {'database':<11} {'p50 ms':>8} {'p95 ms':>8}")
    is_fine = True
    for kind in ("SQLite", "PostgreSQL"):
        medians = await measure(kind, [*cases, backlog], options.rounds)
        ratio = medians[len(cases) - 1] / medians[0]
        print(f"{kind}: the largest costs {ratio:.2f} times the smallest, allowed {ALLOWED_RATIO}")
        is_fine &= ratio <= ALLOWED_RATIO
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
