"""Refusals that only a fault brings about, by code and subcode. Source: error tables, as recorded 2026-11-20.

Codes and subcodes are on record; most messages are not, and are ours.
"""

from typing import Any

from sandbox.graph.errors import Refusal
from sandbox.json_values import is_object

_MESSAGES = {
    4: "(#4) Application request limit reached",
    17: "(#17) User request limit reached",
    32: "(#32) Page request limit reached",
    341: "(#341) Feed action request limit reached",
    613: "(#613) Calls to this api have exceeded the rate limit.",
    80001: "(#80001) There have been too many calls to this Page account. Wait a bit and try again.",
    80002: "(#80002) There have been too many calls to this Instagram account. Wait a bit and try again.",
    1: "An unknown error occurred",
    2: "An unexpected error has occurred. Please retry your request later.",
    3: "(#3) Application does not have the capability to make this API call.",
    10: "(#10) Application does not have permission for this action",
    24: "The requested resource does not exist",
    25: "The user is restricted",
    102: "Session key invalid or no longer valid",
    190: "Error validating access token",
    200: "(#200) Permissions error",
    368: "The action attempted has been deemed abusive or is otherwise disallowed",
    506: "Duplicate status message",
    1609005: "The link could not be scraped",
}
_STATUSES = {1: 500, 2: 500, 4: 403, 10: 403, 200: 403}
"""HTTP statuses as seen most often; 400 for the rest."""
_TRANSIENT = {2, 4}


def known_refusal(body: Any) -> Refusal:
    """Return the refusal that a fault's body names: `code`, and what else matters of a refusal."""
    given = body if is_object(body) else {}
    code = int(given.get("code", 2))
    return Refusal(
        code=code,
        subcode=given.get("subcode"),
        message=given.get("message") or _MESSAGES.get(code) or f"(#{code}) Error",
        status=given.get("status", _STATUSES.get(code, 400)),
        is_transient=given.get("is_transient", code in _TRANSIENT),
    )
