"""The refusals of the Graph API, with code, subcode and wording as seen on the wire."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from sandbox.graph.accounts import Login

_PERMISSIONS = range(200, 300)
_DOCUMENTATION = "https://developers.facebook.com/docs/graph-api"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """One way the API says no."""

    code: int
    message: str
    subcode: int | None = None
    status: int = 400
    is_transient: bool = False
    title: str | None = None
    """With `text`, what a person is meant to read; the real API localises both."""
    text: str | None = None
    data: Mapping[str, Any] | None = None
    """What goes along as `error_data`."""

    def worded(self, message: str) -> "Refusal":
        """Return the same refusal with another message."""
        return dataclasses.replace(self, message=message)

    def with_subcode(self, subcode: int) -> "Refusal":
        """Return the same refusal with another subcode."""
        return dataclasses.replace(self, subcode=subcode)

    def envelope(self, host: Login, trace: str) -> dict[str, Any]:
        """Return the JSON body as this host writes it."""
        error: dict[str, Any] = {"message": self.message, "type": self._type(host), "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.is_transient or self.title is not None:
            error["is_transient"] = self.is_transient
        if self.title is not None:
            error |= {"error_user_title": self.title, "error_user_msg": self.text or ""}
        if self.data is not None:
            error["error_data"] = dict(self.data)
        return {"error": error | {"fbtrace_id": trace}}

    def challenge(self) -> str:
        """Return the value of the `WWW-Authenticate` header that comes along."""
        reason = {190: "invalid_token", 1: "unknown_error", 2: "unknown_error"}.get(
            self.code, "invalid_request"
        )
        message = self.message.encode("ascii", "replace").decode().replace("\n", " ").replace("\r", " ")
        return f'OAuth "Facebook Platform" "{reason}" "{message}"'

    def _type(self, host: Login) -> str:
        if host is Login.FACEBOOK:
            return "GraphMethodException" if (self.code, self.subcode) == (100, 33) else "OAuthException"
        is_own = self.code in {3, 10, 100, 2500} or self.code in _PERMISSIONS
        return "IGApiException" if is_own else "OAuthException"


class GraphError(Exception):
    """Ends the handling of a call with a refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def no_such_object(object_id: str, method: str) -> GraphError:
    """Return the refusal for an object that is not there, out of reach, or cannot do this."""
    return GraphError(
        Refusal(
            code=100,
            subcode=33,
            message=f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, "
            "cannot be loaded due to missing permissions, or does not support this operation. "
            f"Please read the Graph API documentation at {_DOCUMENTATION}",
        )
    )


def bad_parameter(message: str) -> GraphError:
    """Return the refusal for a missing or malformed parameter."""
    return GraphError(Refusal(code=100, message=message))


