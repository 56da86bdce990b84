"""What Instagram's publishing errors mean.

Source: developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/error-codes,
with what public clients have logged; as recorded 2026-11-20.
"""

import datetime as dt
from collections.abc import Mapping

from domain.account import AccessToken
from domain.errors import AuthorizationError, FailureKind, PublishingError
from platforms._shared.error_table import ErrorTable, Row, publishing_error
from platforms._shared.meta_errors import META_ERRORS

_AGAIN = "Another try may work; if not, post it by hand."
_NOT_FETCHED = "Instagram could not fetch the file from the cloud. Check that its link opens for everybody."
_NOT_PROCESSED = "Instagram could not process this file. Post it by hand, or convert it and try again."


def _rejected(code: int | None, subcode: int, says: str) -> Row:
    # Instagram looks at content and parameters before it posts anything.
    return Row(code=code, subcode=subcode, kind=FailureKind.REJECTED, is_definite=True, says=says)


def _transient(code: int | None, subcode: int | None, says: str) -> Row:
    return Row(code=code, subcode=subcode, kind=FailureKind.TRANSIENT, is_definite=False, says=says)


def _not_published(code: int, subcode: int, says: str, *, wait: dt.timedelta | None = None) -> Row:
    # About the container itself, and surely nothing came of the call.
    return Row(code=code, subcode=subcode, kind=FailureKind.TRANSIENT, is_definite=True, says=says, wait=wait)


INSTAGRAM_ERRORS = (
    _transient(-2, None, f"Instagram took too long. {_AGAIN}"),
    _transient(
        -2,
        2207003,
        "Instagram took too long to fetch the file. Check that the cloud serves it fast, or make it smaller.",
    ),
    _not_published(-2, 2207020, f"Instagram has forgotten the prepared post. {_AGAIN}"),
    _transient(-1, None, f"Instagram had an error of its own. {_AGAIN}"),
    _transient(-1, 2207001, f"Instagram had an error of its own. {_AGAIN}"),
    _transient(-1, 2207032, f"Instagram could not take the file this time. {_AGAIN}"),
    _transient(-1, 2207053, f"Instagram's upload failed without a reason. {_AGAIN}"),
    _rejected(-1, 2207073, "Instagram cannot delete this kind of post. Delete it in the app."),
    _rejected(1, 2207057, "The chosen cover lies outside the video. Choose an earlier moment."),
    Row(
        code=4,
        subcode=2207051,
        kind=FailureKind.AUTHORIZATION,
        is_definite=False,  # It has been seen for posts that went live. Source: a client's issue of 2026-07.
        says="Instagram takes this for spam and blocks the account's posting. Open the app, see what it says "
        "under Account Status, and let the account rest before you connect it again.",
    ),
    Row(
        code=9,
        subcode=2207042,
        kind=FailureKind.RATE_LIMITED,
        is_definite=True,
        says="The account has used up Instagram's number of posts for 24 hours. Wait until one is free "
        "again, or post it by hand.",
        wait=dt.timedelta(hours=1),
        is_quota=True,
    ),
    _not_published(
        24,
        2207006,
        "Instagram does not find the prepared post, or the token has no access to it. Another try may work; "
        "if not, connect the account again.",
        wait=dt.timedelta(seconds=30),  # Seen seconds after FINISHED. Source: a client log of 2026-09.
    ),
    _not_published(
        24,
        2207008,
        f"Instagram has lost the prepared post for the moment. {_AGAIN}",
        wait=dt.timedelta(minutes=1),
    ),
    Row(
        code=25,
        subcode=2207050,
        kind=FailureKind.AUTHORIZATION,
        is_definite=True,
        says="The Instagram account is inactive, restricted, or waits for a check. Log in to the app and do "
        "what it asks, then connect the account again.",
    ),
    _rejected(100, 2207023, "Instagram does not know this media type. Post it by hand."),
    _rejected(100, 2207028, "A carousel takes 2 to 10 files. Add some, or take some out."),
    _rejected(100, 2207035, "A product tag lies outside the picture. Post it by hand."),
    _rejected(100, 2207036, "Product tags go on images alone. Post it by hand."),
    _rejected(100, 2207037, "A product tag is not valid. See the shop's catalogue."),
    _rejected(100, 2207040, "The caption tags more than 20 people. Take some out."),
    _rejected(
        352, 2207026, "Instagram does not take this video format. Convert it to MP4 with H.264 and AAC."
    ),
    _transient(9004, 2207052, _NOT_FETCHED),
    _not_published(
        9007,
        2207027,
        f"Instagram is not done with the file yet. {_AGAIN}",
        wait=dt.timedelta(
            seconds=15
        ),  # Seen right after FINISHED. Source: client logs, as recorded 2026-11-20.
    ),
    _rejected(36000, 2207004, "The picture is larger than 8 MB. Make it smaller."),
    _rejected(36001, 2207005, "Instagram does not take this picture format. Save it as JPEG."),
    _rejected(36003, 2207009, "The feed takes pictures from 4:5 to 1.91:1. Crop it, or post it as a story."),
    _rejected(
        36004,
        2207010,
        "The caption is too long or has too many hashtags. Shorten it to 2,200 characters and 30 hashtags.",
    ),
    _rejected(None, 2207076, _NOT_PROCESSED),
    _transient(None, 2207077, _NOT_FETCHED),
    _rejected(None, 2207081, "Trial reels are not open to this account. Post it as an ordinary reel."),
    _transient(
        None,
        2207082,
        "Instagram could not fetch the whole of this large file. Make it smaller, or post it by hand.",
    ),
    _transient(None, 2207085, f"Instagram gave up on the file without a reason. {_AGAIN}"),
)

