from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from support.facebook import Facebook, facebook_running
from support.made_media import film


@pytest.fixture
async def facebook() -> AsyncGenerator[Facebook]:
    async with facebook_running() as running:
        yield running


@pytest.fixture(scope="session")
def tall_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "tall.mp4"
    film(path, width=540, height=960)
    return path
