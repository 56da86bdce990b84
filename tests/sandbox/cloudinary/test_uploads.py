import base64
import datetime as dt
import hashlib
from pathlib import Path

import pytest

from sandbox.serving import listening
from support.cloud import KEY, NAME, SECRET, RunningCloud
from support.made_media import MediaHost, film, picture


async def test_an_upload_is_answered_with_what_the_file_is(cloud: RunningCloud) -> None:
    data = picture(90, 160)

    asset = await cloud.stored(data, public_id="shop/window", tags="story,spring", context="alt=Window")

    assert (asset["public_id"], asset["format"], asset["resource_type"]) == ("shop/window", "jpg", "image")
    assert (asset["width"], asset["height"], asset["bytes"]) == (90, 160, len(data))
    assert (asset["etag"], asset["type"]) == (hashlib.md5(data).hexdigest(), "upload")
    assert (asset["tags"], asset["context"]) == (["story", "spring"], {"custom": {"alt": "Window"}})
    signed = f"public_id=shop/window&version={asset['version']}{SECRET}"
    assert asset["signature"] == hashlib.sha1(signed.encode()).hexdigest()


async def test_without_a_public_id_a_random_one_is_given(cloud: RunningCloud) -> None:
    first, second = await cloud.stored(picture()), await cloud.stored(picture(), folder="stories")

    assert len(first["public_id"]) == 20
    assert second["public_id"].startswith("stories/")


@pytest.mark.parametrize("hashing", ["sha1", "sha256"])
async def test_both_hashes_sign(cloud: RunningCloud, hashing: str) -> None:
    response = await cloud.http.post(
        f"{cloud.url}/v1_1/{NAME}/image/upload",
        data=cloud.signed(hashing=hashing, public_id="window"),
        files={"file": picture()},
    )

    assert response.status_code == 200


async def test_a_wrong_signature_is_answered_with_the_string_to_sign(cloud: RunningCloud) -> None:
    params = cloud.signed(secret="guessed", public_id="window", timestamp=str(cloud.world.clock.timestamp()))

    response = await cloud.http.post(
        f"{cloud.url}/v1_1/{NAME}/image/upload", data=params, files={"file": picture()}
    )

    text = f"public_id=window&timestamp={params['timestamp']}"
    message = f"Invalid Signature {params['signature']}. String to sign - '{text}'."
    assert (response.status_code, response.json()) == (401, {"error": {"message": message}})
    assert response.headers["x-cld-error"] == message


async def test_a_parameter_added_after_signing_breaks_the_signature(cloud: RunningCloud) -> None:
    params = cloud.signed(public_id="window") | {"type": "private"}

    response = await cloud.http.post(
        f"{cloud.url}/v1_1/{NAME}/image/upload", data=params, files={"file": picture()}
    )

    assert response.status_code == 401
    assert cloud.cloudinary.assets() == []


@pytest.mark.parametrize(
    ("place", "params", "status", "message"),
    [
        ("elsewhere", {}, 401, "Invalid cloud_name elsewhere"),
        (NAME, {"api_key": "1"}, 401, "Unknown API key 1"),
        (NAME, {"api_key": ""}, 401, "Must supply api_key"),
        (NAME, {"signature": ""}, 400, "Upload preset must be specified"),
    ],
)
async def test_wrong_credentials_are_named(
    cloud: RunningCloud, place: str, params: dict[str, str], status: int, message: str
) -> None:
    response = await cloud.http.post(
        f"{cloud.url}/v1_1/{place}/image/upload", data=cloud.signed() | params, files={"file": picture()}
    )

    assert response.status_code == status
    assert response.json()["error"]["message"].startswith(message)


async def test_a_signature_is_stale_after_an_hour(cloud: RunningCloud) -> None:
    now = cloud.world.clock.now()
    params = cloud.signed(timestamp=str(int((now - dt.timedelta(minutes=61)).timestamp())))

    response = await cloud.http.post(
        f"{cloud.url}/v1_1/{NAME}/image/upload", data=params, files={"file": picture()}
    )

    assert response.status_code == 400
    assert response.json()["error"]["message"].startswith("Stale request - reported time is ")


async def test_a_real_time_stamp_is_fresh_while_the_sandbox_plays_another_day(cloud: RunningCloud) -> None:
    params = cloud.signed()
    cloud.world.clock.advance(dt.timedelta(days=2))

    response = await cloud.http.post(
        f"{cloud.url}/v1_1/{NAME}/image/upload", data=params, files={"file": picture()}
    )

    assert response.status_code == 200


@pytest.mark.parametrize(
    ("data", "kind", "message"),
    [
        (b"<html>", "image", "Invalid image file"),
        (picture()[:300], "image", "Invalid image file"),
        (b"<html>", "video", "Unsupported video format or file"),
        (b"", "image", "Empty file"),
        (b"x" * (10 * 1024 * 1024 + 1), "raw", "File size too large. Got 10485761. Maximum is 10485760."),
    ],
    ids=["a page", "half a picture", "a page as video", "nothing", "too much"],
)
async def test_a_bad_file_is_refused_and_not_stored(
    cloud: RunningCloud, data: bytes, kind: str, message: str
) -> None:
    response = await cloud.upload(data, kind=kind)

    assert (response.status_code, response.json()["error"]["message"]) == (400, message)
    assert cloud.cloudinary.assets() == []


