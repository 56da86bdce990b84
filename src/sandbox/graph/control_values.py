"""What the controls read and how they refuse."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.json_values import is_object


async def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object of a request.

    Raises:
        ValueError, TypeError: the body is none.
    """
    body = await request.json()
    if not is_object(body):
        raise TypeError("the body is a JSON object")
    return body


def refused(error: Exception) -> Response:
    """Return the answer to a request that cannot be done."""
    return JSONResponse({"error": str(error)}, status_code=400)
