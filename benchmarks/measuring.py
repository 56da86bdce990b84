"""What the measurements have in common: figures against bounds, and the statements of transactions."""

import asyncio
import contextlib
import dataclasses
import sys
from collections.abc import Generator, Sequence
from typing import Any

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table
from sqlalchemy import event


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured number and its bound."""

    what: str
    value: float
    bound: float
    unit: str
    at_least: bool = False
    """Whether more is better; the bound is the most that it may be otherwise."""

    @property
    def is_met(self) -> bool:
        """Whether it keeps its bound."""
        return self.value >= self.bound if self.at_least else self.value <= self.bound


def report(title: str, figures: Sequence[Figure]) -> None:
    """Print the figures, and end the process with 1 when one does not keep its bound."""
    table = Table("what", "measured", "bound", "", title=title, title_justify="left", box=None)
    for figure in figures:
        table.add_row(
            figure.what,
            f"{figure.value:.4g} {figure.unit}",
            f"{'≥' if figure.at_least else '≤'} {figure.bound:g} {figure.unit}",
            "" if figure.is_met else "NOT MET",
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    sys.exit(not all(figure.is_met for figure in figures))


@dataclasses.dataclass(slots=True, kw_only=True)
class Transaction:
    """What one transaction sent."""

    task: str
    """Name of the task it ran in."""
    statements: list[str] = dataclasses.field(default_factory=list[str])
    is_committed: bool = False

    def about(self, table: str) -> int:
        """Return how many of its statements read or write a table."""
        return sum(f" {table} " in f"{each} ".replace("\n", " ") for each in self.statements)


@contextlib.contextmanager
def transactions() -> Generator[list[Transaction]]:
    """Yield a list that fills with the transactions of every engine in this process, as they begin."""
    begun: list[Transaction] = []
    running: dict[int, Transaction] = {}

    def begin(connection: Any) -> None:
        task = asyncio.current_task()
        transaction = Transaction(task=task.get_name() if task else "")
        begun.append(transaction)
        running[id(connection)] = transaction

    def send(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN") and id(connection) in running:
            running[id(connection)].statements.append(statement)

    def commit(connection: Any) -> None:
        running[id(connection)].is_committed = True

    listeners = (("begin", begin), ("before_cursor_execute", send), ("commit", commit))
    for name, listener in listeners:
        event.listen(sa.Engine, name, listener)
    try:
        yield begun
    finally:
        for name, listener in listeners:
            event.remove(sa.Engine, name, listener)
