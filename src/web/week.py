"""Serves the page of a workspace's week to whoever has a link to it: the picture, and all of it in words."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from domain.errors import StorylineError
from services.contact_sheet import SheetPainter
from services.ports import UnreadableMediaError
from services.posting.week import Week, WeekService
from services.posting.week_picture import days_of
from services.week_links import PATH, WeekLinks
from web.week_page import page

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self' http://127.0.0.1:* http://localhost:*",
    # The address is what lets one in.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""Pages of this machine alone may frame it, such as the sandbox's."""


def routes(links: WeekLinks, weeks: WeekService, painter: SheetPainter) -> list[Route]:
    """Return the routes of the page and of its picture, which the same link opens."""

    async def asked(request: Request) -> Week | None:
        query = request.query_params
        workspace_id = links.workspace_of(
            request.path_params["name"], expires=query.get("expires", ""), given=query.get("signature", "")
        )
        try:
            return None if workspace_id is None else await weeks.week(workspace_id)
        except StorylineError:  # the workspace is gone
            return None

    async def show(request: Request) -> Response:
        week = await asked(request)
        if week is None:
            return _nothing()
        picture = f"{request.path_params['name']}/picture.jpg?{request.url.query}"
        return HTMLResponse(page(week, picture=picture), headers=_HEADERS)

    async def picture(request: Request) -> Response:
        week = await asked(request)
        if week is None:
            return _nothing()
        try:
            painted = await painter.paint_week(days_of(week), title=week.workspace.name)
        except UnreadableMediaError:
            return PlainTextResponse("The picture could not be made.\n", status_code=503, headers=_HEADERS)
        return Response(painted, media_type="image/jpeg", headers=_HEADERS)

    return [Route(f"{PATH}/{{name}}", show), Route(f"{PATH}/{{name}}/picture.jpg", picture)]


def _nothing() -> Response:
    return PlainTextResponse(
        "This link is not good, or no longer. Ask for a new one with /week in the team's chat.\n",
        status_code=404,
        headers=_HEADERS,
    )
