"""Other job queues doing nothing: run by `benchmarks.throughput`, in an environment of their own.

It prepares a database and says that it is ready; then every line on standard input makes it queue so many
jobs, work through them, and print how many seconds that took, from the first job's start to the end of all.

Run: peers/bin/python benchmarks/peers.py procrastinate|pgqueuer DSN --jobs 1000 --rows 1000 --at-once 20
"""

import argparse
import asyncio
import importlib
import logging
import sys
import time
from collections.abc import AsyncGenerator
from typing import Any


def _library(name: str) -> Any:
    # Not among the product's dependencies, so no type checker knows it.
    return importlib.import_module(name)


async def procrastinate(dsn: str, *, jobs: int, rows: int, at_once: int) -> AsyncGenerator[float | None]:
    """Work with Procrastinate."""
    library = _library("procrastinate")
    app = library.App(connector=library.PsycopgConnector(conninfo=dsn))
    first = _First()
    task = app.task(name="nothing")(first.nothing)
    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        await app.connector.execute_query_async(
            "INSERT INTO procrastinate_jobs (task_name, queue_name, status)"
            " SELECT 'nothing', 'default', 'succeeded' FROM generate_series(1, %(rows)s)",
            rows=rows,
        )
        await app.connector.execute_query_async("ANALYZE")
        yield None
        while True:
            await task.batch_defer_async(*({} for _ in range(jobs)))
            first.at = None
            await app.run_worker_async(
                wait=False, concurrency=at_once, install_signal_handlers=False, listen_notify=False
            )
            yield first.seconds_since()


async def pgqueuer(dsn: str, *, jobs: int, rows: int, at_once: int) -> AsyncGenerator[float | None]:
    """Work with pgqueuer, whose finished jobs move to a table of their own."""
    library = _library("pgqueuer")
    connection = await _library("asyncpg").connect(dsn)
    driver = _library("pgqueuer.db").AsyncpgDriver(connection)
    queries = _library("pgqueuer.queries").Queries(driver)
    drain = _library("pgqueuer.types").QueueExecutionMode.drain
    await queries.install()
    await connection.execute(
        "INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint)"
        " SELECT -number, 'successful', 0, 'nothing' FROM generate_series(1, $1::integer) AS number",
        rows,
    )
    await connection.execute("ANALYZE")
    first = _First()
    yield None
    while True:
        await queries.enqueue(["nothing"] * jobs, [None] * jobs, [0] * jobs)
        first.at = None
        queue = library.PgQueuer(driver)
        queue.entrypoint("nothing")(first.nothing)
        await queue.qm.run(batch_size=at_once, mode=drain)
        yield first.seconds_since()


class _First:
    """The job, which does nothing but note when it was called first."""

    def __init__(self) -> None:
        self.at: float | None = None

    async def nothing(self, *_: Any) -> None:
        """Do the job."""
        if self.at is None:
            self.at = time.perf_counter()

    def seconds_since(self) -> float:
        """Return how long ago the first one was called."""
        if self.at is None:
            raise RuntimeError("no job was done")
        return time.perf_counter() - self.at


async def main() -> None:
    """Prepare, and work whenever told to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("queue", choices=("procrastinate", "pgqueuer"))
    parser.add_argument("dsn")
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--rows", type=int, required=True, help="of jobs that are done already")
    parser.add_argument("--at-once", type=int, required=True, help="jobs in hand together")
    options = parser.parse_args()
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    work = procrastinate if options.queue == "procrastinate" else pgqueuer
    rounds = work(options.dsn, jobs=options.jobs, rows=options.rows, at_once=options.at_once)
    await anext(rounds)
    print("ready", flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(await anext(rounds), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