async def test_a_format_that_is_not_allowed_is_refused(cloud: RunningCloud) -> None:
    response = await cloud.upload(picture(kind="PNG"), allowed_formats="jpg,mp4")

    assert response.json()["error"]["message"] == "Image file format png not allowed"


async def test_a_film_is_taken_as_a_video_and_found_out_by_auto(cloud: RunningCloud, tmp_path: Path) -> None:
    data = film(tmp_path / "film.mp4", seconds=1)

    as_video = (await cloud.upload(data, kind="video")).json()
    found_out = (await cloud.upload(data, kind="auto")).json()
    as_image = await cloud.upload(data, kind="image")

    assert (as_video["format"], as_video["duration"], as_video["width"]) == ("mp4", 1.0, 90)
    assert as_video["video"]["codec"] == "h264"
    assert found_out["resource_type"] == "video"
    assert as_image.json()["error"]["message"] == "Invalid image file"


async def test_overwriting_can_be_forbidden(cloud: RunningCloud) -> None:
    first = await cloud.stored(picture(), public_id="window")
    kept = await cloud.stored(picture(), public_id="window", overwrite="0")
    replaced = await cloud.stored(picture(), public_id="window")

    assert (kept["existing"], kept["etag"]) == (True, first["etag"])
    assert replaced["etag"] != first["etag"]
    assert len(cloud.cloudinary.assets()) == 1


async def test_a_file_may_be_named_by_its_address_or_as_data(cloud: RunningCloud) -> None:
    data = picture()
    encoded = base64.b64encode(data).decode()
    async with listening({"host": (MediaHost(files={"/a.jpg": (data, "image/jpeg")}), 0)}) as urls:
        links = [f"{urls['host']}/a.jpg", f"data:image/jpeg;base64,{encoded}", f"{urls['host']}/gone.jpg"]
        answers = [
            await cloud.http.post(
                f"{cloud.url}/v1_1/{NAME}/image/upload", data=cloud.signed() | {"file": link}
            )
            for link in links
        ]

    assert [answer.status_code for answer in answers] == [200, 200, 400]
    assert answers[0].json()["etag"] == answers[1].json()["etag"]
    assert answers[2].json()["error"]["message"].endswith("404 Not Found")


async def test_chunks_must_follow_one_another(cloud: RunningCloud) -> None:
    async def part(content_range: str, data: bytes) -> int:
        response = await cloud.http.post(
            f"{cloud.url}/v1_1/{NAME}/raw/upload",
            data=cloud.signed(public_id="large"),
            files={"file": data},
            headers={"X-Unique-Upload-Id": "one", "Content-Range": content_range},
        )
        return response.status_code

    size = 5 * 1024 * 1024
    assert await part(f"bytes 0-99/{size}", bytes(100)) == 400
    assert await part(f"bytes 0-{size - 1}/{size + 3}", bytes(size)) == 200
    assert await part(f"bytes {size + 1}-{size + 2}/{size + 3}", bytes(2)) == 400
    assert cloud.cloudinary.assets() == []
    assert await part(f"bytes {size}-{size + 2}/{size + 3}", bytes(3)) == 200
    assert [asset.content.size for asset in cloud.cloudinary.assets()] == [size + 3]


async def test_destroying_needs_the_right_type(cloud: RunningCloud) -> None:
    await cloud.stored(picture(), public_id="window", type="authenticated")
    [asset] = cloud.cloudinary.assets()

    async def destroyed(kind: str, **params: str) -> object:
        response = await cloud.http.post(
            f"{cloud.url}/v1_1/{NAME}/{kind}/destroy", data=cloud.signed(public_id="window", **params)
        )
        return response.json()

    assert await destroyed("image") == {"result": "not found"}
    assert await destroyed("video", type="authenticated") == {"result": "not found"}
    assert await destroyed("image", type="authenticated") == {"result": "ok"}
    assert not asset.content.path.exists()


async def test_the_log_names_the_asset_and_hides_the_signature(cloud: RunningCloud) -> None:
    data = picture()
    await cloud.stored(data, public_id="window")

    [call] = cloud.world.calls
    assert (call.operation, call.subject, call.status) == ("upload", {"public_id": "window"}, 200)
    assert call.params["file"] == f"shop/window.jpg, {len(data)} bytes"
    assert (call.params["api_key"], call.params["signature"]) == (KEY, "…")


@pytest.mark.parametrize(
    ("start", "kind", "extension"),
    [(b"\xff\xd8\xff", "image", "jpg"), (b"\0\0\0\x20ftyp", "video", "mp4"), (b"words", "raw", None)],
    ids=["jpeg", "mp4", "anything else"],
)
async def test_with_decoding_off_a_file_is_what_it_begins_with(
    cloud: RunningCloud, start: bytes, kind: str, extension: str | None
) -> None:
    await cloud.http.post(f"{cloud.control}/settings", json={"decode": False})

    answer = (await cloud.upload(start + b" and no more", kind="auto")).json()

    assert (answer["resource_type"], answer.get("format"), answer.get("width")) == (kind, extension, None)
    assert (await cloud.http.get(answer["secure_url"])).content == start + b" and no more"


async def test_a_setting_that_there_is_not_is_refused(cloud: RunningCloud) -> None:
    answer = await cloud.http.post(f"{cloud.control}/settings", json={"decoding": False})

    assert (answer.status_code, cloud.cloudinary.settings.decode) == (400, True)
