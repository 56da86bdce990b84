"""P6: how many statements a tick costs when nothing is due, with one workspace and with a thousand.

The product runs in this process and leads; everything its engines send in a while is counted: the worker's
rounds, the bot's loops, the planner.

Run: python -m benchmarks.idle [--workspaces 1 1000] [--ticks 5]
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from benchmarks.inside import Desk, desk, product_inside
from benchmarks.measuring import Figure, report, transactions

from app.scheduler import TICK
from domain.ids import ChatId, PlatformName
from support.product import settings_for, stand_ins

INSTAGRAM = PlatformName("instagram")
MOST = 8
"""Statements of a tick: whether leases ran out, what is due, what is to be looked up, what comes next, and
now and then a look into the outbox."""


def main() -> None:
    """Count, print, and end with 1 when a tick grows with the workspaces."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--workspaces", type=int, nargs="+", default=[1, 1000])
    parser.add_argument("--ticks", type=int, default=5)
    options = parser.parse_args()
    figures: list[Figure] = []
    for workspaces in options.workspaces:
        with tempfile.TemporaryDirectory() as folder:
            figures.extend(asyncio.run(_measure(Path(folder), workspaces, options.ticks)))
    report("P6, SQLite", figures)


async def _measure(folder: Path, workspaces: int, ticks: int) -> list[Figure]:
    with stand_ins(folder) as outside:
        environment = settings_for(outside.urls, folder)
        async with desk(environment, outside, folder) as team:
            await _add_workspaces(team, workspaces - 1)
            async with product_inside(environment):
                await asyncio.sleep(TICK.total_seconds())
                with transactions() as begun:
                    await asyncio.sleep(ticks * TICK.total_seconds())
                with transactions() as planned:
                    await team.storyline.planning.fill(team.storyline.clock.now())
    sent = sum(len(each.statements) for each in begun)
    planning = sum(len(each.statements) for each in planned)
    return [
        Figure(what=f"{workspaces} workspaces: statements a tick", value=sent / ticks, bound=MOST, unit=""),
        Figure(what=f"{workspaces} workspaces: a round of planning", value=planning, bound=MOST, unit=""),
    ]


async def _add_workspaces(team: Desk, count: int) -> None:
    storyline = team.storyline
    async with storyline.database.begin() as uow:
        now = storyline.clock.now()
        for number in range(count):
            workspace_id = await uow.workspaces.add(
                name=f"Idle {number}", chat_id=ChatId(-5_000_000 - number), at=now
            )
            await uow.workspaces.set_setting(workspace_id, "posts_per_day", "0", at=now)
            await uow.accounts.add(
                workspace_id,
                platform=INSTAGRAM,
                external_id=f"idle-{number}",
                name=f"idle.{number}",
                login="facebook",
                at=now,
            )
        await uow.commit()


if __name__ == "__main__":
    main()
