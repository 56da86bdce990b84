"""Sending to a hundred groups at once: RELIABILITY's line P8.

    python benchmarks/sending.py [--seconds 60]

The bot, the Telegram stand-in and the database (SQLite) run in this process, in real time. Exits with 1 when
fewer than 29 messages a second arrive or a window was over a limit.
"""

import argparse
import asyncio
import bisect
import collections
import logging
import sys
import tempfile
from collections.abc import Sequence
from http import HTTPStatus
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests")]

import structlog  # noqa: E402  (the path comes first)

from domain.ids import ChatId  # noqa: E402
from repositories import migrate  # noqa: E402
from services.messages import SendText, Urgency  # noqa: E402
from support.bot_world import BotWorld, bot_world  # noqa: E402
from support.telegram_api import TOKEN  # noqa: E402

GROUPS = [ChatId(-2000 - number) for number in range(100)]
LEAST_PER_SECOND = 29.0
MOST_PER_SECOND = 30
TOLERANCE_SECONDS = 0.05
"""Taken off a window, as the stand-in does: the way takes one message longer than another."""


async def main(arguments: argparse.Namespace) -> int:
    """Run the bot with a full outbox."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{name}/storyline.db"
        await asyncio.to_thread(migrate.upgrade, url)
        async with bot_world(url, Path(name), speed=1.0) as team:
            await fill(team, arguments.seconds)
            async with team.running():
                await asyncio.sleep(arguments.seconds)
            return report(team)


async def fill(team: BotWorld, seconds: float) -> None:
    """Put more into the outbox than can be sent in that time."""
    bot_id = int(TOKEN.partition(":")[0])
    async with team.database.begin() as uow:
        for chat_id in GROUPS:
            team.telegram.add_chat(id=chat_id, type="supergroup", title=str(chat_id))
            team.telegram.add_member(chat_id=chat_id, user_id=bot_id)
        for number in range(int(seconds * MOST_PER_SECOND / len(GROUPS)) + 3):
            for chat_id in GROUPS:
                message = SendText(html=str(number))
                await uow.outbox.add(chat_id, message, urgency=Urgency.CARD, at=team.clock.now())
        await uow.commit()


def report(team: BotWorld) -> int:
    """Print and judge what arrived."""
    sent = [call for call in team.world.calls if call.operation == "sendMessage"]
    times = sorted(call.at.timestamp() for call in sent if call.status == HTTPStatus.OK)
    refused = collections.Counter(call.status for call in sent if call.status != HTTPStatus.OK)
    rate = (len(times) - 1) / (times[-1] - times[0])
    most = most_in_a_second(times)
    print(f"{len(times)} messages, {rate:.2f} a second, most in one second {most}, refused {dict(refused)}")
    return int(rate < LEAST_PER_SECOND or most > MOST_PER_SECOND or bool(refused))


def most_in_a_second(times: Sequence[float]) -> int:
    """Return how many times at most lie within one second."""
    span = 1 - TOLERANCE_SECONDS
    return max(bisect.bisect_left(times, start + span) - first for first, start in enumerate(times))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    sys.exit(asyncio.run(main(parser.parse_args())))
