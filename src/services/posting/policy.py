"""What follows a failure. The only place that knows."""

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import assert_never

from domain.errors import (
    AuthorizationError,
    OutcomeUnknownError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnavailableError,
    UnsupportedError,
)
from domain.lane import LaneReason

RATE_LIMIT_PAUSE = dt.timedelta(minutes=15)
"""How long to wait when the platform names no time."""
UNAVAILABLE_PAUSE = dt.timedelta(minutes=1)
"""Nothing is claimed while the platform is gone; this is for the one who found that out."""
JITTER = 0.2
"""A retry comes up to this share of its delay later, so that many do not come at once."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RetryAt:
    """Try again at this time."""

    at: dt.datetime
    counts: bool
    """Whether it uses up one of the tries; being told to wait does not."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HandToTeam:
    """Make it a card; the reason stands in the failure."""

    why: LaneReason = LaneReason.FAILED


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Reconnect:
    """Make it a card, mark the account as needing a new login, and tell the admins."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LookUp:
    """Do nothing that could double it; find out first."""


Decision = RetryAt | HandToTeam | Reconnect | LookUp

Failing = (
    UnsupportedError
    | RejectedError
    | AuthorizationError
    | RateLimitedError
    | TransientError
    | OutcomeUnknownError
)


def decide(
    failure: PublishingError,
    *,
    platform: str,
    attempts: int,
    now: dt.datetime,
    last_chance: dt.datetime,
    delays: Sequence[dt.timedelta],
    waits_for_quota: bool,
    chance: float,
) -> Decision:
    """Return what follows a failure.

    Args:
        failure: what happened.
        platform: the account's; access to something else, such as the cloud, is not the account's matter.
        attempts: tries that failed before this one.
        now: the time.
        last_chance: when the misfire policy closes the window of this publication.
        delays: the waits between tries; there are as many retries as delays.
        waits_for_quota: whether the workspace waits for a new quota instead of posting by hand.
        chance: a random number in [0, 1) for the jitter.
    """
    failing: Failing = _known(failure)
    match failing:
        case UnsupportedError() | RejectedError():
            return HandToTeam()
        case AuthorizationError():
            return Reconnect() if failing.platform in {None, platform} else HandToTeam()
        case RateLimitedError(is_quota=True) if not waits_for_quota:
            return HandToTeam(why=LaneReason.QUOTA)
        case RateLimitedError():
            return _retry(now + (failing.retry_after or RATE_LIMIT_PAUSE), last_chance, counts=False)
        case UnavailableError():
            return _retry(now + UNAVAILABLE_PAUSE, last_chance, counts=False)
        case TransientError():
            if attempts >= len(delays):
                return HandToTeam()
            wait = _wait(failing.retry_after, delays[attempts] * (1 + JITTER * chance), attempts=attempts)
            return _retry(now + wait, last_chance, counts=True)
        case OutcomeUnknownError():
            return LookUp()
        case _:
            assert_never(failing)


def _wait(named: dt.timedelta | None, delay: dt.timedelta, *, attempts: int) -> dt.timedelta:
    # The platform may know that it takes seconds; it is believed once.
    if named is None:
        return delay
    return named if attempts == 0 else max(named, delay)


def _retry(at: dt.datetime, last_chance: dt.datetime, *, counts: bool) -> RetryAt | HandToTeam:
    return RetryAt(at=at, counts=counts) if at <= last_chance else HandToTeam()


def _known(failure: PublishingError) -> Failing:
    if isinstance(failure, Failing):
        return failure
    raise TypeError(f"{type(failure).__name__} is none of the six kinds of failure")
