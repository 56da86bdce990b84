"""P7 and the start: memory of the main process, idle and with 100 in flight, and how soon it is ready.

Memory is the resident set (VmRSS) of `storyline run`; media workers and stand-ins are processes of their own.
In flight are 100 publications whose containers are being made, which takes the stand-in a while.

Run: python -m benchmarks.footprint [--starts 10] [--in-flight 100]
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measuring import Figure, report
from chaos.asking import ask_at_once

from support.product import Product, StandIns, products, settings_for, stand_ins, until

SLOW_SECONDS = 6.0
"""How long the making of a container takes, so that all are in flight together."""
LOOK_EVERY = 0.05
STEP_SECONDS = 3.0


def main() -> None:
    """Measure, print, and end with 1 when a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--starts", type=int, default=10)
    parser.add_argument("--in-flight", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, stand_ins(Path(name)) as outside:
        folder = Path(name)
        settings = settings_for(
            outside.urls,
            folder,
            MAX_CONCURRENT_PUBLICATIONS=str(options.in_flight),
            REMOTE_TIMEOUT_SECONDS="20",
            LEASE_SECONDS="60",
        )
        figures = [*_starts(settings, folder, options.starts), *_memory(settings, outside, folder, options)]
    report("P7 and the start, SQLite", figures)


def _starts(settings: Mapping[str, str], folder: Path, count: int) -> list[Figure]:
    seconds: list[float] = []
    for _ in range(count):
        product = Product(settings, folder / "start.log")
        began = time.monotonic()
        product.start()
        product.until_ready()
        seconds.append(time.monotonic() - began)
        product.stop()
    first, *others = seconds
    return [
        Figure(what="start to ready, with an empty folder", value=first, bound=3, unit="s"),
        Figure(what="start to ready, p50", value=statistics.median(others or seconds), bound=3, unit="s"),
    ]


def _memory(
    settings: Mapping[str, str], outside: StandIns, folder: Path, options: argparse.Namespace
) -> list[Figure]:
    with products({"product": settings}, folder) as running:
        time.sleep(STEP_SECONDS)
        idle = _resident(running["product"].pid)
        outside.fault("graph", "media_create", "delay", delay_seconds=SLOW_SECONDS)
        asyncio.run(
            ask_at_once(settings, outside, folder=folder / "pictures", publications=options.in_flight)
        )
        until(lambda: _open_calls(outside) >= options.in_flight, within=60, what="all are in flight")
        peak, ended = idle, time.monotonic() + STEP_SECONDS
        while time.monotonic() < ended:
            peak = max(peak, _resident(running["product"].pid))
            time.sleep(LOOK_EVERY)
    return [
        Figure(what="resident memory, idle", value=idle, bound=130, unit="MB"),
        Figure(what=f"resident memory, {options.in_flight} in flight", value=peak, bound=180, unit="MB"),
    ]


def _open_calls(outside: StandIns) -> int:
    calls = outside.get("/calls", limit=1000, operation="media_create")["calls"]
    return sum(call["status"] is None for call in calls)


def _resident(pid: int) -> float:
    """Return a process's resident memory in MB, the kernel's kB being 1,024 bytes."""
    line = next(
        each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if each.startswith("VmRSS")
    )
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
