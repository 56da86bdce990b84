import pytest

from sandbox.cloudinary.signatures import url_signature
from sandbox.faults import Effect, Fault
from support.cloud import NAME, RunningCloud
from support.made_media import picture


async def test_the_secure_url_serves_the_bytes(cloud: RunningCloud) -> None:
    data = picture()
    asset = await cloud.stored(data, public_id="shop/window")

    response = await cloud.http.get(asset["secure_url"])

    assert asset["secure_url"] == f"{cloud.url}/{NAME}/image/upload/v{asset['version']}/shop/window.jpg"
    assert (response.status_code, response.content) == (200, data)
    assert response.headers["content-type"] == "image/jpeg"
    assert response.headers["etag"] == f'"{asset["etag"]}"'


async def test_parts_and_heads_are_served(cloud: RunningCloud) -> None:
    data = picture()
    url = (await cloud.stored(data))["secure_url"]

    part = await cloud.http.get(url, headers={"Range": "bytes=2-5"})
    head = await cloud.http.head(url)

    assert (part.status_code, part.content) == (206, data[2:6])
    assert part.headers["content-range"] == f"bytes 2-5/{len(data)}"
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(data)), b"")


async def test_version_and_extension_may_be_left_out(cloud: RunningCloud) -> None:
    await cloud.stored(picture(), public_id="shop/window")

    responses = [
        await cloud.http.get(f"{cloud.url}/{NAME}/image/upload/{path}")
        for path in ("shop/window.jpg", "v1/shop/window.jpg", "shop/window")
    ]

    assert [response.status_code for response in responses] == [200, 200, 200]


@pytest.mark.parametrize("type_", ["authenticated", "private"])
async def test_what_is_not_public_needs_the_right_signature(cloud: RunningCloud, type_: str) -> None:
    asset = await cloud.stored(picture(), public_id="window", type=type_)
    place = f"{cloud.url}/{NAME}/image/{type_}"
    long = url_signature("window.jpg", "cloud-secret", is_long=True)

    given = await cloud.http.get(asset["secure_url"])
    by_long = await cloud.http.get(f"{place}/s--{long}--/v1/window.jpg")
    unsigned = await cloud.http.get(f"{place}/v1/window.jpg")
    guessed = await cloud.http.get(f"{place}/s--AAAAAAAA--/v1/window.jpg")

    assert (given.status_code, by_long.status_code) == (200, 200)
    assert (unsigned.status_code, unsigned.headers["x-cld-error"]) == (401, "deny or ACL failure")
    assert guessed.status_code == 401


async def test_an_asset_is_not_found_under_another_type(cloud: RunningCloud) -> None:
    await cloud.stored(picture(), public_id="window", type="authenticated")

    response = await cloud.http.get(f"{cloud.url}/{NAME}/image/upload/window.jpg")

    assert (response.status_code, response.headers["x-cld-error"]) == (404, "Resource not found - window.jpg")


async def test_transformations_are_refused_rather_than_ignored(cloud: RunningCloud) -> None:
    await cloud.stored(picture(), public_id="window")

    for path in ("c_fill,w_100/window.jpg", "f_png/v1/window.jpg", "window.png"):
        response = await cloud.http.get(f"{cloud.url}/{NAME}/image/upload/{path}")
        assert (response.status_code, "originals only" in response.headers["x-cld-error"]) == (400, True)


async def test_a_delivery_can_be_made_to_fail(cloud: RunningCloud) -> None:
    url = (await cloud.stored(picture(), public_id="window"))["secure_url"]
    cloud.world.faults.add(
        Fault(
            service="cloudinary",
            operation="delivery",
            effect=Effect.REFUSE,
            status=423,
            remaining=1,
            subject={"public_id": "window"},
        )
    )

    responses = [await cloud.http.get(url), await cloud.http.get(url)]

    assert [response.status_code for response in responses] == [423, 200]


async def test_the_log_hides_the_signature_of_the_address(cloud: RunningCloud) -> None:
    url = (await cloud.stored(picture(), public_id="window", type="authenticated"))["secure_url"]
    await cloud.http.get(url)

    call = cloud.world.calls[-1]
    assert (call.operation, call.subject) == ("delivery", {"public_id": "window"})
    assert "/s--…--/" in call.path
