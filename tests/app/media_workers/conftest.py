"""The workers that the tests of this folder share."""

from collections.abc import AsyncIterator

import pytest

from app.media_workers.pool import MediaWorkers


@pytest.fixture
async def workers() -> AsyncIterator[MediaWorkers]:
    async with MediaWorkers() as workers:
        yield workers
