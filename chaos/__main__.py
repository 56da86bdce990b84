"""`python -m chaos`: run the scenarios, print a table, and end with 1 when a promise was broken."""

import argparse
import contextlib
import secrets
import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from chaos.run import Result, Size, run
from chaos.scenarios import SCENARIOS, SHORT, Blow
from domain.publication import State
from support.databases import own_postgres

FULL_SIZE = Size(publications=200, blows=21)
MOST_TOLD = 10
"""Of what was posted twice or lost, so many are shown in full."""
SHORT_SIZE = Size(publications=24, blows=3)


def main() -> None:
    """Run what the arguments choose."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--short", action="store_true", help="few publications, both databases")
    parser.add_argument("--publications", type=int, help="in each scenario")
    parser.add_argument("--blows", type=int, help="kills or freezes in each scenario")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--only", default="", help="scenarios with this in database and name")
    parser.add_argument("--keep", type=Path, help="keep databases and logs in this folder")
    options = parser.parse_args()
    default = SHORT_SIZE if options.short else FULL_SIZE
    size = Size(
        publications=options.publications or default.publications,
        blows=options.blows if options.blows is not None else default.blows,
    )
    chosen = [
        scenario
        for scenario in (SHORT if options.short else SCENARIOS)
        if options.only in f"{scenario.database} {scenario.name}"
    ]
    out = Console(width=None if sys.stdout.isatty() else 220)
    out.print(f"seed {options.seed}")
    results: list[Result] = []
    with contextlib.ExitStack() as stack:
        needs_postgres = any(scenario.database == "postgresql" for scenario in chosen)
        server = stack.enter_context(own_postgres()) if needs_postgres else None
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for number, scenario in enumerate(chosen):
            result = run(scenario, size, server=server, seed=options.seed, folder=folder / str(number))
            out.print(_told(result))
            results.append(result)
    out.print(_table(results))
    sys.exit(not all(result.is_kept for result in results))


def _told(result: Result) -> str:
    lines = [f"{result.scenario.database}, {result.scenario.name}: {result.seconds:.0f} s"]
    for what, found in (
        ("posted twice", result.doubled),
        ("lost", result.lost),
        ("posted without an intent", result.unintended),
    ):
        lines.extend(f"  {what}: {standing}" for standing in found[:MOST_TOLD])
        if len(found) > MOST_TOLD:
            lines.append(f"  {what}: {len(found) - MOST_TOLD} more")
    lines.extend(f"  press lost: {label}" for label in result.lost_presses)
    if result.fallen:
        lines.append(f"  processes that ended by themselves: {result.fallen}")
    lines.extend(f"  logged as an error, {count} times: {event}" for event, count in result.errors.items())
    return "\n".join(lines)


def _table(results: list[Result]) -> Table:
    columns = (
        "database", "replicas", "scenario", "publications", "blows", "published", "by hand", "with team",
        "asked", "posted twice", "lost", "presses lost", "cards twice",
        "resumed after s", "shortest gap s", "quiet after s", "seconds",
    )  # fmt: skip
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for result in results:
        states = Counter(each.state for each in result.standings)
        by_hand = sum(each.by_person for each in result.standings)
        table.add_row(
            result.scenario.database,
            str(result.scenario.replicas),
            result.scenario.name,
            str(len(result.standings)),
            str(result.blows),
            str(states[State.PUBLISHED] - by_hand),
            str(by_hand),
            str(states[State.WITH_TEAM]),
            str(states[State.UNCONFIRMED]),
            str(len(result.doubled)),
            str(len(result.lost)),
            str(len(result.lost_presses)),
            str(sum(each.cards > 1 for each in result.standings)),
            f"{result.resumed_after:.1f}" if result.scenario.blow is Blow.DATABASE else "",
            f"{result.shortest_gap.total_seconds():.0f}" if result.shortest_gap is not None else "",
            f"{result.quiet_after:.1f}",
            f"{result.seconds:.0f}",
        )
    return table


if __name__ == "__main__":
    main()
