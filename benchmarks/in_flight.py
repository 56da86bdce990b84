"""P9: a hundred publications in flight, whose containers take 30 seconds each, at the default waits.

Each is on an account of its own. Counted is from the first call for any of them until all are published.

Run: python -m benchmarks.in_flight [--accounts 100] [--seconds 30]
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.burst import DEFAULTS
from benchmarks.crowd import Progress, Queue, prepare
from benchmarks.measuring import Figure, report

from support.product import StandIns, products, settings_for, stand_ins, until

BOUND_SECONDS = 45
WITHIN_SECONDS = 180


def main() -> None:
    """Measure, print, and end with 1 when the bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--accounts", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, stand_ins(Path(name)) as outside:
        folder = Path(name)
        environment = settings_for(outside.urls, folder, **DEFAULTS)
        asyncio.run(prepare(environment, outside, folder, Queue(accounts=options.accounts)))
        outside.post("/graph/settings", image_processing_seconds=options.seconds)
        figure = _measure(environment, outside, folder, options.accounts)
    report("P9, SQLite", [figure])


def _measure(environment: Mapping[str, str], outside: StandIns, folder: Path, count: int) -> Figure:
    url = f"sqlite:///{folder / 'storyline.db'}"
    with (
        contextlib.closing(Progress(url)) as progress,
        products({"product": environment}, folder),
    ):
        until(lambda: outside.get("/calls", limit=1)["calls"], within=WITHIN_SECONDS, what="it begins")
        began = time.monotonic()
        until(lambda: progress.published() >= count, within=WITHIN_SECONDS, what="all are published")
        seconds = time.monotonic() - began
    return Figure(
        what=f"{count} in flight, from the first call to the last post",
        value=seconds,
        bound=BOUND_SECONDS,
        unit="s",
    )


if __name__ == "__main__":
    main()
