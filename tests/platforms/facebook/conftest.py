from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from domain.media import MediaItem
from support.facebook import Facebook, facebook_running, video_item
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


@pytest.fixture
def film_item(facebook: Facebook, tall_film: Path) -> MediaItem:
    item = video_item(tall_film)
    facebook.files.own[item.id] = facebook.meta.put(
        tall_film.read_bytes(), name="tall.mp4", content_type="video/mp4"
    )
    return item
