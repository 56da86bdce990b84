"""Run one scenario: ask, start, strike, let the trouble end, wait until quiet, count."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import random
import time
import uuid
from collections import Counter
from collections.abc import Generator, Iterator
from pathlib import Path

from chaos.asking import ask
from chaos.blows import strike
from chaos.count import Counting, Standing
from chaos.scenarios import Fault, Scenario
from chaos.team import Team
from support.databases import Postgres
from support.product import Product, StandIns, products, settings_for, stand_ins

LEASE_SECONDS = 3.0
QUIET_WITHIN = 60.0
"""Seconds after the trouble's end; what is not held by then counts as lost (docs/architecture.md)."""
SECONDS_PER_BLOW = 2.5
"""About how long a blow takes with the start that follows it: publications become due over so long."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much is asked for, and how often it is struck."""

    publications: int
    blows: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a scenario came to."""

    scenario: Scenario
    blows: int
    standings: list[Standing]
    lost_presses: list[str]
    quiet_after: float
    """Seconds from the end of the trouble until every publication was held."""
    seconds: float
    errors: Counter[str]
    """What the product logged as errors of its own, by event."""

    @property
    def doubled(self) -> list[Standing]:
        """What was posted twice."""
        return [each for each in self.standings if each.is_doubled]

    @property
    def lost(self) -> list[Standing]:
        """What was lost."""
        return [each for each in self.standings if each.is_lost]

    @property
    def is_kept(self) -> bool:
        """Whether both promises held."""
        return not (self.doubled or self.lost or self.lost_presses)


def run(scenario: Scenario, size: Size, *, postgres: Postgres | None, seed: int, folder: Path) -> Result:
    """Run one scenario in a fresh world below `folder`."""
    started = time.monotonic()
    chance = random.Random(f"{seed} {scenario}")
    folder.mkdir(parents=True)
    with _database(scenario, postgres, folder) as url, stand_ins(folder, seed=seed) as outside:
        outside.post("/graph/settings", image_processing_seconds=0.3, quota_total=1000)
        environment = settings_for(
            outside.urls, folder, DATABASE_URL=url, LEASE_SECONDS=f"{LEASE_SECONDS}", POSTS_PER_DAY="0"
        )
        asked = asyncio.run(
            ask(
                environment,
                outside,
                folder=folder,
                publications=size.publications,
                over=dt.timedelta(seconds=SECONDS_PER_BLOW * size.blows),
                chance=chance,
            )
        )
        counting = Counting(database_url=url, outside=outside, asked=asked)
        team = Team(outside, asked, chance)
        names = {f"product-{number}": environment for number in range(scenario.replicas)}
        for fault in scenario.faults:
            _begin(outside, fault)
        with products(names, folder) as running:
            blows = _trouble(scenario, size, outside, list(running.values()), counting, team, chance)
            outside.no_faults()
            quiet_after = _wait_until_quiet(counting, team)
        standings = counting.take()
    said = {each.asked.label for each in standings if each.by_person}
    return Result(
        scenario=scenario,
        blows=blows,
        standings=standings,
        lost_presses=sorted(team.pressed - said),
        quiet_after=quiet_after,
        seconds=time.monotonic() - started,
        errors=Counter(error for product in running.values() for error in _errors(product)),
    )


@contextlib.contextmanager
def _database(scenario: Scenario, postgres: Postgres | None, folder: Path) -> Generator[str]:
    if postgres is None or scenario.database == "sqlite":
        yield f"sqlite:///{folder / 'storyline.db'}"
        return
    with postgres.database(f"chaos_{uuid.uuid4().hex}") as url:
        yield url


def _errors(product: Product) -> Iterator[str]:
    for line in product.log.read_text().splitlines():
        if line.startswith("{"):
            entry: dict[str, str] = json.loads(line)
            if entry["level"] in {"error", "critical"}:
                yield entry["event"]


def _begin(outside: StandIns, fault: Fault) -> None:
    outside.fault(
        fault.service, fault.operation, fault.effect, probability=fault.probability, **dict(fault.more)
    )


def _trouble(
    scenario: Scenario,
    size: Size,
    outside: StandIns,
    replicas: list[Product],
    counting: Counting,
    team: Team,
    chance: random.Random,
) -> int:
    """Strike as often as wanted, or until nothing is left to be struck; return how often."""
    for blow in range(size.blows):
        strike(outside, replicas, scenario.blow, lease=LEASE_SECONDS, chance=chance)
        team.look_and_press()
        if not counting.unheld():
            return blow + 1
    return size.blows


def _wait_until_quiet(counting: Counting, team: Team) -> float:
    ended = time.monotonic()
    while (passed := time.monotonic() - ended) < QUIET_WITHIN:
        team.look_and_press()
        if not counting.unheld():
            standings = counting.take()
            said = {each.asked.label for each in standings if each.by_person}
            if all(each.is_held for each in standings) and team.pressed <= said:
                break
        time.sleep(0.5)
    return passed
