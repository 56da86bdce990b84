"""Random histories of the posting flow in a fake world, as many as wanted, from a seed.

Run: python -m chaos.histories [--count 2000] [--steps 15] [--seed 1]

The shortest history in which a promise is broken is printed, step by step.
"""

import argparse
import logging
import secrets
import tempfile
import time
from pathlib import Path

from repositories import migrate
from support.histories import told
from support.history_place import Place


def main() -> None:
    """Tell them; the first that breaks a promise ends it with its traceback."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--steps", type=int, default=15, help="in each, at most")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    options = parser.parse_args()
    print(f"seed {options.seed}")  # noqa: T201  (this program prints)
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        database = Path(name) / "storyline.db"
        migrate.upgrade(f"sqlite:///{database}")
        place = Place(database)
        told(place, count=options.count, steps=options.steps, seed=options.seed)()
        place.close()
    print(f"{options.count} histories in {time.monotonic() - began:.0f} s: 0 / 0")  # noqa: T201


if __name__ == "__main__":
    main()
