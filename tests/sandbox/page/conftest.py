from collections.abc import AsyncGenerator

import pytest_asyncio
from playwright.async_api import Browser

from support.browser import chromium
from support.sandbox_page import Stage, page_running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncGenerator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def stage(browser: Browser) -> AsyncGenerator[Stage]:
    async with page_running(browser) as stage:
        yield stage
