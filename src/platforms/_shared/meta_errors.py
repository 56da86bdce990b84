"""Errors that every platform of Meta can give.

Source: developers.facebook.com/docs/graph-api/guides/error-handling and .../overview/rate-limiting, with what
public clients have logged; as recorded 2026-11-20.
"""

import datetime as dt

from domain.errors import FailureKind
from platforms._shared.error_table import Row

_RECONNECT = "Connect the account again."
_AGAIN = "Another try may work; if not, post it by hand."
_THROTTLED = (
    "Meta limits how often it may be called, and that limit is reached for now. Wait, or post it by hand."
)


def _authorization(code: int, subcode: int | None, says: str) -> Row:
    # Meta checks who calls before it does anything.
    return Row(code=code, subcode=subcode, kind=FailureKind.AUTHORIZATION, is_definite=True, says=says)


def _throttle(code: int, subcode: int | None = None, *, is_app_wide: bool = False) -> Row:
    return Row(
        code=code,
        subcode=subcode,
        kind=FailureKind.RATE_LIMITED,
        is_definite=True,
        says=_THROTTLED,
        is_app_wide=is_app_wide,
    )


META_ERRORS = (
    Row(
        code=1,
        kind=FailureKind.TRANSIENT,
        is_definite=False,
        says=f"Meta had an error of its own that it does not explain. {_AGAIN}",
    ),
    Row(
        code=2,
        kind=FailureKind.TRANSIENT,
        is_definite=False,
        says=f"Meta's service is down for the moment. {_AGAIN}",
    ),
    _authorization(3, None, "The Meta app lacks the capability for this call. See its App Review."),
    _throttle(4, is_app_wide=True),
    _throttle(4, 1349210, is_app_wide=True),
    _throttle(4, 1504022, is_app_wide=True),
    _authorization(10, None, "A permission is missing or was taken back. " + _RECONNECT),
    _throttle(17),
    _throttle(17, 2446079),
    _throttle(32),
    Row(
        code=100,
        kind=FailureKind.REJECTED,
        is_definite=True,
        says="Meta refuses a parameter of the call. Post it by hand; if every call is refused this way, let "
        "the account accept its role in the Meta app.",
        is_quoted=True,
    ),
    Row(
        code=100,
        subcode=33,
        kind=FailureKind.AUTHORIZATION,
        is_definite=False,  # Meta has lost sight of fresh objects that did exist: an outage of May 2026.
        says="Meta does not show this object: the token has no access to it, its id is wrong, or Meta has an "
        "outage. Check the account; if it is not an outage, connect it again.",
        kind_on_read=FailureKind.TRANSIENT,
    ),
    _authorization(102, None, "The session is over. " + _RECONNECT),
    _authorization(104, None, "The proof of the app secret is missing or wrong. Check the app secret."),
    _authorization(190, None, "The access token is refused: expired, revoked or invalid. " + _RECONNECT),
    _authorization(190, 458, "Somebody removed the Meta app from the account. " + _RECONNECT),
    _authorization(
        190, 459, "Meta wants the person behind the token to log in on facebook.com; then connect again."
    ),
    _authorization(190, 460, "The password was changed, which ends the access. " + _RECONNECT),
    _authorization(190, 463, "The access token has expired. " + _RECONNECT),
    _authorization(
        190,
        464,
        "The person behind the token has not confirmed the Facebook account yet. Do so, then connect again.",
    ),
    _authorization(190, 467, "The access token was ended, for instance by logging out. " + _RECONNECT),
    _authorization(190, 490, "Meta blocks the person behind the token. Log in on facebook.com to see why."),
    _authorization(
        190,
        492,
        "The person behind the token has lost their role on the Page. Give it back, then connect again.",
    ),
    *(
        _authorization(code, None, "A permission or a role on the Page is missing. " + _RECONNECT)
        for code in range(200, 300)
    ),
    _throttle(341, is_app_wide=True),
    Row(
        code=368,
        kind=FailureKind.RATE_LIMITED,
        is_definite=False,
        says="Meta blocks this action for a while because of its policies. Look into the app.",
        wait=dt.timedelta(hours=4),
    ),
    Row(
        code=506,
        kind=FailureKind.REJECTED,
        is_definite=False,
        says="Meta says that this very post was just made. Look whether it is there.",
    ),
    _throttle(613),
    _throttle(613, 1996),
    Row(
        code=1609005,
        kind=FailureKind.REJECTED,
        is_definite=True,
        says="Meta could not make a preview of the link. Check that it opens for everybody.",
    ),
    Row(
        code=2635,
        kind=FailureKind.TRANSIENT,
        is_definite=True,
        says="Meta has withdrawn this version of its API. Set GRAPH_API_VERSION to a later one.",
        is_gone=True,
    ),
    _authorization(2500, None, "Meta saw no access token for this call. " + _RECONNECT),
    *(_throttle(code) for code in (80000, 80001, 80002, 80003, 80004, 80005, 80006, 80008, 80009, 80014)),
)
