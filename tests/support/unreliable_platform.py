"""A platform that answers late, wrongly or not at all, and that knows what really went out, and when."""

import asyncio
import dataclasses
import datetime as dt
import enum
from collections.abc import Callable, Mapping
from typing import Any

from domain.errors import (
    AuthorizationError,
    OutcomeUnknownError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from domain.ids import AccountId, PublicationId
from services.ports import Absent, Job, Live, Receipt, Surroundings, Unknown
from support.fake_clock import FakeClock
from support.fake_network import FakePublisher

ON_THE_WAY = dt.timedelta(seconds=60)
"""How long a publish call may be on its way before it takes effect: the remote's time limit."""


class Effect(enum.Enum):
    """What a publish call comes to on the platform, whatever it answers."""

    NONE = "none"
    AT_ONCE = "at once"
    LATE = "late"


class Manner(enum.Enum):
    """How the platform takes publish calls: what they come to, and what it answers."""

    WELL = (Effect.AT_ONCE, None)
    OUT_WITHOUT_ANSWER = (Effect.AT_ONCE, OutcomeUnknownError("no answer"))
    OUT_LATER_WITHOUT_ANSWER = (Effect.LATE, OutcomeUnknownError("no answer"))
    NOT_OUT_WITHOUT_ANSWER = (Effect.NONE, OutcomeUnknownError("no answer"))
    SERVER_ERROR_THOUGH_OUT = (Effect.AT_ONCE, OutcomeUnknownError("500"))
    DOWN = (Effect.NONE, TransientError("surely not out"))
    TOO_FAST = (Effect.NONE, RateLimitedError("slow down", retry_after=dt.timedelta(minutes=20)))
    REFUSED = (Effect.NONE, RejectedError("refused"))
    TOKEN_DEAD = (Effect.NONE, AuthorizationError("the token is dead"))

    def __init__(self, effect: Effect, error: PublishingError | None) -> None:
        self.effect = effect
        self.error = error


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A publish call that arrived."""

    publication_id: PublicationId
    account_id: AccountId
    at: dt.timedelta
    out_at: dt.timedelta | None
    """When its post is there to be seen; None: never."""


class UnreliablePlatform(FakePublisher):
    """Takes publish calls in the manner of the moment, and can keep its answers to itself."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._clock = clock
        self.manner = Manner.WELL
        self.is_readable = True
        self.keeps_answers = False
        """Whether a publish call hangs until `answer`, as it does for a process that is stopped."""
        self.calls = list[Call]()
        self.on_publish: Callable[[Job], None] = lambda _: None
        """Called before anything is out: looks whether the call may be made."""
        self.kept = asyncio.Event()
        """Set when an answer is being kept."""
        self._waiting = list[asyncio.Event]()

    @property
    def time(self) -> dt.timedelta:
        """By its own clock, which goes right also where the product's is wrong."""
        return dt.timedelta(seconds=self._clock.monotonic())

    @property
    def out(self) -> list[PublicationId]:
        """What is out, or on its way to be; one that is there twice was posted twice."""
        return [call.publication_id for call in self.calls if call.out_at is not None]

    @property
    def is_on_the_way(self) -> bool:
        """Whether a call has yet to take effect."""
        return any(call.out_at is not None and call.out_at > self.time for call in self.calls)

    def answer(self) -> None:
        """Give the answers that were kept."""
        for waiting in self._waiting:
            waiting.set()
        self._waiting.clear()
        self.kept.clear()

    async def publish(self, job: Job) -> Receipt:
        """Let the post out or not, answer or not: as it was chosen when the call came."""
        self.on_publish(job)
        manner, now = self.manner, self.time
        out_at: Mapping[Effect, dt.timedelta | None] = {
            Effect.NONE: None,
            Effect.AT_ONCE: now,
            Effect.LATE: now + ON_THE_WAY,
        }
        self.calls.append(
            Call(
                publication_id=job.publication.id,
                account_id=job.account.id,
                at=now,
                out_at=out_at[manner.effect],
            )
        )
        if self.keeps_answers:
            waiting = asyncio.Event()
            self._waiting.append(waiting)
            self.kept.set()
            await waiting.wait()
        if manner.error is not None:
            raise manner.error.with_traceback(None)
        return Receipt(platform_post_id=f"p{job.publication.id}")

    async def look_up(self, job: Job, surroundings: Surroundings) -> Live | Absent | Unknown:
        """Tell what there is to be seen by now."""
        checkpoint: Mapping[str, Any] = job.publication.checkpoint
        if not self.is_readable:
            return Unknown(checkpoint=checkpoint, why="it cannot be read")
        mine = [call for call in self.calls if call.publication_id == job.publication.id]
        if any(call.out_at is not None and call.out_at <= self.time for call in mine):
            return Live(receipt=Receipt(platform_post_id=f"p{job.publication.id}"))
        return Absent(checkpoint=checkpoint, proof="it is not there")
