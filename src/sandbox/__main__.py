"""Run the sandbox as a process of its own: `python -m sandbox --port 8700`."""

import argparse
import asyncio
import dataclasses
import json
import logging
import signal
import sys
from pathlib import Path

from sandbox.server import running
from sandbox.serving import PortTakenError
from sandbox.world import World


def main() -> None:
    """Serve until SIGTERM or SIGINT; print one JSON line with the addresses when ready."""
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    parser.add_argument(
        "--port", type=int, default=8700, help="first of seven ports in a row; 0 takes free ones"
    )
    parser.add_argument("--seed", type=int, default=0, help="for all that is random, faults included")
    parser.add_argument(
        "--empty", action="store_true", help="start without the demo's bot, chat and accounts"
    )
    parser.add_argument(
        "--state", type=Path, metavar="FOLDER", help="keep the world there, and go on where it was left"
    )
    parser.add_argument(
        "--at-once", action="store_true", help="answer at once and look into no media, for benchmarks"
    )
    options = parser.parse_args()
    # An answer that a fault drops on purpose is an error to uvicorn; here it is the point.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    world = World(seed=options.seed, folder=options.state)
    try:
        asyncio.run(_serve(port=options.port, world=world, empty=options.empty, at_once=options.at_once))
    except PortTakenError as error:
        sys.stderr.write(f"{error} Choose another with --port.\n")
        raise SystemExit(1) from None


async def _serve(*, port: int, world: World, empty: bool, at_once: bool) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with running(port=port, world=world, empty=empty) as sandbox:
        if at_once:
            sandbox.answer_at_once()
        sys.stdout.write(json.dumps(dataclasses.asdict(sandbox.urls)) + "\n")
        sys.stdout.flush()
        await stop.wait()


if __name__ == "__main__":
    main()
