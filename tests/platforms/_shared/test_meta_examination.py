"""What is read from answers about tokens that the stand-in never gives."""

from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from domain.finding import Finding, Level
from platforms.facebook.examination import facebook_examiner
from platforms.facebook.settings import FacebookSettings
from platforms.instagram.examination import instagram_examiner
from platforms.instagram.settings import InstagramSettings
from sandbox.serving import listening
from support.meta import PAGE, PAGE_ACCOUNT, PAGE_TOKEN
from support.meta_tokens import APPS, connected, holding

SCOPES = ["instagram_basic", "instagram_content_publish", "pages_read_engagement", "pages_show_list"]
LINKED = {"id": "1", "name": "Lane", "instagram_business_account": {"id": PAGE_ACCOUNT}}


async def examined(answers: Mapping[str, tuple[int, Any]], *, platform: str = "instagram") -> list[Finding]:
    """Examine an account where each path is answered always the same."""

    async def answer(request: Request) -> JSONResponse:
        status, body = answers[request.path_params["path"]]
        return JSONResponse(body, status_code=status)

    app = Starlette(routes=[Route("/v25.0/{path:path}", answer)])
    async with listening({"graph": (app, 0)}) as urls, httpx.AsyncClient(timeout=5) as http:
        if platform == "facebook":
            of_pages = FacebookSettings(graph_api_base_url=urls["graph"], **APPS)
            examiner = facebook_examiner(settings=of_pages, http=http)
        else:
            settings = InstagramSettings(graph_api_base_url=urls["graph"], **APPS)
            examiner = instagram_examiner(settings=settings, http=http)
        return await examiner.examine(connected(platform=platform), holding(PAGE_TOKEN))


@pytest.mark.parametrize(
    ("grants", "level"),
    [
        ([{"scope": "instagram_basic", "target_ids": [PAGE_ACCOUNT]}], Level.OK),
        ([{"scope": "instagram_basic"}], Level.OK),
        ([{"scope": "instagram_basic", "target_ids": ["17841499999999999"]}], Level.WARN),
        ("none", Level.OK),
    ],
)
async def test_a_permission_may_be_granted_for_other_accounts_alone(grants: object, level: Level) -> None:
    data = {"is_valid": True, "scopes": SCOPES, "granular_scopes": grants}

    permissions, page = await examined({"debug_token": (200, {"data": data}), "me": (200, LINKED)})

    assert permissions.level is level
    assert page.level is Level.OK


@pytest.mark.parametrize("answer", [(500, {}), (200, []), (503, {"error": {"code": 2}})])
async def test_an_answer_that_cannot_be_read_is_no_verdict(answer: tuple[int, Any]) -> None:
    permissions, page = await examined({"debug_token": answer, "me": answer, "me/accounts": answer})

    assert (permissions.level, page.level) == (Level.SKIPPED, Level.SKIPPED)
    assert permissions.found.startswith("not checked, because Meta does not answer")


async def test_a_person_s_token_posts_on_no_page() -> None:
    no_such_field = (400, {"error": {"code": 100, "message": "nonexisting field"}})
    answers: dict[str, tuple[int, Any]] = {
        "debug_token": (200, {"data": {"is_valid": True, "scopes": []}}),
        "me": no_such_field,
        "me/accounts": (200, {"data": [{"id": PAGE, "name": "Lane"}]}),
    }

    permissions, page = await examined(answers, platform="facebook")

    assert permissions.found == "pages_manage_posts, pages_read_engagement was not granted"
    assert page.found == "the token is a person's, with which nothing can be posted on a Page"
