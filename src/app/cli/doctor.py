"""`storyline doctor`: the findings as a page for people, or as JSON for programs."""

import asyncio
import contextlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

import typer

from app.cli.running import WIDE, AsJson, guarded
from domain.finding import Finding, Level

if TYPE_CHECKING:
    from rich.console import Console

SIGNS = {
    Level.OK: ("✓", "green"),
    Level.WARN: ("!", "yellow"),
    Level.FAIL: ("✗", "bold red"),
    Level.SKIPPED: ("–", "dim"),
}
"""What stands at the beginning of a line, and in which colour."""
TOLD = {
    Level.OK: "well",
    Level.WARN: "to look after",
    Level.FAIL: "broken",
    Level.SKIPPED: "not checked",
}


def doctor(as_json: AsJson = False) -> None:
    """Look at the whole installation and say what is well and what to do about the rest.

    Nothing is changed. The exit code is 1 when something is broken.
    """
    from app.doctor.examination import CHECKS, examine  # noqa: PLC0415  (`--help` is quick without it)
    from app.settings import read  # noqa: PLC0415

    def work() -> list[Finding]:
        with _progress(len(CHECKS), is_shown=not as_json) as step:
            return asyncio.run(examine(read(), on_done=step))

    findings = guarded(work)
    if as_json:
        sys.stdout.write(json.dumps([_row(each) for each in findings], ensure_ascii=False, indent=2) + "\n")
    else:
        _print(findings)
    raise typer.Exit(1 if any(each.level is Level.FAIL for each in findings) else 0)


def _row(finding: Finding) -> dict[str, str | None]:
    return {
        "check": finding.check,
        "subject": finding.subject or None,
        "level": finding.level.value,
        "found": finding.found,
        "to_do": finding.to_do or None,
    }


def _print(findings: Sequence[Finding]) -> None:
    from rich.table import Table  # noqa: PLC0415  (only people need it)
    from rich.text import Text  # noqa: PLC0415

    console = _console()
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for before, finding in zip([None, *findings], findings, strict=False):
        sign, style = SIGNS[finding.level]
        said = Text(f"{finding.subject}: {finding.found}" if finding.subject else finding.found)
        if finding.to_do:
            said.append(f"\n→ {finding.to_do}", style="cyan")
        is_new = before is None or before.check != finding.check
        mark = Text(f"{sign} {finding.level.value}", style=style)
        table.add_row(mark, finding.check if is_new else "", said)
    console.print(table)
    counts = Counter(finding.level for finding in findings)
    console.print(Text(", ".join(f"{counts[level]} {TOLD[level]}" for level in Level if counts[level]) + "."))


@contextlib.contextmanager
def _progress(total: int, *, is_shown: bool) -> Generator[Callable[[str], None]]:
    """Show on a terminal how many checks have ended."""
    done = set[str]()
    if not (is_shown and sys.stdout.isatty()):
        yield done.add
        return
    with _console().status(f"0 of {total} checks") as status:

        def step(name: str) -> None:
            done.add(name)
            status.update(f"{len(done)} of {total} checks")

        yield step


def _console() -> "Console":
    from rich.console import Console  # noqa: PLC0415  (only people need it)

    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False)
