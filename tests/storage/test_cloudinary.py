import asyncio
import dataclasses
import datetime as dt
import os
import struct
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import FailureKind, PublishingError, RejectedError, StorylineError
from sandbox.faults import Effect, Fault
from services.ports import MediaStore
from storage.cloudinary import CloudinaryStore
from storage.settings import CloudinarySettings, CloudSettings
from support.cloud import KEY, NAME, SECRET, RunningCloud, cloud_running
from support.made_media import film, picture


@pytest.fixture
async def cloud() -> AsyncGenerator[RunningCloud]:
    async with cloud_running() as running:
        yield running


def store_at(
    cloud: RunningCloud, *, secret: str = SECRET, name: str = NAME, patience: float = 5
) -> MediaStore:
    settings = CloudinarySettings(
        cloudinary_cloud_name=name,
        cloudinary_api_key=KEY,
        cloudinary_api_secret=secret,  # type: ignore[arg-type]  # pydantic wraps it
        cloudinary_upload_prefix=cloud.url,
    )
    return CloudinaryStore(settings, timeout=dt.timedelta(seconds=patience))


def photo(folder: Path, data: bytes | None = None) -> Path:
    path = folder / "window café.jpg"
    path.write_bytes(data or picture())
    return path


async def test_an_image_is_served_byte_by_byte_until_it_is_deleted(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    store, path = store_at(cloud), photo(tmp_path)

    hosted = await store.upload(path, name="a1b2c3", content_type="image/jpeg")
    served = await cloud.http.get(hosted.url)
    await store.delete(hosted.reference)
    gone = await cloud.http.get(hosted.url)

    assert (served.status_code, served.content) == (200, path.read_bytes())
    assert "a1b2c3" in hosted.url
    assert gone.status_code == 404


async def test_a_video_is_served_and_deleted_as_a_video(cloud: RunningCloud, tmp_path: Path) -> None:
    store, path = store_at(cloud), tmp_path / "film.mp4"
    film(path)

    hosted = await store.upload(path, name="v1", content_type="video/mp4")
    (asset,) = cloud.cloudinary.assets()
    await store.delete(hosted.reference)

    assert asset.key.resource_type == "video"
    assert not cloud.cloudinary.assets()


async def test_a_second_upload_under_the_same_name_takes_the_first_one_s_place(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    store = store_at(cloud)
    await store.upload(photo(tmp_path), name="one", content_type="image/jpeg")
    newer = photo(tmp_path, picture(200, 100))

    hosted = await store.upload(newer, name="one", content_type="image/jpeg")

    assert (await cloud.http.get(hosted.url)).content == newer.read_bytes()
    assert len(cloud.cloudinary.assets()) == 1


async def test_deleting_what_is_not_there_is_fine(cloud: RunningCloud) -> None:
    await store_at(cloud).delete("image/never-was")


async def test_a_large_file_goes_in_chunks(cloud: RunningCloud, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    padding = os.urandom(20_000_000)
    path.write_bytes(film(path) + struct.pack(">I4s", len(padding) + 8, b"free") + padding)

    hosted = await store_at(cloud, patience=20).upload(path, name="large", content_type="video/mp4")

    assert (await cloud.http.get(hosted.url)).content == path.read_bytes()
    assert sum(call.operation == "upload" for call in cloud.world.calls) == 4


async def test_the_name_of_the_file_stays_at_home(cloud: RunningCloud, tmp_path: Path) -> None:
    await store_at(cloud).upload(photo(tmp_path), name="a1b2c3", content_type="image/jpeg")

    assert not any("window" in str(call.as_json()) for call in cloud.world.calls)


async def test_a_file_that_is_gone_is_refused_without_a_call(cloud: RunningCloud, tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match=r"gone\.jpg cannot be read any more"):
        await store_at(cloud).upload(tmp_path / "gone.jpg", name="x", content_type="image/jpeg")

    assert not cloud.world.calls


async def test_a_file_that_is_no_image_is_rejected_with_the_cloud_s_reason(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    with pytest.raises(RejectedError, match="Cloudinary refuses the file: "):
        await store_at(cloud).upload(photo(tmp_path, b"no image"), name="x", content_type="image/jpeg")


async def test_a_wrong_secret_is_explained_by_the_settings_and_not_shown(
    cloud: RunningCloud, tmp_path: Path
) -> None:
    with pytest.raises(PublishingError, match="CLOUDINARY_API_SECRET") as raised:
        await store_at(cloud, secret="not-the-secret").upload(
            photo(tmp_path), name="x", content_type="image/jpeg"
        )

    assert raised.value.kind is FailureKind.AUTHORIZATION
    assert raised.value.platform == "cloudinary"
    assert "not-the-secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"status": 400, "body": {"error": {"message": "Invalid image file"}}}, FailureKind.REJECTED),
        ({"status": 401}, FailureKind.AUTHORIZATION),
        ({"status": 403}, FailureKind.AUTHORIZATION),
        ({"status": 420}, FailureKind.RATE_LIMITED),
        ({"status": 429}, FailureKind.RATE_LIMITED),
        ({"status": 423}, FailureKind.TRANSIENT),
        ({"status": 500}, FailureKind.TRANSIENT),
        ({"status": 502, "body": "<html>Bad gateway</html>"}, FailureKind.TRANSIENT),
        ({"status": 503}, FailureKind.TRANSIENT),
        ({"status": 200, "body": '{"public_id": "x'}, FailureKind.TRANSIENT),
        ({"status": 200, "body": []}, FailureKind.TRANSIENT),
        ({"status": 200, "body": 7}, FailureKind.TRANSIENT),
        ({"status": 200, "body": {}}, FailureKind.TRANSIENT),
        ({"status": 200, "body": {"secure_url": 7, "result": 7}}, FailureKind.TRANSIENT),
        ({"status": 400, "body": {"error": "no"}}, FailureKind.TRANSIENT),
        ({"effect": Effect.DROP}, FailureKind.TRANSIENT),
        ({"effect": Effect.LOSE_ANSWER}, FailureKind.TRANSIENT),
        ({"effect": Effect.DELAY_ANSWER, "delay_seconds": 0.6}, FailureKind.TRANSIENT),
    ],
)
@pytest.mark.parametrize("operation", ["upload", "destroy"])
async def test_each_failure_has_its_kind_and_the_next_try_works(
    cloud: RunningCloud, tmp_path: Path, operation: str, fault: dict[str, Any], kind: FailureKind
) -> None:
    store, path = store_at(cloud), photo(tmp_path)
    meeting = store_at(cloud, patience=0.3 if "delay_seconds" in fault else 5)
    cloud.world.faults.add(
        dataclasses.replace(Fault(service="cloudinary", operation=operation, remaining=1), **fault)
    )

    with pytest.raises(PublishingError) as raised:
        await (
            meeting.upload(path, name="x", content_type="image/jpeg")
            if operation == "upload"
            else meeting.delete("image/x")
        )
    hosted = await store.upload(path, name="x", content_type="image/jpeg")
    await store.delete(hosted.reference)

    assert raised.value.kind is kind
    assert raised.value.platform == "cloudinary"


async def test_a_cloud_that_cannot_be_reached_is_transient(cloud: RunningCloud, tmp_path: Path) -> None:
    down = dataclasses.replace(cloud, url="http://127.0.0.1:9")

    with pytest.raises(PublishingError) as raised:
        await store_at(down).upload(photo(tmp_path), name="x", content_type="image/jpeg")

    assert raised.value.kind is FailureKind.TRANSIENT


async def test_an_upload_leaves_the_event_loop_free(cloud: RunningCloud, tmp_path: Path) -> None:
    cloud.world.faults.add(
        Fault(service="cloudinary", operation="upload", effect=Effect.DELAY_ANSWER, delay_seconds=0.2)
    )
    uploading = asyncio.ensure_future(
        store_at(cloud).upload(photo(tmp_path), name="x", content_type="image/jpeg")
    )

    done, _ = await asyncio.wait({uploading}, timeout=0.05)

    assert not done
    await uploading


def test_credentials_that_are_missing_are_named() -> None:
    settings = CloudinarySettings(cloudinary_cloud_name=NAME)

    with pytest.raises(StorylineError, match="CLOUDINARY_API_KEY, CLOUDINARY_API_SECRET"):
        CloudinaryStore(settings, timeout=dt.timedelta(seconds=1))


def test_a_provider_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUD_STORAGE_PROVIDER", "floppy")

    with pytest.raises(ValueError, match="cloud_storage_provider"):
        CloudSettings()
