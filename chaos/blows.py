"""Strike: a process at a moment of its work, its database, its disk, or the world around it."""

import contextlib
import dataclasses
import random
import resource
import signal
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, assert_never

from chaos.database import ChaosDatabase
from chaos.doomed import STEPS
from chaos.scenarios import CLOCK_ERRORS, Blow, Scenario
from support.product import Product, StandIns

LONGEST_WAIT = 2.0
"""Seconds; a moment that does not come is struck without it."""
FREEZE_LEASES = (0.3, 4.0)
STEP_WITHIN = 8.0
"""Seconds until a process that is to die at a step is killed without having come to it."""
DOOMED = Path(__file__).with_name("doomed.py")

CALLS = ("upload*", "media_create", "container_status", "publishing_limit", "stories_list", "sendPhoto")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What can be struck."""

    outside: StandIns
    replicas: Sequence[Product]
    database: ChaosDatabase
    lease: float
    chance: random.Random


def strike(target: Target, scenario: Scenario, *, number: int) -> None:
    """Strike once, the `number`th time; in the end every process runs again, or is about to."""
    match scenario.blow:
        case Blow.KILL:
            _await_moment(target)
            _restart(target, target.chance.choice(target.replicas))
        case Blow.STEP:
            _kill_at_step(target, STEPS[number % len(STEPS)])
        case Blow.FREEZE:
            _await_moment(target)
            victim = target.chance.choice(target.replicas)
            victim.signal(signal.SIGSTOP)
            time.sleep(target.lease * target.chance.uniform(*FREEZE_LEASES))
            victim.signal(signal.SIGCONT)
        case Blow.MIGRATION:
            _await_moment(target)
            victim = target.chance.choice(target.replicas)
            with target.database.migrating():
                victim.kill()
                victim.start()
                time.sleep(scenario.lasts)
            victim.until_ready()
        case Blow.DATABASE:
            _await_moment(target)
            target.database.be_away(scenario.lasts)
        case Blow.DISK:
            _await_moment(target)
            with _full_disk(target.replicas):
                time.sleep(scenario.lasts)
        case Blow.CLOCK:
            _await_moment(target)
            for victim in target.replicas:
                victim.kill()
                victim.start(CLOCK_OFFSET_SECONDS=str(CLOCK_ERRORS[number % len(CLOCK_ERRORS)]))
            for victim in target.replicas:
                victim.until_ready()
            time.sleep(scenario.lasts)
        case Blow.OUTAGE:
            _outage(target, scenario)
        case Blow.NONE:
            time.sleep(LONGEST_WAIT)
        case _:
            assert_never(scenario.blow)


def _await_moment(target: Target) -> None:
    awaited = _moment(target.chance)
    if awaited:
        target.outside.first_event(awaited, within=LONGEST_WAIT)
        time.sleep(target.chance.choice((0, 0, target.chance.uniform(0, 0.02))))
    else:
        time.sleep(target.chance.uniform(0, LONGEST_WAIT))


def _moment(chance: random.Random) -> Mapping[str, Callable[[Any], bool]]:
    """Return what is to be waited for before the next blow; nothing: any moment is right."""
    operation = chance.choice(CALLS).rstrip("*")
    return chance.choice(
        [
            {},
            {"phone": lambda _: True},  # a post went out; its answer did not arrive yet
            {"phone": lambda _: True},
            {"message": lambda news: news["change"] == "new"},  # a card arrived; it is not noted yet
            {"call": lambda call: call["operation"].startswith(operation)},
        ]
    )


def _restart(target: Target, victim: Product) -> None:
    victim.kill()
    victim.start()
    if len(target.replicas) == 1:
        victim.until_ready()


def _kill_at_step(target: Target, step: str) -> None:
    victim = target.chance.choice(target.replicas)
    victim.kill()
    victim.start(program=(str(DOOMED), step, str(target.chance.randint(1, 3))))
    if not victim.ends(within=STEP_WITHIN):
        victim.kill()
    victim.start()
    victim.until_ready()


@contextlib.contextmanager
def _full_disk(replicas: Sequence[Product]) -> Generator[None]:
    """Let the processes make no file longer than it is: a write past its first byte fails."""
    for product in replicas:
        resource.prlimit(product.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    yield
    for product in replicas:
        if product.is_running:
            resource.prlimit(
                product.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            )


def _outage(target: Target, scenario: Scenario) -> None:
    if scenario.service == "database":
        target.database.be_away(scenario.lasts)
        return
    target.outside.fault(scenario.service, "*", "drop")
    time.sleep(scenario.lasts)
    target.outside.no_faults()
