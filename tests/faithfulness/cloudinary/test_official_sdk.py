"""Cloudinary's own SDK drives the stand-in, with its real HTTP and its real signatures."""

import asyncio
import importlib
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from support.cloud import NAME, SECRET, RunningCloud
from support.made_media import film, picture

_TIMEOUT_SECONDS = 10

# The SDK has no types.
api: Any = importlib.import_module("cloudinary.api")
exceptions: Any = importlib.import_module("cloudinary.exceptions")
uploader: Any = importlib.import_module("cloudinary.uploader")
utils: Any = importlib.import_module("cloudinary.utils")


async def _sdk(call: Any, *given: Any, **options: Any) -> Any:
    return await asyncio.to_thread(call, *given, timeout=_TIMEOUT_SECONDS, **options)


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
async def test_an_image_is_uploaded_described_and_destroyed(cloud: RunningCloud, algorithm: str) -> None:
    data = picture(90, 160)
    options = cloud.credentials(signature_algorithm=algorithm)

    asset = await _sdk(
        uploader.upload,
        data,
        public_id="stories/a b",
        asset_folder="stories",
        overwrite=False,
        unique_filename=False,
        invalidate=True,
        eager=[{"width": 1080, "height": 1920, "crop": "fill"}],
        tags=["story", "spring"],
        context={"alt": "Salt & bread"},
        allowed_formats=["jpg", "mp4"],
        **options,
    )
    described = await _sdk(api.resource, "stories/a b", **options)
    destroyed = await _sdk(uploader.destroy, "stories/a b", invalidate=True, **options)

    assert (asset["width"], asset["height"], asset["bytes"]) == (90, 160, len(data))
    assert (described["etag"], described["tags"]) == (asset["etag"], ["story", "spring"])
    assert described["context"]["custom"] == {"alt": "Salt & bread"}
    assert destroyed["result"] == "ok"
    with pytest.raises(exceptions.NotFound, match="Resource not found"):
        await _sdk(api.resource, "stories/a b", **options)


async def test_the_answers_signature_satisfies_the_sdk(cloud: RunningCloud) -> None:
    asset = await _sdk(uploader.upload, picture(), **cloud.credentials())

    expected = utils.api_sign_request({"public_id": asset["public_id"], "version": asset["version"]}, SECRET)
    assert asset["signature"] == expected


async def test_a_video_is_uploaded_and_found_among_the_videos(cloud: RunningCloud, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    film(path, seconds=1)

    asset = await _sdk(
        uploader.upload, str(path), resource_type="video", public_id="film", **cloud.credentials()
    )
    listing = await _sdk(api.resources, resource_type="video", type="upload", **cloud.credentials())

    assert (asset["resource_type"], asset["format"], asset["duration"]) == ("video", "mp4", 1.0)
    assert [each["public_id"] for each in listing["resources"]] == ["film"]
    assert listing.rate_limit_allowed == 500


async def test_a_large_video_arrives_in_chunks(cloud: RunningCloud, tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    padding = 11 * 1024 * 1024
    free = (padding + 8).to_bytes(4, "big") + b"free" + bytes(padding)
    path.write_bytes(film(tmp_path / "film.mp4", seconds=1) + free)

    asset = await _sdk(
        uploader.upload_large,
        str(path),
        resource_type="video",
        chunk_size=5 * 1024 * 1024,
        **cloud.credentials(),
    )
    served = await cloud.http.get(asset["secure_url"])

    assert (asset["bytes"], served.content) == (path.stat().st_size, path.read_bytes())
    assert [call.operation for call in cloud.world.calls] == ["upload", "upload", "upload", "delivery"]


async def test_a_signed_address_made_by_the_sdk_opens_an_authenticated_asset(cloud: RunningCloud) -> None:
    data = picture()
    asset = await _sdk(
        uploader.upload, data, public_id="a/window", type="authenticated", **cloud.credentials()
    )

    for options in ({}, {"long_url_signature": True}, {"version": asset["version"]}):
        url, _ = utils.cloudinary_url(
            "a/window",
            format="jpg",
            type="authenticated",
            sign_url=True,
            secure=False,
            cname=urlsplit(cloud.url).netloc,
            cloud_name=NAME,
            api_secret=SECRET,
            **options,
        )
        response = await cloud.http.get(url)
        assert (response.status_code, response.content) == (200, data)


async def test_a_wrong_secret_is_an_authorization_error(cloud: RunningCloud) -> None:
    wrong = cloud.credentials(api_secret="guessed")

    with pytest.raises(exceptions.AuthorizationRequired, match="Invalid Signature"):
        await _sdk(uploader.upload, picture(), **wrong)
    with pytest.raises(exceptions.AuthorizationRequired, match="api_secret mismatch"):
        await _sdk(api.usage, **wrong)


async def test_a_broken_image_is_a_bad_request(cloud: RunningCloud) -> None:
    with pytest.raises(exceptions.BadRequest, match="Invalid image file"):
        await _sdk(uploader.upload, b"not a picture", **cloud.credentials())


async def test_resources_are_deleted_in_bulk(cloud: RunningCloud) -> None:
    for name in ("one", "two"):
        await _sdk(uploader.upload, picture(), public_id=name, **cloud.credentials())

    answer = await _sdk(api.delete_resources, ["one", "three"], **cloud.credentials())

    assert answer["deleted"] == {"one": "deleted", "three": "not_found"}
    assert [asset.key.public_id for asset in cloud.cloudinary.assets()] == ["two"]


async def test_usage_tells_the_limits_of_the_plan(cloud: RunningCloud) -> None:
    usage = await _sdk(api.usage, **cloud.credentials())
    ping = await _sdk(api.ping, **cloud.credentials())

    assert usage["media_limits"]["image_max_size_bytes"] == 10 * 1024 * 1024
    assert ping["status"] == "ok"
