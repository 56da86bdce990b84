import asyncio

import pytest
from playwright.async_api import Route

from support.sandbox_page import Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_page_says_when_nobody_polls_and_when_somebody_does_again(stage: Stage) -> None:
    sign, bots = stage.find("#unheard"), "**/sandbox/telegram/bots"
    before = await sign.is_hidden()

    await stage.page.route(bots, unheard_for_long)
    await sign.wait_for(state="visible")
    said = await sign.inner_text()
    polling = asyncio.create_task(stage.bot.result("getUpdates", timeout=30))
    await stage.page.unroute(bots)
    await sign.wait_for(state="hidden")

    polling.cancel()
    assert before
    assert said == "Storyline is not polling"


async def unheard_for_long(route: Route) -> None:
    await route.fulfill(json={"bots": [{"first_name": "Storyline", "unheard_seconds": 6}]})
