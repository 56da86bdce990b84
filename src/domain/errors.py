"""What can go wrong with a platform, in six kinds that hold for all of them.

PublishingError
├── UnsupportedError      the platform's API cannot do this; found before any network call
├── RejectedError         the platform refuses this content; a person must change it
├── AuthorizationError    the account's access is gone; a person must reconnect it
├── RateLimitedError      too many calls or posts; goes again after a while
├── TransientError        nothing happened, the same may work later
│   └── UnavailableError  nor will it before the platform's API, or this version of it, is back
└── OutcomeUnknownError   the irreversible call left, and no definite answer came

What follows each kind is decided in `services/posting/policy.py` alone.
"""

import dataclasses
import datetime as dt
import enum
from typing import ClassVar


class FailureKind(enum.StrEnum):
    """The six kinds as they are stored and shown."""

    UNSUPPORTED = "unsupported"
    REJECTED = "rejected"
    AUTHORIZATION = "authorization"
    RATE_LIMITED = "rate_limited"
    TRANSIENT = "transient"
    OUTCOME_UNKNOWN = "outcome_unknown"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A failure as it is kept: what the platform said, without secrets and without the raw answer."""

    kind: FailureKind
    message: str
    """One sentence for the team, redacted."""
    platform: str | None = None
    code: int | None = None
    subcode: int | None = None
    http_status: int | None = None
    trace_id: str | None = None


class PublishingError(Exception):
    """A call to a platform, or to the cloud that serves its media, did not do what was asked.

    The message is one sentence fit for the team's eyes: no tokens, no raw response. `retry_after` is how long
    to leave it alone, for the kinds that are tried again; None when the platform did not say.
    """

    kind: ClassVar[FailureKind]

    def __init__(
        self,
        message: str,
        *,
        retry_after: dt.timedelta | None = None,
        platform: str | None = None,
        code: int | None = None,
        subcode: int | None = None,
        http_status: int | None = None,
        trace_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.platform = platform
        self.code = code
        self.subcode = subcode
        self.http_status = http_status
        self.trace_id = trace_id

    @property
    def failure(self) -> Failure:
        """The failure as it is kept."""
        return Failure(
            kind=self.kind,
            message=str(self),
            platform=self.platform,
            code=self.code,
            subcode=self.subcode,
            http_status=self.http_status,
            trace_id=self.trace_id,
        )


class UnsupportedError(PublishingError):
    """The platform's API cannot express this; found before any network call."""

    kind = FailureKind.UNSUPPORTED


class RejectedError(PublishingError):
    """The platform refuses this content; a person must change it or post it by hand."""

    kind = FailureKind.REJECTED


class AuthorizationError(PublishingError):
    """The account's access is gone or not enough; a person must reconnect it."""

    kind = FailureKind.AUTHORIZATION


class RateLimitedError(PublishingError):
    """Too many calls or posts.

    `is_quota` tells a day's posts that are used up, which the team may make up for by hand, from calls that
    came too fast. `is_app_wide` says that those of all accounts together did.
    """

    kind = FailureKind.RATE_LIMITED

    def __init__(
        self,
        message: str,
        *,
        retry_after: dt.timedelta | None = None,
        is_quota: bool = False,
        is_app_wide: bool = False,
        platform: str | None = None,
        code: int | None = None,
        subcode: int | None = None,
        http_status: int | None = None,
        trace_id: str | None = None,
    ) -> None:
        super().__init__(
            message,
            retry_after=retry_after,
            platform=platform,
            code=code,
            subcode=subcode,
            http_status=http_status,
            trace_id=trace_id,
        )
        self.is_quota = is_quota
        self.is_app_wide = is_app_wide


class TransientError(PublishingError):
    """Nothing happened, and the same may work later."""

    kind = FailureKind.TRANSIENT


class UnavailableError(TransientError):
    """The platform's API is gone, or the version of it that is called; no other call would fare better."""


class OutcomeUnknownError(PublishingError):
    """The irreversible call left and no definite answer came: it may have happened or not."""

    kind = FailureKind.OUTCOME_UNKNOWN


class StorylineError(Exception):
    """A request that is refused, with one clear sentence for the person who made it."""
