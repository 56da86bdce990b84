"""Every media store in turn, and moto once for all of them."""

from collections.abc import AsyncGenerator, Generator
from pathlib import Path

import pytest

from support.bucket import RunningBucket, bucket_running, moto_running
from support.hosted import RunningHost, host_running
from support.storage import LIFETIME, Backend, backend_running


@pytest.fixture(scope="session")
def moto() -> Generator[str]:
    """The address of moto's server."""
    with moto_running() as address:
        yield address


@pytest.fixture
async def bucket(moto: str) -> AsyncGenerator[RunningBucket]:
    """An empty bucket."""
    async with bucket_running(moto) as running:
        yield running


@pytest.fixture
async def host(tmp_path: Path) -> AsyncGenerator[RunningHost]:
    """An empty folder that is served."""
    async with host_running(tmp_path / "hosted", lifetime=LIFETIME) as running:
        yield running


@pytest.fixture(params=["cloudinary", "s3", "local"])
async def backend(request: pytest.FixtureRequest, moto: str, tmp_path: Path) -> AsyncGenerator[Backend]:
    """Each store in turn, unless a test asks for some."""
    async with backend_running(request.param, moto=moto, folder=tmp_path) as running:
        yield running
