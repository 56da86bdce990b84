import datetime as dt

import pytest

from domain.errors import (
    AuthorizationError,
    Failure,
    FailureKind,
    OutcomeUnknownError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UnsupportedError,
)

KINDS: dict[type[PublishingError], FailureKind] = {
    UnsupportedError: FailureKind.UNSUPPORTED,
    RejectedError: FailureKind.REJECTED,
    AuthorizationError: FailureKind.AUTHORIZATION,
    RateLimitedError: FailureKind.RATE_LIMITED,
    TransientError: FailureKind.TRANSIENT,
    OutcomeUnknownError: FailureKind.OUTCOME_UNKNOWN,
}


def test_each_of_the_six_errors_has_a_kind_of_its_own() -> None:
    assert set(PublishingError.__subclasses__()) == set(KINDS)
    assert set(KINDS.values()) == set(FailureKind)


@pytest.mark.parametrize(("error", "kind"), list(KINDS.items()))
def test_an_error_is_kept_with_all_that_the_platform_said(
    error: type[PublishingError], kind: FailureKind
) -> None:
    raised = error(
        "The picture is too wide.",
        platform="instagram",
        code=36003,
        subcode=2207009,
        http_status=400,
        trace_id="A1b2",
    )

    assert raised.failure == Failure(
        kind=kind,
        message="The picture is too wide.",
        platform="instagram",
        code=36003,
        subcode=2207009,
        http_status=400,
        trace_id="A1b2",
    )


def test_a_rate_limit_says_how_long_to_wait_when_the_platform_did() -> None:
    assert RateLimitedError("Busy.").retry_after is None
    assert RateLimitedError("Busy.", retry_after=dt.timedelta(minutes=5)).retry_after == dt.timedelta(
        minutes=5
    )