FACEBOOK_LOGIN = "facebook"
INSTAGRAM_LOGIN = "instagram"
_OTHER_LOGINS = {
    FACEBOOK_LOGIN: ("IG", "A token that begins with IG needs an account with the login instagram."),
    INSTAGRAM_LOGIN: ("EAA", "A token that begins with EAA needs an account with the login facebook."),
}
"""By login: how tokens of the other one begin, and what to do about it. Source: client logs, as recorded
2026-11-20."""


def wrong_login(login: str, token: AccessToken) -> AuthorizationError | None:
    """Return why this token cannot work with this login, as far as one can see without asking."""
    begins, says = _OTHER_LOGINS[login]
    if not token.value.strip().startswith(begins):
        return None
    return AuthorizationError(f"{says} Connect it again.", platform="instagram")


def _refused_token(login: str) -> Row:
    # A token of the other family is answered like garbage: 190 without a subcode.
    refused = "Instagram refuses the access token: it is expired, revoked or not one of this login."
    return Row(
        code=190,
        kind=FailureKind.AUTHORIZATION,
        is_definite=True,
        says=f"{refused} {_OTHER_LOGINS[login][1]} Connect it again.",
    )


_NO_ROLE = Row(
    code=100,
    kind=FailureKind.REJECTED,
    kind_on_read=FailureKind.AUTHORIZATION,
    is_definite=True,
    # "Unsupported request - method type: get" for every call. Source: client logs, as recorded 2026-11-20.
    says="Instagram refuses the call. While the Meta app has no Advanced Access, the account needs the role "
    "of an Instagram tester in it, and must accept that under Apps and Websites.",
    is_quoted=True,
)

ERRORS: Mapping[str, ErrorTable] = {
    FACEBOOK_LOGIN: ErrorTable((_refused_token(FACEBOOK_LOGIN),), INSTAGRAM_ERRORS, META_ERRORS),
    INSTAGRAM_LOGIN: ErrorTable((_refused_token(INSTAGRAM_LOGIN), _NO_ROLE), INSTAGRAM_ERRORS, META_ERRORS),
}
"""By login. The families of tokens are not interchangeable; each has its own host."""

_NO_REASON = _transient(None, None, f"Instagram could not take the file and does not say why. {_AGAIN}")
_WORTH_A_SECOND_CONTAINER = frozenset({2207076})
"""Refusals that went away with a new container, when the cloud had been slow. Source: client logs, as
recorded 2026-11-20."""

_FETCHING = frozenset({None, 2207003, 2207052, 2207077, 2207082})
"""Why a video may not have been fetched; a container may die of that without a number. Source: client logs,
as recorded 2026-11-20."""


def may_be_the_fetch(failure: PublishingError) -> bool:
    """Tell whether it may help to send a file instead of having it fetched."""
    return failure.kind is FailureKind.TRANSIENT and failure.subcode in _FETCHING


def container_failure(subcode: int | None) -> PublishingError:
    """Return the error that a dead container stands for; such a container was surely not published."""
    row = ERRORS[FACEBOOK_LOGIN].find_subcode(subcode) or _NO_REASON
    return publishing_error(row.kind, row.says, platform="instagram", code=row.code, subcode=subcode)


def may_work_with_new_container(failure: PublishingError) -> bool:
    """Tell whether the same file may go through in another container."""
    return failure.kind is FailureKind.TRANSIENT or failure.subcode in _WORTH_A_SECOND_CONTAINER
