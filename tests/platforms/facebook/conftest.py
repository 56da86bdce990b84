from collections.abc import AsyncGenerator

import pytest

from support.facebook import Facebook, facebook_running


@pytest.fixture
async def facebook() -> AsyncGenerator[Facebook]:
    async with facebook_running() as running:
        yield running
