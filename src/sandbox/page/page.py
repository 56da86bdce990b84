"""Serves the page. It knows no state: the page asks the control API for everything."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
    "img-src 'self' data: http://127.0.0.1:* http://localhost:*; "
    "media-src 'self' http://127.0.0.1:* http://localhost:*; "
    "frame-src http://127.0.0.1:* http://localhost:*; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Captions come from anybody: even one that slipped through as markup could not run or fetch anything.

Pictures and videos may come from the other ports of the sandbox, and the page of the week from the product's.
"""


def routes() -> list[BaseRoute]:
    """Return the routes of the page: `/` and its files under `/page`."""
    return [Route("/", _index), Mount("/page", _Files(directory=STATIC))]


async def _index(_request: Request) -> Response:
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-cache"}
    return FileResponse(STATIC / "index.html", headers=headers)


class _Files(StaticFiles):
    """Static files that a browser checks for changes each time: an upgrade never mixes old and new ones."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Serve the file, to be revalidated."""
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        return response
