"""P2: how many statements and commits a post, a card and a press cost.

The product runs in this process against the stand-ins; every transaction of its engines is counted, by the
task it runs in. The rounds in which a worker finds nothing are counted apart: they come by the clock.

Run: python -m benchmarks.statements [--database sqlite|postgresql]
"""

import argparse
import asyncio
import contextlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.inside import Desk, desk, product_inside, until
from benchmarks.measuring import Figure, Transaction, report, transactions

from domain.lane import Lane
from domain.publication import State
from support.databases import running_postgres
from support.product import settings_for, stand_ins, words
from support.teams import ANNA

APART = ("inbox", "outbox")
WORKER = "worker"
PAUSE = 1.0
"""Seconds after which all that follows has been done."""


def main() -> None:
    """Count, print, and end with 1 when a bound is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder / 'storyline.db'}"
        if options.database == "postgresql":
            postgres = stack.enter_context(running_postgres())
            url = stack.enter_context(postgres.database("bench_statements"))
        figures = asyncio.run(_measure(folder, url))
    report(f"P2, {options.database}", figures)


async def _measure(folder: Path, url: str) -> list[Figure]:
    with stand_ins(folder) as outside:
        environment = settings_for(outside.urls, folder, DATABASE_URL=url, CONTAINER_POLL_SECONDS="1.5")
        async with desk(environment, outside, folder) as team, product_inside(environment):
            await asyncio.sleep(PAUSE)  # what a start brings with it
            with transactions() as begun:
                post, card = await _post(team, begun), await _card(team, begun)
                await _press(team, begun, "Later")  # from now on the bot knows Anna
                press = await _press(team, begun, "Tomorrow")
    return [
        *_figures("a post with one wait", post, 24, 9),
        *_figures("a card, from due to delivered", card, 8, 3),
        *_figures("a press that decides", press, 8, 1),
    ]


async def _post(team: Desk, begun: list[Transaction]) -> list[Transaction]:
    start = len(begun)  # before it is there: the worker may be faster than the one who queues
    publication_id = await team.add()
    await team.until_state(publication_id, State.PUBLISHED)
    await asyncio.sleep(PAUSE)  # what tidies up
    return [each for each in _of_the_product(begun[start:]) if not each.about("outbox")]


async def _card(team: Desk, begun: list[Transaction]) -> list[Transaction]:
    start = len(begun)
    publication_id = await team.add(lane=Lane.MANUAL, caption="a card")
    await team.until_state(publication_id, State.WITH_TEAM)
    await until(lambda: asyncio.to_thread(lambda: bool(_message(team))))
    await asyncio.sleep(PAUSE)
    return [each for each in _of_the_product(begun[start:]) if each.is_committed]


async def _press(team: Desk, begun: list[Transaction], label: str) -> list[Transaction]:
    start = len(begun)
    await asyncio.to_thread(lambda: team.outside.press(_message(team), label, by=ANNA))
    await asyncio.sleep(PAUSE)
    (handling,) = {each.task for each in begun[start:] if each.about("cards") and each.about("inbox")}
    return [each for each in begun[start:] if each.task == handling]


def _of_the_product(begun: Sequence[Transaction]) -> list[Transaction]:
    """Leave out this benchmark's own looks, and the worker's rounds in which nothing was to be done."""
    own = asyncio.current_task()
    name = own.get_name() if own else ""
    return [each for each in begun if each.task != name and not _found_nothing(each)]


def _found_nothing(transaction: Transaction) -> bool:
    """Whether the worker only looked: what it claims it reads in the same transaction."""
    return transaction.task == WORKER and len(transaction.statements) <= 1


def _message(team: Desk) -> dict[str, object]:
    shown = [each for each in team.outside.messages() if "a card" in words(each)]
    return shown[-1] if shown else {}


def _figures(what: str, found: Sequence[Transaction], statements: int, commits: int) -> tuple[Figure, Figure]:
    apart = {table: sum(each.about(table) for each in found) for table in APART}
    count = sum(len(each.statements) for each in found) - sum(apart.values())
    told = ", ".join(f"{table} {number}" for table, number in apart.items() if number)
    return (
        Figure(
            what=f"{what}: statements" + (f" (beside {told})" if told else ""),
            value=count,
            bound=statements,
            unit="",
        ),
        Figure(
            what=f"{what}: commits", value=sum(each.is_committed for each in found), bound=commits, unit=""
        ),
    )


if __name__ == "__main__":
    main()
