"""What follows a failure: every kind, at every try, inside and outside its time."""

import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import (
    AuthorizationError,
    FailureKind,
    OutcomeUnknownError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnavailableError,
    UnsupportedError,
)
from domain.lane import LaneReason
from services.posting.policy import (
    Decision,
    HandToTeam,
    LookUp,
    Reconnect,
    RetryAt,
    decide,
)

NOON = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DELAYS = (5 * MINUTE, 15 * MINUTE, 45 * MINUTE)
TRIES = range(len(DELAYS) + 2)
WINDOWS = {"open for hours": NOON + dt.timedelta(hours=6), "closed": NOON - MINUTE}
FAILURES: list[PublishingError] = [
    UnsupportedError("no"),
    RejectedError("no"),
    AuthorizationError("no"),
    RateLimitedError("no"),
    TransientError("no"),
    OutcomeUnknownError("no"),
]


def decided(
    failure: PublishingError,
    *,
    attempts: int = 0,
    last_chance: dt.datetime = WINDOWS["open for hours"],
    waits_for_quota: bool = True,
    chance: float = 0,
) -> Decision:
    return decide(
        failure,
        platform="fake",
        attempts=attempts,
        now=NOON,
        last_chance=last_chance,
        delays=DELAYS,
        waits_for_quota=waits_for_quota,
        chance=chance,
    )


def expected(kind: FailureKind, attempts: int, window: str) -> Decision:
    match kind:
        case FailureKind.UNSUPPORTED | FailureKind.REJECTED:
            return HandToTeam()
        case FailureKind.AUTHORIZATION:
            return Reconnect()
        case FailureKind.OUTCOME_UNKNOWN:
            return LookUp()
        case FailureKind.RATE_LIMITED if window == "closed":
            return HandToTeam()
        case FailureKind.RATE_LIMITED:
            return RetryAt(at=NOON + 15 * MINUTE, counts=False)
        case FailureKind.TRANSIENT if window == "closed" or attempts >= len(DELAYS):
            return HandToTeam()
        case FailureKind.TRANSIENT:
            return RetryAt(at=NOON + DELAYS[attempts], counts=True)


def test_every_kind_of_failure_is_tried_here() -> None:
    assert {failure.kind for failure in FAILURES} == set(FailureKind)


@pytest.mark.parametrize(
    ("failure", "attempts", "window"),
    [
        pytest.param(failure, attempts, window, id=f"{failure.kind}, try {attempts + 1}, time {window}")
        for failure, attempts, window in itertools.product(FAILURES, TRIES, WINDOWS)
    ],
)
def test_what_follows(failure: PublishingError, attempts: int, window: str) -> None:
    assert decided(failure, attempts=attempts, last_chance=WINDOWS[window]) == expected(
        failure.kind, attempts, window
    )


def test_a_rate_limit_is_obeyed_to_the_second() -> None:
    named = RateLimitedError("slow down", retry_after=dt.timedelta(seconds=421))

    assert decided(named) == RetryAt(at=NOON + dt.timedelta(seconds=421), counts=False)


def test_a_rate_limit_beyond_the_time_hands_it_to_the_team() -> None:
    named = RateLimitedError("come back tomorrow", retry_after=dt.timedelta(days=1))

    assert decided(named) == HandToTeam()


def test_a_team_that_does_not_wait_for_a_quota_gets_what_it_has_no_place_for() -> None:
    used_up = RateLimitedError("50 of 50", retry_after=dt.timedelta(hours=1), is_quota=True)
    too_fast = RateLimitedError("slow down", retry_after=dt.timedelta(hours=1))

    assert decided(used_up) == RetryAt(at=NOON + dt.timedelta(hours=1), counts=False)
    assert decided(used_up, waits_for_quota=False) == HandToTeam(why=LaneReason.QUOTA)
    assert decided(too_fast, waits_for_quota=False) == RetryAt(at=NOON + dt.timedelta(hours=1), counts=False)


@pytest.mark.parametrize(("late", "retries"), [(0, True), (1, False)])
def test_a_retry_may_come_at_the_last_moment_and_not_after_it(late: int, *, retries: bool) -> None:
    last_chance = NOON + DELAYS[0] - dt.timedelta(microseconds=late)

    assert isinstance(decided(TransientError("down"), last_chance=last_chance), RetryAt) == retries


@given(chance=st.floats(0, 1, exclude_max=True), attempts=st.integers(0, len(DELAYS) - 1))
def test_a_retry_comes_at_its_delay_or_up_to_a_fifth_later(chance: float, attempts: int) -> None:
    decision = decided(TransientError("down"), attempts=attempts, chance=chance)

    assert isinstance(decision, RetryAt)
    expected = DELAYS[attempts] * (1 + chance / 5)
    assert abs(decision.at - NOON - expected) <= dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("attempts", "seconds", "waits"), [(0, 15, 15), (0, 3600, 3600), (1, 15, 15 * 60), (1, 3600, 3600)]
)
def test_a_platform_that_names_the_time_of_a_retry_is_believed_once_and_then_only_if_it_is_later(
    attempts: int, seconds: int, waits: int
) -> None:
    named = TransientError("not ready", retry_after=dt.timedelta(seconds=seconds))

    assert decided(named, attempts=attempts) == RetryAt(at=NOON + dt.timedelta(seconds=waits), counts=True)


def test_the_jitter_spreads_retries() -> None:
    times = {str(decided(TransientError("down"), chance=number / 10)) for number in range(10)}

    assert len(times) == 10


@pytest.mark.parametrize(
    ("platform", "follows"), [(None, Reconnect()), ("fake", Reconnect()), ("cloudinary", HandToTeam())]
)
def test_an_access_that_is_not_the_accounts_marks_no_account(platform: str | None, follows: Decision) -> None:
    assert decided(AuthorizationError("no", platform=platform)) == follows


def test_an_error_of_no_kind_is_a_bug() -> None:
    with pytest.raises(TypeError, match="none of the six kinds"):
        decided(PublishingError("what is this?"))


@pytest.mark.parametrize("attempts", [0, len(DELAYS)])
def test_a_platform_that_is_gone_is_asked_again_every_minute_without_using_up_a_try(attempts: int) -> None:
    decision = decided(UnavailableError("the version is gone"), attempts=attempts)

    assert decision == RetryAt(at=NOON + MINUTE, counts=False)