UNREADABLE_TOKEN = Refusal(code=190, message="Invalid OAuth access token - Cannot parse access token")
NO_TOKEN = Refusal(
    code=2500, message="An active access token must be used to query information about the current user."
)
UNKNOWN_PATH = Refusal(code=2500, message="Unknown path components")
SESSION_RESET = Refusal(
    code=190,
    subcode=460,
    message="Error validating access token: The session has been invalidated because the user changed their "
    "password or Facebook has changed the session for security reasons.",
)
SESSION_EXPIRED = Refusal(
    code=190, subcode=463, message="Error validating access token: Session has expired."
)
UNAVAILABLE = Refusal(
    code=2,
    status=500,
    is_transient=True,
    message="An unexpected error has occurred. Please retry your request later.",
)
THROTTLED = Refusal(code=4, status=403, is_transient=True, message="(#4) Application request limit reached")
ACCOUNT_THROTTLED = Refusal(
    code=80002,
    message="(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.",
)
PAGE_THROTTLED = Refusal(
    code=80001,
    message="(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
)
RETIRED_VERSION = Refusal(
    code=2635,
    message="(#2635) You are calling a deprecated version of the API. Please update to the latest version.",
)
"""The Marketing API's words; the Graph API serves another version instead, as far as is known."""
SPAM = Refusal(
    code=4,
    subcode=2207051,
    status=403,
    message="Application request limit reached",
    title="Action is blocked",
    text="We restrict certain activity to protect our community. Tell us if you think we made a mistake.",
)
OVER_QUOTA = Refusal(
    code=9,
    subcode=2207042,
    message="Application request limit reached",
    title="The user has reached the maximum number of posts",
    text="You reached maximum number of posts that is allowed to be published by Content Publishing API.",
)
UNKNOWN_CONTAINER = Refusal(
    code=24,
    subcode=2207006,
    message="The requested resource does not exist",
    title="Media not found",
    text="The media with this ID cannot be found, possibly because of missing permissions.",
)
CONTAINER_LOST = Refusal(
    code=24,
    subcode=2207008,
    message="The requested resource does not exist",
    title="Media builder expired",
    text="The media builder with this creation ID does not exist or has expired.",
)
CONTAINER_EXPIRED = Refusal(
    code=-2,
    subcode=2207020,
    message="Fatal",
    title="Media expired",
    text="The media you are trying to access has expired. Please try to upload again.",
)
NOT_READY = Refusal(
    code=9007,
    subcode=2207027,
    message="Media ID is not available",
    title="Cannot publish",
    text="The media is not ready for publishing, please wait for a moment",
)
RESTRICTED = Refusal(
    code=25,
    subcode=2207050,
    message="The user is restricted",
    title="Account restricted",
    text="The Instagram professional account is inactive, checkpointed, or restricted.",
)
UNKNOWN_MEDIA_TYPE = Refusal(
    code=100,
    subcode=2207023,
    message="Invalid parameter",
    title="Unknown media type",
    text="The media type is unknown.",
)
ITEM_ALONE = Refusal(
    code=100,
    subcode=2207089,
    message="Invalid parameter",
    title="Carousel item cannot be published standalone",
    text="Media created with media_type=VIDEO is a carousel item and cannot be published as a standalone "
    "post. To publish a standalone video, use media_type=REELS instead.",
)
"""Not in Meta's table; seen in a client's log of 2026-02 (MookieLian/n8n-nodes-instagram#9)."""
CHILD_COUNT = Refusal(
    code=100,
    subcode=2207028,
    message="Invalid parameter",
    title="Carousel child count",
    text="Your carousel must have 2 to 10 items.",
)
OUTSIDE_THE_VIDEO = Refusal(
    code=1,
    subcode=2207057,
    message="Invalid parameter",
    title="Invalid thumbnail offset",
    text="The thumbnail offset must lie within the video, in milliseconds.",
)
BAD_COLLABORATOR = Refusal(
    code=110,
    subcode=2207018,
    message="Invalid user id",
    title="Cannot find the user",
    text="The user cannot be found. Check the username.",
)
"""For a username with an `@`: seen in gitroomhq/postiz-app#2088, 2026-09; the wording is not known."""
CAPTION_TOO_LONG = Refusal(
    code=36004,
    subcode=2207010,
    message="The caption was too long.",
    title="Caption too long",
    text="The caption may have 2,200 characters, 30 hashtags and 20 tagged people at most.",
)
TOO_MANY_TAGS = Refusal(
    code=100,
    subcode=2207040,
    message="Invalid parameter",
    title="Too many tags",
    text="Cannot use more than 20 tags per created media.",
)
NOT_FETCHED = Refusal(
    code=9004,
    subcode=2207052,
    message="Only photo or video can be accepted as media type.",
    title="Media download has failed. The media URI doesn't meet our requirements.",
    text="The media could not be fetched from this URI.",
)
FETCH_TOO_SLOW = Refusal(
    code=-2,
    subcode=2207003,
    message="Timeout",
    title="Timeout",
    text="It takes too long to download the media.",
)
IMAGE_TOO_LARGE = Refusal(
    code=36000,
    subcode=2207004,
    message="The image size is too large.",
    title="Image size too large",
    text="The image is too large to download. It should be less than 8 MiB.",
)
IMAGE_FORMAT = Refusal(
    code=36001,
    subcode=2207005,
    message="The image format is not supported.",
    title="Unsupported image format",
    text="The image format is not supported. Supported formats are: JPEG.",
)
ASPECT_RATIO = Refusal(
    code=36003,
    subcode=2207009,
    message="The aspect ratio is not supported.",
    title="Unsupported aspect ratio",
    text="The submitted image does not fit in the allowed range of aspect ratios, 4:5 to 1.91:1.",
)
