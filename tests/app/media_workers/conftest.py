"""What the tests of this folder share: the workers, and an eye for no processes but theirs."""

from collections.abc import AsyncIterator

import pytest

from app.media_workers.pool import MediaWorkers
from support.processes import overlook_others


@pytest.fixture(autouse=True)
def own_children_alone() -> None:
    overlook_others()


@pytest.fixture
async def workers() -> AsyncIterator[MediaWorkers]:
    async with MediaWorkers() as workers:
        yield workers
