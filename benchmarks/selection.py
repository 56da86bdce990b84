"""How long it takes to choose the item of a slot as the library grows.

    python benchmarks/selection.py [--items 1000 1000000] [--rounds 200]

Of each library a tenth is locked, a fifth was rejected, and another fifth was posted before; eight categories
have wished shares, and a hundred items wait in the account's queue. PostgreSQL is the one of DATABASE_URL, in
which it makes and drops a database, or one that it starts itself.
"""

import argparse
import asyncio
import contextlib
import datetime as dt
import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests"), str(ROOT)]

import sqlalchemy as sa  # noqa: E402  (the path comes first)
from benchmarks.claim import empty_database  # noqa: E402
from cryptography.fernet import Fernet  # noqa: E402
from sqlalchemy.ext.asyncio import AsyncEngine  # noqa: E402

from domain.media import Description, LockReason  # noqa: E402
from domain.mix import Mix  # noqa: E402
from domain.workspace import WorkspaceSettings  # noqa: E402
from repositories.engine import create_engine  # noqa: E402
from repositories.tables import media_items, media_locks  # noqa: E402
from repositories.unit_of_work import SqlDatabase  # noqa: E402
from repositories.vault import TokenVault  # noqa: E402
from services.posting.select import select  # noqa: E402
from support.builders import NOW, Team, add_post, add_team, image_facts, queue  # noqa: E402
from support.databases import DSN_VARIABLE, running_postgres  # noqa: E402
from support.fake_network import STORY  # noqa: E402

CATEGORIES = ("food", "quotes", "people", "places", "products", "behind", "offers", "news")
SHARES: Mapping[str, int] = dict(zip(CATEGORIES, (30, 20, 15, 10, 10, 5, 5, 5), strict=True))
QUEUED = 100
BATCH = 5_000
WARM_UP = 20
ALLOWED_MS = 20.0
ALLOWED_RATIO = 1.5
YEAR = dt.timedelta(days=365)


async def fill(engine: AsyncEngine, database: SqlDatabase, items: int) -> Team:
    """Make a library of this many items for a team, and return the team."""
    team = await add_team(database)
    for first in range(1, items + 1, BATCH):
        numbers = range(first, min(first + BATCH, items + 1))
        async with engine.begin() as connection:
            ids = list(
                await connection.scalars(
                    sa.insert(media_items).returning(media_items.c.id), [_item(team, n) for n in numbers]
                )
            )
            locks = [lock for media_id in ids for lock in _locks(team, media_id)]
            if locks:
                await connection.execute(sa.insert(media_locks), locks)
    async with database.begin() as uow:
        await uow.selection.wake(NOW)
        waiting = [item.id for item in await uow.selection.candidates(team.account_id, now=NOW, limit=QUEUED)]
        posts = [await add_post(uow, team.workspace_id, media_id) for media_id in waiting]
        await uow.commit()
    await queue(database, *(team.publication(post_id=post_id) for post_id in posts))
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("ANALYZE")
    return team


def _item(team: Team, number: int) -> dict[str, Any]:
    return {
        "workspace_id": team.workspace_id,
        "path": f"/library/large/{number}.jpg",
        "sha256": hashlib.sha256(str(number).encode()).hexdigest(),
        "facts": image_facts(),
        "description": Description(category=CATEGORIES[number % len(CATEGORIES)]),
        "added_at": NOW,
        "is_retired": False,
    }


def _locks(team: Team, media_id: int) -> list[dict[str, Any]]:
    kinds = {
        0: (LockReason.SKIPPED, NOW + YEAR, NOW),
        1: (LockReason.REJECTED, None, NOW),
        2: (LockReason.REJECTED, None, NOW),
        3: (LockReason.POSTED, NOW - YEAR / 2, NOW - YEAR - dt.timedelta(seconds=media_id)),
        4: (LockReason.POSTED, NOW - YEAR / 2, NOW - YEAR - dt.timedelta(seconds=media_id)),
    }
    if (kind := kinds.get(media_id % 10)) is None:
        return []
    reason, until, locked_at = kind
    return [
        {
            "media_id": media_id,
            "account_id": team.account_id,
            "reason": reason,
            "until": until,
            "locked_at": locked_at,
        }
    ]


@contextlib.asynccontextmanager
async def filled(url: str, items: int) -> AsyncGenerator[tuple[SqlDatabase, Team]]:
    """Yield a database with a library of this size, and whose it is."""
    engine = create_engine(url)
    database = SqlDatabase(engine, TokenVault([Fernet.generate_key().decode()]))
    started = time.perf_counter()
    team = await fill(engine, database, items)
    print(f"{items:,} items made in {time.perf_counter() - started:.0f} s", flush=True)
    yield database, team
    await database.close()


async def choice_milliseconds(database: SqlDatabase, team: Team) -> float:
    """Choose the item of a slot, and return how long that took."""
    mix = Mix(shares=SHARES, valid_from=NOW - YEAR, actor="benchmark")
    async with database.begin() as uow:
        started = time.perf_counter()
        items = await select(
            uow,
            team.workspace_id,
            team.account_id,
            WorkspaceSettings(),
            mix,
            placement=STORY,
            at=NOW,
            now=NOW,
        )
        taken = time.perf_counter() - started
    if not items:
        raise RuntimeError("there was nothing to choose")
    return taken * 1_000


async def measure(kind: str, sizes: list[int], rounds: int) -> list[float]:
    """Print how long choices take in libraries of these sizes, and return their medians."""
    taken: list[list[float]] = [[] for _ in sizes]
    async with contextlib.AsyncExitStack() as resources:
        server = resources.enter_context(running_postgres())
        folder = Path(resources.enter_context(tempfile.TemporaryDirectory()))
        libraries = [
            await resources.enter_async_context(
                filled(resources.enter_context(empty_database(kind, server, folder, number)), size)
            )
            for number, size in enumerate(sizes)
        ]
        for number in range(-WARM_UP, rounds):
            # In turns, so that whatever else the machine does weighs on all alike.
            for times, (database, team) in zip(taken, libraries, strict=True):
                milliseconds = await choice_milliseconds(database, team)
                if number >= 0:
                    times.append(milliseconds)
    for size, times in zip(sizes, taken, strict=True):
        p50, p95 = statistics.median(times), sorted(times)[int(len(times) * 0.95)]
        print(f"{size:<12,} {kind:<11} {p50:8.2f} {p95:8.2f}", flush=True)
    return [statistics.median(times) for times in taken]


async def main() -> int:
    """Print the table; 1 when a choice in the largest library takes longer than it may."""
    parser = argparse.ArgumentParser(description="How long choosing takes as the library grows.")
    parser.add_argument("--items", type=int, nargs="+", default=[1_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    if given := os.environ.get("DATABASE_URL"):
        os.environ[DSN_VARIABLE] = given
    print(f"command: python benchmarks/selection.py {' '.join(sys.argv[1:])}".rstrip())
    print("seed: none, nothing is left to chance")
    print(f"{'items':<12} {'database':<11} {'p50 ms':>8} {'p95 ms':>8}")
    is_fine = True
    for kind in ("SQLite", "PostgreSQL"):
        medians = await measure(kind, options.items, options.rounds)
        ratio = medians[-1] / medians[0]
        print(
            f"{kind}: {medians[-1]:.2f} ms in the largest library, allowed {ALLOWED_MS:g}; "
            f"{ratio:.2f} times the smallest, allowed {ALLOWED_RATIO}"
        )
        is_fine &= medians[-1] <= ALLOWED_MS and ratio <= ALLOWED_RATIO
    return 0 if is_fine else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
