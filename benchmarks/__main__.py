"""`python -m benchmarks`: run the measurements one after another, and say on what machine.

Each is a program of its own, `python -m benchmarks.NAME`, with its own options. The end is 1 when one of them
found a bound that is not kept.
"""

import argparse
import os
import platform
import shlex
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = (
    "statements --database sqlite",
    "statements --database postgresql",
    "wake_ups",
    "throughput",
    "burst --database sqlite",
    "burst --database postgresql",
    "in_flight",
    "claim",
    "selection",
    "import_delay",
    "import_speed --files 1000",
    "idle",
    "footprint",
    "sending",
    "malformed_updates --count 100000 --forged 10000",
    "presses_at_once",
)


def main() -> None:
    """Run what the arguments choose."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="only programs that begin so; default: all")
    options = parser.parse_args()
    chosen = [
        program for program in PROGRAMS if not options.names or program.startswith(tuple(options.names))
    ]
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(
        f"{platform.platform()}, {_processor()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    )
    print(f"load before the first measurement: {load}")
    failed = [program for program in chosen if not _passes(program)]
    print(f"\n{len(chosen) - len(failed)} of {len(chosen)} kept their bounds", *failed, sep="\n  not: ")
    sys.exit(bool(failed))


def _passes(program: str) -> bool:
    print(f"\npython -m benchmarks.{program}", flush=True)
    began = time.monotonic()
    paths = os.pathsep.join(str(ROOT / name) for name in ("src", "tests"))
    ended = subprocess.run(  # noqa: S603  (our own programs, named above)
        [sys.executable, "-m", *shlex.split(f"benchmarks.{program}")],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths},
        check=False,
    )
    print(f"({time.monotonic() - began:.0f} s)")
    return ended.returncode == 0


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


if __name__ == "__main__":
    main()
