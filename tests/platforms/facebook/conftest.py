import struct
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from domain.media import MediaItem
from platforms.facebook.capabilities import MAX_SIMPLE_VIDEO_BYTES
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


@pytest.fixture
def large_item(tall_film: Path, tmp_path: Path) -> MediaItem:
    """Return a video just too large to be posted in one call."""
    path = tmp_path / "large.mp4"
    padding = bytes(MAX_SIMPLE_VIDEO_BYTES)
    path.write_bytes(tall_film.read_bytes() + struct.pack(">I4s", len(padding) + 8, b"free") + padding)
    return video_item(path)
