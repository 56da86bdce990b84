"""Strike a process at a moment of its work: while a post is on its way, while a card is, or just any."""

import random
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chaos.scenarios import Blow
from support.product import Product, StandIns

LONGEST_WAIT = 2.0
"""Seconds; a moment that does not come is struck without it."""
FREEZE_LEASES = (0.3, 4.0)

CALLS = ("upload*", "media_create", "container_status", "publishing_limit", "stories_list", "sendPhoto")


def moment(chance: random.Random) -> Mapping[str, Callable[[Any], bool]]:
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


def strike(
    outside: StandIns, replicas: Sequence[Product], blow: Blow, *, lease: float, chance: random.Random
) -> None:
    """Wait for a moment, strike one replica, and let it be ready again, or thaw."""
    victim = chance.choice(replicas)
    awaited = moment(chance)
    if awaited:
        outside.first_event(awaited, within=LONGEST_WAIT)
        time.sleep(chance.choice((0, 0, chance.uniform(0, 0.02))))
    else:
        time.sleep(chance.uniform(0, LONGEST_WAIT))
    match blow:
        case Blow.KILL:
            victim.kill()
            victim.start()
            if len(replicas) == 1:
                victim.until_ready()
        case Blow.FREEZE:
            victim.signal(signal.SIGSTOP)
            time.sleep(lease * chance.uniform(*FREEZE_LEASES))
            victim.signal(signal.SIGCONT)
