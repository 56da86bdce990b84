"""Misbehaviour on demand: which calls go wrong, how, how often."""

import dataclasses
import datetime as dt
import enum
import fnmatch
import itertools
import random
from collections.abc import Callable, Mapping
from typing import Any


class Effect(enum.StrEnum):
    """What a fault does to the call it hits."""

    REFUSE = "refuse"
    """Answer with the fault's status and body; the call has no effect."""
    REFUSE_AFTER = "refuse_after"
    """Let the call take effect, then answer with the fault's status and body all the same."""
    DROP = "drop"
    """Close the connection without an answer; the call has no effect."""
    LOSE_ANSWER = "lose_answer"
    """Let the call take effect, then close the connection without an answer."""
    DELAY = "delay"
    """Wait `delay_seconds` (real ones), then serve the call as usual."""
    DELAY_ANSWER = "delay_answer"
    """Serve the call at once, hold its answer back for `delay_seconds` (real ones)."""
    BEHAVE = "behave"
    """Change how the stand-in behaves inside; the stand-in itself gives `behaviour` its meaning."""


@dataclasses.dataclass(kw_only=True)
class Fault:
    """One kind of misbehaviour that waits for calls to hit."""

    service: str
    """`telegram`, `graph` or `cloudinary`."""
    operation: str = "*"
    """Glob over the operation's name, such as `sendPhoto`, `media_publish` or `container_status`."""
    effect: Effect = Effect.REFUSE
    behaviour: str = ""
    """For `Effect.BEHAVE`: the stand-in's word for it, such as `stuck_container`."""
    status: int = 500
    body: Any = None
    """JSON body of the answer; None lets the stand-in write its own server error."""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    delay_seconds: float = 0.0
    subject: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    """Only calls with all of these facts are hit, e.g. `{"account": "17841…"}` or `{"chat": "-100…"}`."""
    remaining: int | None = None
    """How many more calls it hits; None: until removed."""
    lasts_seconds: float | None = None
    """Sandbox seconds after which it switches itself off; None: never."""
    probability: float = 1.0
    id: int = 0
    hits: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return the fault as plain JSON values."""
        return dataclasses.asdict(self)


class Faults:
    """The faults that are switched on. Deterministic for a seed and an order of calls."""

    def __init__(self, *, seed: int, now: Callable[[], dt.datetime]) -> None:
        self._now = now
        self._active: dict[int, Fault] = {}
        self._ends_at: dict[int, dt.datetime] = {}
        self._ids = itertools.count(1)
        self._random = random.Random(seed)

    def add(self, fault: Fault) -> Fault:
        """Switch a fault on and give it its id."""
        fault.id = next(self._ids)
        self._active[fault.id] = fault
        if fault.lasts_seconds is not None:
            self._ends_at[fault.id] = self._now() + dt.timedelta(seconds=fault.lasts_seconds)
        return fault

    def remove(self, fault_id: int) -> bool:
        """Switch one fault off; False when there is none of this id."""
        return self._active.pop(fault_id, None) is not None

    def clear(self) -> None:
        """Switch all faults off."""
        self._active.clear()

    def active(self) -> list[Fault]:
        """Return the faults that are switched on, oldest first."""
        for fault_id, end in list(self._ends_at.items()):
            if self._now() >= end:
                del self._ends_at[fault_id]
                self._active.pop(fault_id, None)
        return list(self._active.values())

    def take(self, service: str, operation: str, subject: Mapping[str, str]) -> Fault | None:
        """Return the oldest fault that hits this call, counted as used, or None."""
        return self._take(service, operation, subject, behaviour=None)

    def behaves(
        self, service: str, behaviour: str, subject: Mapping[str, str], *, operation: str | None = None
    ) -> Fault | None:
        """Return the oldest `Effect.BEHAVE` fault of this behaviour, counted as used, or None.

        Without an operation, the fault's own is not looked at: most behaviours belong to one call anyway.
        """
        return self._take(service, operation, subject, behaviour=behaviour)

    def _take(
        self, service: str, operation: str | None, subject: Mapping[str, str], *, behaviour: str | None
    ) -> Fault | None:
        for fault in self.active():
            if fault.service != service or fault.behaviour != (behaviour or ""):
                continue
            if operation is not None and not fnmatch.fnmatchcase(operation, fault.operation):
                continue
            if any(subject.get(key) != value for key, value in fault.subject.items()):
                continue
            if fault.probability < 1.0 and self._random.random() >= fault.probability:
                continue
            fault.hits += 1
            if fault.remaining is not None:
                fault.remaining -= 1
                if fault.remaining <= 0:
                    del self._active[fault.id]
            return fault
        return None
