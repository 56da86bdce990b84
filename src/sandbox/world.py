"""What all stand-ins share: the clock, the faults, the log of calls, and who wants to hear of changes."""

import asyncio
import collections
import contextlib
import dataclasses
import datetime as dt
import itertools
import random
import shutil
import tempfile
import weakref
from collections.abc import Generator, Mapping
from pathlib import Path
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.faults import Faults

CALLS_KEPT = 20_000
"""How many calls the log keeps before it forgets the oldest."""


@dataclasses.dataclass(kw_only=True)
class Call:
    """One call that a client made to a stand-in."""

    id: int
    at: dt.datetime
    service: str
    operation: str
    """The stand-in's name for what was asked, e.g. `sendPhoto`, `media_publish`."""
    method: str
    path: str
    """Path without query; tokens in it are masked."""
    subject: Mapping[str, str]
    """Whom it is about, e.g. `{"chat": "-100…"}`, `{"account": "17841…"}`."""
    params: Mapping[str, Any]
    """Parameters with secrets masked and files named by size."""
    status: int | None = None
    """HTTP status answered; None while open, and for good when the answer was dropped."""
    duration_ms: float | None = None
    fault: str | None = None
    """The effect of the fault that hit it."""
    answer: Any = None
    """The JSON that was answered, shortened."""

    def as_json(self) -> dict[str, Any]:
        """Return the call as plain JSON values."""
        return dataclasses.asdict(self) | {"at": self.at.isoformat()}


class World:
    """Shared state of one sandbox. One event loop owns it; nothing here is thread-safe."""

    def __init__(
        self, *, seed: int = 0, clock: SandboxClock | None = None, folder: Path | None = None
    ) -> None:
        self.seed = seed
        self.runs = 1
        self.week_url = ""
        """The page of what the product under trial plans, for showing it beside; empty: none was named."""
        """How many processes have played this world, this one included."""
        self.clock = clock or SandboxClock()
        self.folder = folder
        """Where the world outlives the process; None: it does not."""
        self.changed = asyncio.Event()
        """Set when something may have changed that is worth keeping; who keeps it clears it."""
        self.faults = Faults(seed=seed, now=self.clock.now)
        self.random = random.Random(seed + 1)
        self._temporary: Path | None = None
        self.calls: collections.deque[Call] = collections.deque(maxlen=CALLS_KEPT)
        self._call_ids = itertools.count(1)
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()

    def resume(self, *, runs: int, clock_offset: dt.timedelta, clock_speed: float) -> None:
        """Go on as a world that so many processes have played before; nothing has happened in it yet.

        Ids are drawn at random, so each run draws from a seed of its own: the same ids must not come again.
        """
        self.runs = runs + 1
        self.seed += runs
        self.random.seed(self.seed + 1)
        self.clock.advance(clock_offset)
        self.clock.run_at(clock_speed)

    def folder_of(self, service: str) -> Path:
        """Return the folder for a service's media; it ends with this object where the world does not last."""
        within = self.folder or self._temporary
        if within is None:
            within = self._temporary = Path(tempfile.mkdtemp(prefix="sandbox-"))
            weakref.finalize(self, shutil.rmtree, within, ignore_errors=True)
        folder = within / service
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def open_call(
        self,
        *,
        service: str,
        operation: str,
        method: str,
        path: str,
        subject: Mapping[str, str],
        params: Mapping[str, Any],
    ) -> Call:
        """Log a call that has just arrived."""
        call = Call(
            id=next(self._call_ids),
            at=self.clock.now(),
            service=service,
            operation=operation,
            method=method,
            path=path,
            subject=subject,
            params=params,
        )
        self.calls.append(call)
        return call

    def close_call(self, call: Call) -> None:
        """Tell listeners that a call is over; its status and duration are set by then."""
        if self._listeners:
            self.announce("call", call.as_json())

    def announce(self, topic: str, data: Mapping[str, Any]) -> None:
        """Tell every listener that something changed; a listener that lags loses the oldest news."""
        for queue in self._listeners:
            if queue.full():
                with contextlib.suppress(asyncio.QueueEmpty):
                    queue.get_nowait()
            queue.put_nowait({"topic": topic, "data": dict(data)})

    @contextlib.contextmanager
    def listening(self) -> Generator[asyncio.Queue[dict[str, Any]]]:
        """Hear of changes while inside: dicts with `topic` and `data`."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1000)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
