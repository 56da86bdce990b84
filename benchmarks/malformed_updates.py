"""Malformed updates and forged presses against the whole bot: RELIABILITY's lines R11 and R12.

    python benchmarks/malformed_updates.py [--count 5000] [--forged 1000] [--seed 1]

The bot, the Telegram stand-in and the database (SQLite) run in this process. It fails when an update stays
unhandled or anything changed.
"""

import argparse
import asyncio
import dataclasses
import logging
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

import structlog  # noqa: E402  (the path comes first)

from bot.callbacks import CardButton  # noqa: E402
from domain.card import Action  # noqa: E402
from repositories import migrate  # noqa: E402
from sandbox.telegram.actors import Message  # noqa: E402
from support.bot_world import BotWorld, bot_world, buttons  # noqa: E402
from support.malformed import forged_presses, malformed_updates  # noqa: E402
from support.telegram_api import TOKEN, until  # noqa: E402

AT_ONCE = 500
PATIENCE_SECONDS = 120


async def main(arguments: argparse.Namespace) -> int:
    """Run the bot against its attackers."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/storyline.db"
        await asyncio.to_thread(migrate.upgrade, url)
        async with bot_world(url, Path(name)) as team, team.running():
            team.telegram.limits.callback_answer_seconds = float("inf")
            return await attack(team, arguments)


async def attack(team: BotWorld, arguments: argparse.Namespace) -> int:
    """Send everything, wait until it is handled, and compare."""
    publication_id, message = await team.card()
    button = CardButton.parse(buttons(message)[0])
    assert button is not None  # noqa: S101  (the card was drawn by this very code)
    harmless = dataclasses.replace(button, action=Action.BACK).encode()
    before = await team.publication(publication_id)
    started = time.monotonic()

    delivered = 0
    for number, update in enumerate(malformed_updates(arguments.count, seed=arguments.seed), start=1):
        delivered += team.telegram.inject(token=TOKEN, update=update) is not None
        if number % AT_ONCE == 0:
            await settle(team, message, harmless)
    presses = forged_presses(
        arguments.forged, seed=arguments.seed, card=button.card_id, version=button.version
    )
    for number, (by, data) in enumerate(presses, start=1):
        await team.forge(message, data, by=by, wait_seconds=0)
        if number % AT_ONCE == 0:
            await settle(team, message, harmless)
    await settle(team, message, harmless)

    has_changed = await team.publication(publication_id) != before or await team.paused()
    print(
        f"seed {arguments.seed}: {delivered} malformed updates and {arguments.forged} forged presses "
        f"in {time.monotonic() - started:.1f} s, 0 unhandled, {int(has_changed)} state changes"
    )
    return int(has_changed)


async def settle(team: BotWorld, message: Message, harmless: str) -> None:
    """Press a button that changes nothing, behind all that came before, and wait until all is handled."""
    answer = await team.forge(message, harmless, wait_seconds=PATIENCE_SECONDS)
    if not answer.answered:
        raise TimeoutError("an honest press was not answered")
    await until(team.inbox_is_empty, within_seconds=PATIENCE_SECONDS)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--forged", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    sys.exit(asyncio.run(main(parser.parse_args())))
