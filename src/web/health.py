"""Whether the process lives, and whether it can work."""

import dataclasses
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The answer to one question about the process."""

    is_well: bool
    details: Mapping[str, Any]


def application(
    *, live: Callable[[], Health], ready: Callable[[], Awaitable[Health]], others: Sequence[Route] = ()
) -> Starlette:
    """Return the application that answers `/healthz` (the loops tick) and `/readyz` (it can work).

    200 means yes, 503 no; the body says what is and what is not. It answers the other routes beside them.
    """

    async def healthz(_request: Request) -> JSONResponse:
        return _answer(live())

    async def readyz(_request: Request) -> JSONResponse:
        return _answer(await ready())

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), *others])


def _answer(health: Health) -> JSONResponse:
    return JSONResponse(
        {"status": "ok" if health.is_well else "unwell", **health.details},
        status_code=200 if health.is_well else 503,
    )
