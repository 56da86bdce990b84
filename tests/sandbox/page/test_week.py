"""The plan of the product under trial, shown in a frame above the page."""

import pytest
from playwright.async_api import expect
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sandbox.serving import listening
from support.sandbox_page import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_week_that_a_product_names_is_a_press_away(stage: Stage) -> None:
    async def plan(_request: object) -> PlainTextResponse:
        return PlainTextResponse("Three stories a day")

    async with listening({"product": (Starlette(routes=[Route("/week/1", plan)]), 0)}) as urls:
        await expect(stage.page.get_by_role("button", name="The week")).to_be_hidden()

        await stage.bot.http.post("/sandbox/week", json={"url": f"{urls['product']}/week/1?signature=1"})
        await stage.page.get_by_role("button", name="The week").click()

        frame = stage.page.frame_locator("#week-frame")
        await expect(frame.locator("body")).to_have_text("Three stories a day")
        await stage.page.get_by_role("button", name="Close").click()
        await expect(stage.page.locator("#week")).to_be_hidden()


async def test_nothing_but_a_page_of_this_machine_is_framed(stage: Stage) -> None:
    elsewhere = ["https://example.org/week", "http://127.0.0.1.example.org/", "javascript:1", 7]

    answers = [await stage.bot.http.post("/sandbox/week", json={"url": url}) for url in elsewhere]

    assert [answer.status_code for answer in answers] == [400] * len(elsewhere)
    assert (await stage.bot.http.get("/sandbox/week")).json() == {"url": ""}
