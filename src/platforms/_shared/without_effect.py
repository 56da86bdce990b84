"""What an unclear failure was, once it is known that nothing came of it."""

import httpx

from domain.errors import Failure, FailureKind, PublishingError
from platforms._shared.error_table import ErrorTable, publishing_error


def without_effect(
    failure: Failure | None, *, errors: ErrorTable, platform: str, absences: int
) -> PublishingError | None:
    """Return what is to follow an unclear failure that had no effect; None: the same may simply be repeated.

    What was refused for a reason would be refused again, and goes the way of that reason. The rest is
    repeated at once the first time, and after that like any other failure that may pass.

    Args:
        failure: the publication's last one.
        errors: what the platform's codes mean.
        platform: its name.
        absences: how often an unclear call was proved to have had no effect.
    """
    if failure is None or failure.kind is not FailureKind.OUTCOME_UNKNOWN or not absences:
        return None
    row = errors.find(failure.code, failure.subcode)
    kind = row.kind if row else _kind_by_status(failure.http_status)
    if kind is FailureKind.TRANSIENT and absences == 1:
        return None
    return publishing_error(
        kind,
        failure.message,
        retry_after=row.wait if row else None,
        platform=platform,
        code=failure.code,
        subcode=failure.subcode,
        http_status=failure.http_status,
        trace_id=failure.trace_id,
    )


def _kind_by_status(http_status: int | None) -> FailureKind:
    is_refused = http_status is not None and httpx.codes.is_client_error(http_status)
    return FailureKind.REJECTED if is_refused else FailureKind.TRANSIENT
