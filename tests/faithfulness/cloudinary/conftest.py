from collections.abc import AsyncGenerator

import pytest

from support.cloud import RunningCloud, cloud_running


@pytest.fixture
async def cloud() -> AsyncGenerator[RunningCloud]:
    async with cloud_running() as running:
        yield running
