from collections.abc import AsyncGenerator

import pytest

from support.meta import Meta, meta_running


@pytest.fixture
async def meta() -> AsyncGenerator[Meta]:
    async with meta_running() as running:
        yield running
