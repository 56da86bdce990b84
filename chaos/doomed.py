"""Run the product until it is at a step of its work for the nth time, and die there: `doomed.py STEP NTH`.

A step is a statement and a moment: before the statement, before its commit, or after it.
"""

import enum
import itertools
import os
import re
import signal
import sys
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.pool import Pool

STATEMENTS: Mapping[str, re.Pattern[str]] = {
    "claim": re.compile(r"WITH candidates"),
    "upload": re.compile(r"INSERT INTO uploads"),
    "checkpoint": re.compile(r"UPDATE publications SET checkpoint=\S+ lease_until"),
    "intent": re.compile(r"UPDATE publications SET checkpoint=\S+ intent_at="),
    "settlement": re.compile(r"INSERT INTO attempts"),
    "permalink": re.compile(r"UPDATE publications SET permalink="),
    "card": re.compile(r"INSERT INTO cards"),
}


class Moment(enum.StrEnum):
    """When the process dies."""

    BEFORE = "before"
    """The statement is not sent."""
    WITHIN = "within"
    """It is carried out, and nothing is committed."""
    AFTER = "after"
    """Its transaction is over. After the intent: right before the publish call leaves."""


STEPS = tuple(f"{moment} {name}" for name, moment in itertools.product(STATEMENTS, Moment))


def main() -> None:
    """Arm the step, then run the product as ever."""
    moment, _, name = sys.argv[1].partition(" ")
    _arm(STATEMENTS[name], Moment(moment), nth=int(sys.argv[2]))
    from app.cli.root import main as product  # noqa: PLC0415  (armed first)

    sys.argv[1:] = ["run"]
    product()


def _arm(statement: re.Pattern[str], moment: Moment, *, nth: int) -> None:
    seen = itertools.count(1)

    def before(connection: sa.Connection, _cursor: object, text: str, *_: object) -> None:
        if statement.match(text) and next(seen) == nth:
            if moment is Moment.BEFORE:
                _die()
            connection.info["is_step"] = True

    def after(connection: sa.Connection, *_: object) -> None:
        if moment is Moment.WITHIN and connection.info.get("is_step"):
            _die()

    def over(_connection: object, record: Any) -> None:
        if record.info.get("is_step"):
            _die()

    event.listen(sa.Engine, "before_cursor_execute", before)
    event.listen(sa.Engine, "after_cursor_execute", after)
    event.listen(Pool, "checkin", over)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
