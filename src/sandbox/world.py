"""What all stand-ins share: the clock, the faults, the log of calls, and who wants to hear of changes."""

import asyncio
import collections
import contextlib
import dataclasses
import datetime as dt
import itertools
import random
from collections.abc import AsyncGenerator, Generator, Mapping
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

    def __init__(self, *, seed: int = 0, clock: SandboxClock | None = None) -> None:
        self.seed = seed
        self.clock = clock or SandboxClock()
        self.faults = Faults(seed)
        self.random = random.Random(seed + 1)
        self.calls: collections.deque[Call] = collections.deque(maxlen=CALLS_KEPT)
        self._call_ids = itertools.count(1)
        self._listeners: set[asyncio.Queue[dict[str, Any]]] = set()

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

    async def changes(self) -> AsyncGenerator[dict[str, Any]]:
        """Yield changes for ever."""
        with self.listening() as queue:
            while True:
                yield await queue.get()
