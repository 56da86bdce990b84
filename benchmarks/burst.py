"""The burst: a thousand due publications over two hundred accounts, and the processor's time for each.

The product is a process of its own, the stand-ins another: they answer at once and decode nothing. Each
publication is complete: its picture of 200 kB is uploaded through Cloudinary's SDK, a container is made,
looked at and published, the post is recorded, its address fetched and the upload deleted. Counted is the
processor's time of the main process with all its threads, the kernel's for it included, less that of
a start with nothing to do. Media workers are processes of their own and do not count. The processor's time of
a bare call with httpx, taken in the midst of it, tells how fast the machine is at that time.

Run: python -m benchmarks.burst [--database sqlite|postgresql] [--accounts 200] [--each 5]
"""

import argparse
import asyncio
import contextlib
import os
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
from benchmarks.crowd import Progress, Queue, prepare
from benchmarks.measuring import Figure, report

from support.databases import running_postgres
from support.product import StandIns, products, settings_for, stand_ins, until

BOUND_MS = 25
SIDE = 490
"""Pixels of a picture's width: its noise has 200 kB as a JPEG."""
WITHIN_SECONDS = 600.0
BARE_CALLS = 100
DEFAULTS = {"LEASE_SECONDS": "300", "REMOTE_TIMEOUT_SECONDS": "60", "CONTAINER_POLL_SECONDS": "2,3,5,5,10,30"}


def main() -> None:
    """Measure, print, and end with 1 when the bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--accounts", type=int, default=200)
    parser.add_argument("--each", type=int, default=5)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        outside = stack.enter_context(stand_ins(folder))
        outside.post("/graph/settings", decode=False, image_processing_seconds=0)
        outside.post("/cloudinary/settings", decode=False)
        url = f"sqlite:///{folder / 'storyline.db'}"
        if options.database == "postgresql":
            postgres = stack.enter_context(running_postgres())
            url = stack.enter_context(postgres.database("bench_burst"))
        environment = settings_for(outside.urls, folder, **DEFAULTS, DATABASE_URL=url)
        queue = Queue(accounts=options.accounts, each=options.each, side=SIDE)
        figures = _measure(environment, outside, folder, queue)
    report(f"The burst, {options.database}", figures)


def _measure(environment: Mapping[str, str], outside: StandIns, folder: Path, queue: Queue) -> list[Figure]:
    with products({"start": environment}, folder) as running:
        of_start = _processor_seconds(running["start"].pid)
    asyncio.run(prepare(environment, outside, folder, queue))
    count = queue.accounts * queue.each
    with (
        contextlib.closing(Progress(environment["DATABASE_URL"])) as progress,
        products({"product": environment}, folder) as running,
    ):
        began = time.monotonic()
        until(lambda: progress.completed() >= count / 2, within=WITHIN_SECONDS, what="half are complete")
        print(f"a bare call with httpx meanwhile: {asyncio.run(_bare_call_ms(outside)):.2f} ms", flush=True)
        until(lambda: progress.completed() >= count, within=WITHIN_SECONDS, what=f"{count} are complete")
        seconds = time.monotonic() - began
        of_all = _processor_seconds(running["product"].pid) - of_start
    return [
        Figure(what="processor's time for each", value=of_all / count * 1000, bound=BOUND_MS, unit="ms"),
        Figure(
            what="a second, with the stand-ins on the same cores",
            value=count / seconds,
            bound=0,
            unit="",
            at_least=True,
        ),
    ]


async def _bare_call_ms(outside: StandIns) -> float:
    """Return what one of many calls costs this process."""
    async with httpx.AsyncClient() as client:
        await client.get(f"{outside.urls['page']}/sandbox/clock")
        began = time.process_time()
        for _ in range(BARE_CALLS):
            await client.get(f"{outside.urls['page']}/sandbox/clock")
        return (time.process_time() - began) / BARE_CALLS * 1000


def _processor_seconds(pid: int) -> float:
    """Return what a process has used, in user mode and in the kernel, without its children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    user, system = int(fields[11]), int(fields[12])
    return (user + system) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
