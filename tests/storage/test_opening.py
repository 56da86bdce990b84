"""Which store the settings choose, and what they lack."""

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from domain.errors import UnsupportedError
from services.media.links import MediaLinks
from services.ports import MediaStore
from storage.opening import open_store
from storage.settings import CloudinarySettings, CloudSettings, S3Settings
from support.fake_clock import FakeClock

CLOUDINARY = {
    "cloudinary_cloud_name": "harbour",
    "cloudinary_api_key": "7",
    "cloudinary_api_secret": "secret",
}
S3 = {"aws_access_key_id": "key", "aws_secret_access_key": "secret", "aws_s3_bucket": "harbour"}


def opened(provider: str, folder: Path, *, is_public: bool = False, **access: Any) -> MediaStore:
    clock = FakeClock()
    cloud: dict[str, Any] = {"cloud_storage_provider": provider}
    return open_store(
        CloudSettings(**cloud),
        CloudinarySettings(**{name: value for name, value in access.items() if name.startswith("c")}),
        S3Settings(**{name: value for name, value in access.items() if name.startswith("aws")}),
        folder=folder,
        links=MediaLinks(base_url="https://team.example", keys=[b"key"], clock=clock) if is_public else None,
        clock=clock,
        timeout=dt.timedelta(seconds=1),
    )


@pytest.mark.parametrize("provider", ["cloudinary", "s3", "local"])
def test_the_settings_choose_the_store_and_nothing_is_called_or_made(provider: str, tmp_path: Path) -> None:
    store = opened(provider, tmp_path / "hosted", is_public=True, **CLOUDINARY, **S3)

    assert store.name == provider
    assert not (tmp_path / "hosted").exists()


@pytest.mark.parametrize(
    ("provider", "missing"),
    [
        ("cloudinary", "CLOUDINARY_CLOUD_NAME, CLOUDINARY_API_KEY, CLOUDINARY_API_SECRET"),
        ("s3", "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_S3_BUCKET"),
        ("local", "PUBLIC_BASE_URL"),
    ],
)
async def test_what_is_not_set_is_named_to_whoever_wants_to_upload(
    provider: str, missing: str, tmp_path: Path
) -> None:
    store = opened(provider, tmp_path)

    with pytest.raises(UnsupportedError, match=f"{missing} is missing"):
        await store.upload(tmp_path / "pier.jpg", name="storyline/1-a", content_type="image/jpeg")
    with pytest.raises(UnsupportedError, match=missing):
        await store.usage()


@pytest.mark.parametrize(
    ("provider", "preflight", "is_on"),
    [
        ("cloudinary", None, False),
        ("cloudinary", True, True),
        ("s3", None, True),
        ("local", None, True),
        ("local", False, False),
    ],
)
def test_uploads_are_fetched_where_nothing_else_proves_that_they_can_be(
    provider: str, *, preflight: bool | None, is_on: bool
) -> None:
    settings: dict[str, Any] = {"cloud_storage_provider": provider, "preflight": preflight}

    assert CloudSettings(**settings).has_preflight is is_on


def test_no_library_of_a_cloud_is_loaded_before_it_is_used() -> None:
    code = "import sys, storage.opening; sys.exit(bool({'cloudinary', 'obstore'} & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "src"}, check=False)

    assert loaded.returncode == 0
