from collections.abc import AsyncGenerator

import pytest

from support.instagram import Instagram, instagram_running


@pytest.fixture
async def instagram() -> AsyncGenerator[Instagram]:
    async with instagram_running() as running:
        yield running
