from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from support.environments import python_with
from support.meta import Meta, meta_running


@pytest.fixture(scope="session")
def python() -> Path:
    """A Python that has Meta's SDK."""
    return python_with(Path(__file__).with_name("facebook_business.lock"))


@pytest.fixture
async def meta() -> AsyncGenerator[Meta]:
    async with meta_running() as running:
        yield running
