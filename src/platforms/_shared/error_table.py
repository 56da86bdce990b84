"""What a vendor's error codes mean, as data."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Mapping

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

_ERRORS: Mapping[FailureKind, type[PublishingError]] = {
    FailureKind.UNSUPPORTED: UnsupportedError,
    FailureKind.REJECTED: RejectedError,
    FailureKind.AUTHORIZATION: AuthorizationError,
    FailureKind.TRANSIENT: TransientError,
    FailureKind.OUTCOME_UNKNOWN: OutcomeUnknownError,
}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One error of a vendor, and what it means here."""

    code: int | None
    """None: the subcode alone says it, whatever the code."""
    subcode: int | None = None
    """None: this code with no subcode, or with one that has no row of its own."""
    kind: FailureKind
    is_definite: bool
    """Whether it proves that nothing happened when the irreversible call gives it."""
    says: str
    """What happened and what to do about it, one or two sentences for the team."""
    is_quoted: bool = False
    """Whether the vendor's own words are told too; for a code that stands for many things."""
    kind_on_read: FailureKind | None = None
    """The kind when a mere read gives it; None: the same."""
    wait: dt.timedelta | None = None
    """How long to leave it alone when the answer does not say."""
    is_quota: bool = False
    """For rate limits: whether it is the posts of a day that are used up."""
    is_app_wide: bool = False
    """For rate limits: whether it is the calls of the app, for whichever account."""
    is_gone: bool = False
    """For transient errors: whether it is the API, or this version of it, that is not there."""


class ErrorTable:
    """Finds the row of an error: by the pair, then by the subcode, then by the code; never by text."""

    def __init__(self, *tables: Iterable[Row]) -> None:
        """Join tables; of two rows for the same error, the one of the earlier table holds."""
        self._rows: dict[tuple[int | None, int | None], Row] = {}
        self._by_subcode: dict[int, Row] = {}
        for table in tables:
            for row in table:
                self._rows.setdefault((row.code, row.subcode), row)
                if row.subcode is not None:
                    self._by_subcode.setdefault(row.subcode, row)

    def find(self, code: int | None, subcode: int | None) -> Row | None:
        """Return what an error means; None: nobody knows."""
        exact = self._rows.get((code, subcode)) or self._rows.get((None, subcode))
        return exact or (self._rows.get((code, None)) if code is not None else None)

    def find_subcode(self, subcode: int | None) -> Row | None:
        """Return what a subcode means that came without its code."""
        return self._by_subcode.get(subcode) if subcode is not None else None


def publishing_error(
    kind: FailureKind,
    message: str,
    *,
    platform: str,
    retry_after: dt.timedelta | None = None,
    is_quota: bool = False,
    is_app_wide: bool = False,
    is_gone: bool = False,
    code: int | None = None,
    subcode: int | None = None,
    http_status: int | None = None,
    trace_id: str | None = None,
) -> PublishingError:
    """Return an error of this kind.

    `is_quota` and `is_app_wide` are for rate limits alone, `is_gone` for transient errors.
    """
    if kind is FailureKind.RATE_LIMITED:
        return RateLimitedError(
            message,
            retry_after=retry_after,
            is_quota=is_quota,
            is_app_wide=is_app_wide,
            platform=platform,
            code=code,
            subcode=subcode,
            http_status=http_status,
            trace_id=trace_id,
        )
    error = UnavailableError if is_gone and kind is FailureKind.TRANSIENT else _ERRORS[kind]
    return error(
        message,
        retry_after=retry_after,
        platform=platform,
        code=code,
        subcode=subcode,
        http_status=http_status,
        trace_id=trace_id,
    )
