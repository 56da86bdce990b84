"""What Facebook's errors mean when something is posted to a Page.

Sources: the references of Page photos and videos, the Reels Publishing guide, and the table of a large client
that posts to Pages, which does not say whether a number comes as a code or as a subcode; as recorded
2026-11-20.
"""

import datetime as dt

from domain.errors import FailureKind
from platforms._shared.error_table import ErrorTable, Row
from platforms._shared.meta_errors import META_ERRORS

DUPLICATE = 506
PHOTOS_POSTED_BEFORE = 1366051
ALREADY_OUT = frozenset({DUPLICATE, PHOTOS_POSTED_BEFORE})
"""Facebook says that this was posted already: by an earlier call whose answer was lost, most likely."""
WRONG_OFFSET = 1363037
"""The part of a video begins elsewhere; the error's data say where."""
PAUSE_WHEN_TOO_FAST = dt.timedelta(minutes=15)

_POST_BY_HAND = "Convert it, or post it by hand."


def _either(
    number: int,
    kind: FailureKind,
    says: str,
    *,
    is_definite: bool = True,
    wait: dt.timedelta | None = None,
) -> tuple[Row, Row]:
    """Return the rows of a number that comes as a code or as a subcode."""
    as_code = Row(code=number, kind=kind, is_definite=is_definite, says=says, wait=wait)
    as_subcode = Row(code=None, subcode=number, kind=kind, is_definite=is_definite, says=says, wait=wait)
    return as_code, as_subcode


def _rejected(number: int, says: str, *, is_definite: bool = True) -> tuple[Row, Row]:
    return _either(number, FailureKind.REJECTED, says, is_definite=is_definite)


def _authorization(number: int, says: str) -> tuple[Row, Row]:
    return _either(number, FailureKind.AUTHORIZATION, says)


FACEBOOK_ERRORS = (
    Row(
        code=190,
        kind=FailureKind.AUTHORIZATION,
        is_definite=True,
        says="Facebook refuses the access token: it is expired, revoked or not one of Facebook Login. "
        "Connect the Page again with its own token.",
    ),
    Row(
        code=DUPLICATE,
        kind=FailureKind.REJECTED,
        is_definite=False,
        says="Facebook says that this very post was just made; see whether it is on the Page.",
    ),
    *_rejected(324, "The picture is missing or is no picture that Facebook takes. Save it as JPEG."),
    *_rejected(382, "The video is too small for Facebook. Use a larger one."),
    *_rejected(
        389, "Facebook could not fetch the video from the cloud. Try again later, or post it by hand."
    ),
    *_rejected(6000, f"Facebook could not take the uploaded video. {_POST_BY_HAND}"),
    *_rejected(6001, f"Facebook could not take the uploaded video. {_POST_BY_HAND}"),
    *_rejected(
        1366046,
        "The picture is too large for Facebook or of a kind it does not take. Save it as JPEG of up to 4 MB.",
    ),
    *_rejected(
        PHOTOS_POSTED_BEFORE,
        "Facebook says that these pictures were posted before; see whether this is on the Page.",
        is_definite=False,
    ),
    *_either(
        1390008,
        FailureKind.RATE_LIMITED,
        "Facebook says that the Page posts too fast; it goes on after a while.",
        wait=PAUSE_WHEN_TOO_FAST,
    ),
    *_rejected(
        1346003, "Facebook refuses this because people reported it as abusive. Change it, or leave it."
    ),
    *_authorization(1404006, "Facebook wants a security check: log in on facebook.com, then connect again."),
    *_rejected(1404102, "Facebook says that this breaks its community standards. Change it, or leave it."),
    *_authorization(
        1404078, "The Page needs Page Publishing Authorization: see its settings on facebook.com."
    ),
    *_authorization(1404112, "Facebook limits the account: see its Support Inbox, then connect again."),
    *_rejected(1349125, "Facebook does not take this type of content. Post it by hand."),
    *_rejected(1609008, "Facebook takes no links to facebook.com here. Use another link."),
    *_rejected(2061006, "Facebook cannot use the link. Check its address."),
    *_rejected(2069019, f"Facebook cannot use the file. {_POST_BY_HAND}"),
    *_authorization(
        4854002, "Facebook wants an identity confirmed: log in on facebook.com, then connect again."
    ),
    *_either(1609010, FailureKind.TRANSIENT, "Facebook had a passing error of its own.", is_definite=False),
    *_either(1363047, FailureKind.TRANSIENT, "Facebook had a passing error of its own.", is_definite=False),
    *_either(WRONG_OFFSET, FailureKind.TRANSIENT, "A part of the video was lost on its way."),
    *_rejected(1363040, "A reel is 9 wide and 16 high. Crop the video."),
    *_rejected(1363127, "A reel has at least 540 × 960 pixels. Use a larger video."),
    *_rejected(1363128, "A reel lasts 3 to 90 seconds. Cut the video."),
    *_rejected(1363129, "A reel has 24 to 60 frames a second. Convert the video."),
)

ERRORS = ErrorTable(FACEBOOK_ERRORS, META_ERRORS)
