"""R9: Telegram is away for an hour while 3,000 cards fall due in 100 teams; then it is back.

Run: python -m chaos.telegram_away [--teams 100] [--cards 30] [--seed 1]

The hour is simulated, the sending afterwards is not. Exits with 1 when a card is missing or out of order, a
window was over a limit, the cards came at less than 93 % of the permitted rate, or automatic posts suffered.
"""

import argparse
import asyncio
import bisect
import collections
import datetime as dt
import random
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.bootstrap import Storyline, assembled
from app.first_start import bring_up_to_date
from app.settings import load
from chaos.scenarios import SIMULATED, SPEED
from chaos.team import label_of
from domain.lane import Lane
from domain.publication import State
from repositories.tables import cards, publications
from services.posting.compose import QueueRequest
from support.pictures import picture_of
from support.product import StandIns, products, settings_for, stand_ins, until
from support.teams import Team, connect, environment_of, make_team

HOUR = dt.timedelta(hours=1)
PERMITTED_PER_SECOND = 30
PER_GROUP = (20, 60.0)
"""Most messages in a group, and the seconds."""
LEAST_SHARE = 0.93
TOLERANCE_SECONDS = 0.05
"""Taken off a window, as the stand-in does: the way takes one message longer than another."""
LATEST_POST = dt.timedelta(minutes=10)
"""An automatic post is not held up by Telegram; ten simulated minutes are ten seconds."""
WITHIN = 240.0
"""Seconds in which all must have been handed over, and in which all cards must have come."""


def main() -> None:
    """Let Telegram be away, count what came when it was back, and say so."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--teams", type=int, default=100)
    parser.add_argument("--cards", type=int, default=30, help="in each team")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    print(f"seed {options.seed}, {options.teams} teams, {options.cards} cards in each")  # noqa: T201
    with tempfile.TemporaryDirectory() as name, stand_ins(Path(name), seed=options.seed) as outside:
        sys.exit(_run(outside, Path(name), options))


def _run(outside: StandIns, folder: Path, options: argparse.Namespace) -> int:
    outside.post("/graph/settings", decode=False)
    environment = settings_for(outside.urls, folder, **SIMULATED)
    teams = [make_team(outside, number) for number in range(options.teams)]
    asyncio.run(_ask({**environment, "CLOCK_SPEED": "1"}, folder, teams, options))
    engine = sa.create_engine(f"sqlite:///{folder / 'storyline.db'}")
    outside.fault("telegram", "*", "drop")
    outside.post("/clock", speed=SPEED)
    with products({"product": environment}, folder) as running:
        product = running["product"]
        time.sleep(HOUR.total_seconds() / SPEED)
        until(lambda: _waiting(engine) == 0, within=WITHIN, what="all was handed over")
        product.kill()
        now = dt.datetime.fromisoformat(outside.post("/clock", speed=1)["now"])
        offset = (now - dt.datetime.now(dt.UTC)).total_seconds()
        product.start(CLOCK_SPEED="1", CLOCK_OFFSET_SECONDS=str(offset))
        product.until_ready()
        outside.no_faults()
        until(lambda: _undelivered(engine) == 0, within=WITHIN, what="all cards came")
    return _report(outside, engine, teams, options)


async def _ask(
    environment: Mapping[str, str], folder: Path, teams: Sequence[Team], options: argparse.Namespace
) -> None:
    chance = random.Random(options.seed)
    with environment_of(environment):
        settings = load()
        await bring_up_to_date(settings)
        async with assembled(settings) as storyline:
            for team in teams:
                await _ask_for(storyline, folder / team.name, team, options.cards, chance)


async def _ask_for(storyline: Storyline, folder: Path, team: Team, count: int, chance: random.Random) -> None:
    """Queue a team's cards over the hour, and one automatic post."""
    workspace = await connect(storyline, team)
    _make_pictures(folder, team)
    await storyline.ingest.import_folder(
        folder, workspace_id=workspace.id, actor="chaos", on_progress=lambda _: None
    )
    async with storyline.database.begin() as uow:
        library = {Path(item.path).stem: item.id for item in await uow.media.find(workspace.id)}
    now = storyline.clock.now()
    moments = sorted(now + chance.random() * HOUR for _ in range(count))
    asked = [("by hand", Lane.MANUAL, at) for at in moments] + [
        ("by bot", None, now + chance.random() * HOUR)
    ]
    for number, (name, lane, at) in enumerate(asked):
        await storyline.queue.add(
            QueueRequest(
                workspace_id=workspace.id,
                media=(library[name],),
                placement="story",
                at=at,
                caption=f"chaos-{number:05d}",
                lane=lane,
            ),
            by="chaos",
        )


