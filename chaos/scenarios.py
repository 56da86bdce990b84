"""What is tried: on which database, with how many replicas, under which blows and faults."""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any

from chaos.doomed import STEPS


class Blow(enum.StrEnum):
    """What happens."""

    KILL = "kill"
    """SIGKILL at any moment, or when a post or card is on its way, and a new process soon after."""
    STEP = "kill at a step"
    """SIGKILL at each named step of `doomed.py` in turn, and a new process."""
    FREEZE = "freeze"
    """SIGSTOP for 0.3 to 4 leases, then SIGCONT: it goes on as if nothing had been."""
    MIGRATION = "start during a migration"
    """A process is killed, and a new one starts while a migration holds the database."""
    DATABASE = "database away"
    """The server is killed and started again after `lasts`, or the file is locked for so long."""
    DISK = "disk full"
    """No process can make a file longer for `lasts`."""
    OUTAGE = "outage"
    """The scenario's `service` takes no call for `lasts`."""
    CLOCK = "clock put wrong"
    """Every process is killed and started with the next of `CLOCK_ERRORS`."""
    NONE = "none"
    """The faults alone."""


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


UNCLEAR = (
    Fault(service="graph", operation="media_publish", effect="lose_answer", probability=0.15),
    Fault(service="graph", operation="media_publish", effect="drop", probability=0.176),
)
"""Three of ten publish calls have no answer; half of those take effect. The first fault is met first."""

CLOCK_ERRORS = (-2 * 3600, 4 * 3600, -2 * 3600, 5 * 3600)
"""Seconds by which the product is ahead of everybody else; in the end all is due, and nothing too late."""

SPEED = 60
"""Of simulated time: an hour takes a minute."""
SIMULATED: Mapping[str, str] = {
    "CLOCK_SPEED": f"{SPEED}",
    "MIN_GAP_SECONDS": "60",
    "RETRY_DELAYS_MINUTES": "5,15,45",
    "LOOK_UP_GRACE_SECONDS": "120",
    "LOOK_UP_GIVE_UP_MINUTES": "30",
    "CONTAINER_POLL_SECONDS": "12",
}
"""The product's own values for what goes by its clock; leases and time limits go in real time."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One run."""

    name: str
    database: str
    """`sqlite` or `postgresql`."""
    replicas: int = 1
    blow: Blow = Blow.KILL
    faults: tuple[Fault, ...] = SLOW_ANSWERS
    lasts: float = 0.0
    """Real seconds that a blow lasts, or about, for those that end by themselves."""
    service: str = ""
    """For outages: `graph`, `cloudinary`, `telegram` or `database`."""
    blows: int | None = None
    """Most blows; None: as many as are asked for."""
    publications: int | None = None
    """None: as many as are asked for."""
    is_to_be_prepared: bool = False
    """Whether no file is as the platform takes it."""
    is_simulated: bool = False
    """Whether clocks run at `SPEED`."""

    @property
    def speed(self) -> int:
        """How many of its seconds pass in one real one."""
        return SPEED if self.is_simulated else 1


def _outage(service: str, database: str = "postgresql") -> Scenario:
    return Scenario(
        name=f"an hour without {service}",
        database=database,
        blow=Blow.OUTAGE,
        service=service,
        lasts=3600 / SPEED,
        blows=1,
        publications=48,
        is_simulated=True,
    )


SCENARIOS = (
    Scenario(name="kills", database="sqlite"),
    Scenario(name="kills and faults", database="sqlite", faults=FAULTS),
    Scenario(name="kills", database="postgresql"),
    Scenario(name="kills and faults", database="postgresql", replicas=2, faults=FAULTS),
    Scenario(name="four replicas, kills and faults", database="postgresql", replicas=4, faults=FAULTS),
    Scenario(name="kills while files are prepared", database="sqlite", faults=FAULTS, is_to_be_prepared=True),
    Scenario(
        name="kills while files are prepared",
        database="postgresql",
        replicas=2,
        faults=FAULTS,
        is_to_be_prepared=True,
    ),
    Scenario(name="kills at steps", database="sqlite", blow=Blow.STEP, lasts=6, blows=len(STEPS)),
    Scenario(
        name="kills at steps", database="postgresql", replicas=2, blow=Blow.STEP, lasts=6, blows=len(STEPS)
    ),
    Scenario(name="starts in a migration", database="sqlite", blow=Blow.MIGRATION, lasts=2, blows=4),
    Scenario(
        name="starts in a migration", database="postgresql", replicas=4, blow=Blow.MIGRATION, lasts=2, blows=4
    ),
    Scenario(name="freezes and faults", database="sqlite", replicas=2, faults=FAULTS, blow=Blow.FREEZE),
    Scenario(name="freezes and faults", database="postgresql", replicas=2, faults=FAULTS, blow=Blow.FREEZE),
    Scenario(
        name="unclear answers", database="sqlite", faults=UNCLEAR, blow=Blow.NONE, blows=1, publications=1000
    ),
    Scenario(name="database restarts", database="postgresql", replicas=2, blow=Blow.DATABASE, blows=20),
    Scenario(name="database away", database="postgresql", blow=Blow.DATABASE, lasts=30, blows=1),
    Scenario(name="database locked", database="sqlite", blow=Blow.DATABASE, lasts=10, blows=1),
    Scenario(name="disk full", database="sqlite", blow=Blow.DISK, lasts=60, blows=1),
    Scenario(
        name="clock put wrong",
        database="postgresql",
        replicas=2,
        blow=Blow.CLOCK,
        lasts=10,
        blows=len(CLOCK_ERRORS),
        faults=FAULTS,
    ),
    _outage("graph", "sqlite"),
    _outage("cloudinary", "sqlite"),
    _outage("telegram"),
    _outage("database"),
)
SHORT = (
    Scenario(name="kills and faults", database="sqlite", faults=FAULTS),
    Scenario(name="kills and faults", database="postgresql", replicas=2, faults=FAULTS),
)
