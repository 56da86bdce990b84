"""How the Bot API says no."""

from collections.abc import Mapping
from typing import Any


class ApiError(Exception):
    """A refused call, as the Bot API words it.

    `description` is the whole text, prefix included; `parameters` is what the answer carries beside it.
    """

    def __init__(self, status: int, description: str, *, parameters: Mapping[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters or {}


def bad_request(reason: str) -> ApiError:
    """Return a 400; the real server writes its reasons after "Bad Request: "."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """Return a 403."""
    return ApiError(403, f"Forbidden: {reason}")


def too_many_requests(retry_after: int) -> ApiError:
    """Return a 429 that asks for a pause of this many seconds."""
    return ApiError(
        429, f"Too Many Requests: retry after {retry_after}", parameters={"retry_after": retry_after}
    )