def _make_pictures(folder: Path, team: Team) -> None:
    folder.mkdir()
    for name in ("by hand", "by bot"):
        (folder / f"{name}.jpg").write_bytes(picture_of(f"{team.name} {name}"))


def _waiting(engine: sa.Engine) -> int:
    unfinished = publications.c.state.in_([State.SCHEDULED, State.PUBLISHING, State.UNCONFIRMED])
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(publications).where(unfinished)) or 0


def _undelivered(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).where(cards.c.message_id.is_(None))) or 0


def _report(outside: StandIns, engine: sa.Engine, teams: Sequence[Team], options: argparse.Namespace) -> int:
    calls = outside.get("/calls", service="telegram", operation="sendPhoto", limit=100_000)["calls"]
    sent = sorted(_sent_at(call) for call in calls if call["status"] == 200)  # noqa: PLR2004  (HTTP's OK)
    times = [at for at, _ in sent]
    by_chat = collections.defaultdict[str, list[float]](list)
    for at, chat in sent:
        by_chat[chat].append(at)
    per_group, window = PER_GROUP
    posts = _automatic(engine)
    figures: dict[str, tuple[float, bool]] = {
        "cards that came": (len(times), len(times) == options.teams * options.cards),
        "chats out of order": (wrong := sum(not _in_order(outside, team) for team in teams), wrong == 0),
        "cards a second": (
            rate := (len(times) - 1) / (times[-1] - times[0]),
            rate >= LEAST_SHARE * _permitted(options.teams, options.cards),
        ),
        "most in a second": (most := _most(times, 1.0), most <= PERMITTED_PER_SECOND),
        "most in a group's minute": (
            most := max(_most(each, window) for each in by_chat.values()),
            most <= per_group,
        ),
        "refused for haste": (haste := sum(call["status"] == 429 for call in calls), haste == 0),  # noqa: PLR2004
        "automatic posts out": (len(posts), len(posts) == options.teams),
        "latest of them, simulated minutes": (
            max(posts, default=HOUR).total_seconds() / 60,
            max(posts, default=HOUR) <= LATEST_POST,
        ),
    }
    for name, (figure, is_kept) in figures.items():
        print(f"{name}: {figure:.2f}{'' if is_kept else '   NOT KEPT'}")  # noqa: T201  (the figures are the point)
    return int(not all(is_kept for _, is_kept in figures.values()))


def _sent_at(call: Mapping[str, Any]) -> tuple[float, str]:
    return dt.datetime.fromisoformat(call["at"]).timestamp(), call["subject"]["chat"]


def _permitted(teams: int, cards_each: int) -> float:
    """Return how many a second can leave when every limit is used up to the end."""
    per_group, window = PER_GROUP
    total = teams * cards_each
    least_seconds = max(total / PERMITTED_PER_SECOND, (cards_each - 1) // per_group * window)
    return total / least_seconds


def _most(times: Sequence[float], seconds: float) -> int:
    span = seconds - TOLERANCE_SECONDS
    return max(bisect.bisect_left(times, start + span) - first for first, start in enumerate(times))


def _in_order(outside: StandIns, team: Team) -> bool:
    labels = [label for message in outside.messages(team.chat_id) if (label := label_of(message))]
    return labels == sorted(labels)


def _automatic(engine: sa.Engine) -> list[dt.timedelta]:
    """Return how late each automatic post was."""
    chosen = sa.select(publications.c.posted_at, publications.c.planned_at)
    by_bot = (publications.c.state == State.PUBLISHED, publications.c.posted_by.is_(None))
    with engine.connect() as connection:
        return [row.posted_at - row.planned_at for row in connection.execute(chosen.where(*by_bot))]


if __name__ == "__main__":
    main()
