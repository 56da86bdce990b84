"""Run one scenario: ask, start, strike, let the trouble end, wait until quiet, count."""

import asyncio
import dataclasses
import datetime as dt
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from chaos.asking import ask
from chaos.blows import Target, strike
from chaos.count import Counting, Standing
from chaos.database import chaos_database
from chaos.scenarios import SIMULATED, SPEED, Blow, Fault, Scenario
from chaos.team import Team
from support.databases import OwnPostgres
from support.product import Product, StandIns, products, settings_for, stand_ins

LEASE_SECONDS = 3.0
QUIET_WITHIN = 60.0
"""Seconds after the trouble's end; what is not held by then counts as lost (docs/architecture.md).

A queue that is longer than that is worked off first: they count from when it last grew shorter.
"""
CHATS_PER_BLOW = 20
"""In so many chats people look for cards after each blow; in all of them when the trouble is over."""
DECODED = 1000
"""With more publications than this the stand-ins look into no picture: they are quick then."""
RETRIES_WITHIN = 120.0
"""So many more where the tries after the trouble are minutes apart, in simulated time."""
RESUMES_WITHIN = 5.0
"""Seconds after the database came back."""
MIN_GAP = dt.timedelta(seconds=float(SIMULATED["MIN_GAP_SECONDS"]))
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
    resumed_after: float
    """The longest time in seconds from the end of a blow until something happened to a publication."""
    fallen: int
    """How many processes ended by themselves."""
    shortest_gap: dt.timedelta | None
    """Between two intents on one account."""
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
        """Whether both promises held, and what is asked of this scenario besides."""
        return not (
            self.doubled
            or self.lost
            or self.lost_presses
            or self.unintended
            or self.fallen
            or (self.scenario.is_simulated and self.shortest_gap and self.shortest_gap < MIN_GAP)
            or (self.scenario.blow is Blow.DATABASE and self.resumed_after > RESUMES_WITHIN)
        )

    @property
    def unintended(self) -> list[Standing]:
        """What was posted without a stored intent."""
        return [each for each in self.standings if each.is_unintended]


def run(scenario: Scenario, size: Size, *, server: OwnPostgres | None, seed: int, folder: Path) -> Result:
    """Run one scenario in a fresh world below `folder`."""
    started = time.monotonic()
    chance = random.Random(f"{seed} {scenario}")
    folder.mkdir(parents=True)
    with (
        chaos_database(scenario.database, server, folder) as database,
        stand_ins(folder, seed=seed) as outside,
    ):
        outside.post("/graph/settings", image_processing_seconds=0.3 * scenario.speed, quota_total=1000)
        if (scenario.publications or size.publications) > DECODED:
            for service in ("graph", "cloudinary"):
                outside.post(f"/{service}/settings", decode=False)
        environment = settings_for(
            outside.urls,
            folder,
            DATABASE_URL=database.url,
            LEASE_SECONDS=f"{LEASE_SECONDS}",
            INSTAGRAM_POSTS_PER_HOUR="1000",
            **(SIMULATED if scenario.is_simulated else {}),
        )
        blows = size.blows if scenario.blows is None else min(scenario.blows, size.blows)
        asked = asyncio.run(
            ask(
                # In real time, from which the product's clock starts when it does.
                {**environment, "CLOCK_SPEED": "1"},
                outside,
                folder=folder,
                publications=scenario.publications or size.publications,
                over=dt.timedelta(seconds=(SECONDS_PER_BLOW + scenario.lasts) * blows * scenario.speed),
                chance=chance,
                is_to_be_prepared=scenario.is_to_be_prepared,
            )
        )
        if scenario.is_simulated:
            outside.post("/clock", speed=SPEED)
        counting = Counting(database_url=database.url, outside=outside, asked=asked)
        team = Team(outside, asked, chance)
        names = {f"product-{number}": environment for number in range(scenario.replicas)}
        for fault in scenario.faults:
            _begin(outside, fault)
        with products(names, folder) as running:
            target = Target(
                outside=outside,
                replicas=list(running.values()),
                database=database,
                lease=LEASE_SECONDS,
                chance=chance,
            )
            struck, resumed_after = _trouble(target, scenario, blows, counting, team)
            if scenario.blow is not Blow.NONE:  # there the faults are the trouble, for every publication
                outside.no_faults()
            quiet_after = _wait_until_quiet(counting, team, scenario)
            fallen = sum(not product.is_running for product in running.values())
        standings = counting.take()
        shortest_gap = counting.shortest_gap()
    said = {each.asked.label for each in standings if each.by_person}
    return Result(
        scenario=scenario,
        blows=struck,
        standings=standings,
        lost_presses=sorted(team.pressed - said),
        quiet_after=quiet_after,
        resumed_after=resumed_after,
        fallen=fallen,
        shortest_gap=shortest_gap,
        seconds=time.monotonic() - started,
        errors=Counter(error for product in running.values() for error in _errors(product)),
    )


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
    target: Target, scenario: Scenario, blows: int, counting: Counting, team: Team
) -> tuple[int, float]:
    """Strike as often as wanted, or until nothing is left to be struck.

    Return how often, and the longest time it took until something happened again.
    """
    resumed_after = 0.0
    for blow in range(blows):
        strike(target, scenario, number=blow)
        if scenario.blow is Blow.DATABASE:
            resumed_after = max(resumed_after, _resumed_after(counting))
        team.look_and_press(chats=CHATS_PER_BLOW)
        if not counting.unheld():
            return blow + 1, resumed_after
    return blows, resumed_after


def _resumed_after(counting: Counting) -> float:
    """Return how long it takes until something happens to a publication, if anything is left to happen."""
    began = time.monotonic()
    before = counting.events()
    while (passed := time.monotonic() - began) < QUIET_WITHIN:
        if counting.events() > before or not counting.due():
            return passed
        time.sleep(0.05)
    return passed


def _wait_until_quiet(counting: Counting, team: Team, scenario: Scenario) -> float:
    """Wait until all is held, or nothing has come of it for too long; return how long that took."""
    ended = advanced = time.monotonic()
    patience = QUIET_WITHIN + (RETRIES_WITHIN if scenario.is_simulated else 0)
    least = counting.unheld()
    while time.monotonic() - advanced < patience:
        team.look_and_press()
        unheld = counting.unheld()
        if not unheld:
            standings = counting.take()
            said = {each.asked.label for each in standings if each.by_person}
            if all(each.is_held for each in standings) and team.pressed <= said:
                break
        if unheld < least:
            least, advanced = unheld, time.monotonic()
        time.sleep(0.5)
    return time.monotonic() - ended
