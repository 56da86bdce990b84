"""What is tried: on which database, with how many replicas, under which blows and faults."""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any


class Blow(enum.StrEnum):
    """What happens to a process."""

    KILL = "kill"
    """SIGKILL, and a new process soon after."""
    FREEZE = "freeze"
    """SIGSTOP for 0.3 to 4 leases, then SIGCONT: it goes on as if nothing had been."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way in which the outside world misbehaves now and then; the fields are the sandbox's."""

    service: str
    operation: str
    effect: str
    probability: float
    more: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])


SLOW_ANSWERS = (
    Fault(
        service="graph",
        operation="media_publish",
        effect="delay_answer",
        probability=0.4,
        more={"delay_seconds": 0.3},
    ),
)
"""The post is out and its answer is on the way: the moment at which a kill must not double it."""

FAULTS = (
    Fault(service="graph", operation="media_publish", effect="lose_answer", probability=0.12),
    Fault(service="graph", operation="media_publish", effect="refuse_after", probability=0.08),
    Fault(service="graph", operation="media_publish", effect="refuse", probability=0.05),
    Fault(
        service="graph",
        operation="media_publish",
        effect="delay",
        probability=0.05,
        more={"delay_seconds": 1.4},
    ),
    Fault(
        service="graph",
        operation="*",
        effect="behave",
        probability=0.06,
        more={"behaviour": "spam_after_effect"},
    ),
    Fault(service="graph", operation="media_create", effect="lose_answer", probability=0.04),
    Fault(service="graph", operation="container_status", effect="refuse", probability=0.05),
    Fault(service="graph", operation="stories_list", effect="refuse", probability=0.2),
    Fault(service="cloudinary", operation="*", effect="drop", probability=0.03),
    Fault(service="telegram", operation="sendPhoto", effect="lose_answer", probability=0.1),
    *SLOW_ANSWERS,
)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One run."""

    name: str
    database: str
    """`sqlite` or `postgresql`."""
    replicas: int = 1
    blow: Blow = Blow.KILL
    faults: tuple[Fault, ...] = SLOW_ANSWERS


SCENARIOS = (
    Scenario(name="kills", database="sqlite"),
    Scenario(name="kills and faults", database="sqlite", faults=FAULTS),
    Scenario(name="kills", database="postgresql"),
    Scenario(name="kills and faults", database="postgresql", replicas=2, faults=FAULTS),
    Scenario(name="freezes and faults", database="sqlite", replicas=2, faults=FAULTS, blow=Blow.FREEZE),
    Scenario(name="freezes and faults", database="postgresql", replicas=2, faults=FAULTS, blow=Blow.FREEZE),
)
SHORT = (
    Scenario(name="kills and faults", database="sqlite", faults=FAULTS),
    Scenario(name="kills and faults", database="postgresql", replicas=2, faults=FAULTS),
)
