import datetime as dt

import pytest

from support.cloud import KEY, NAME, SECRET, RunningCloud
from support.made_media import picture


async def test_listings_come_in_pages_newest_first(cloud: RunningCloud) -> None:
    for name in ("one", "two", "three"):
        await cloud.stored(picture(), public_id=name)
    url = f"{cloud.url}/v1_1/{NAME}/resources/image"

    first = (await cloud.http.get(url, params={"max_results": "2"}, auth=(KEY, SECRET))).json()
    params = {"max_results": "2", "next_cursor": first["next_cursor"]}
    second = (await cloud.http.get(url, params=params, auth=(KEY, SECRET))).json()

    assert [each["public_id"] for each in first["resources"]] == ["three", "two"]
    assert [each["public_id"] for each in second["resources"]] == ["one"]
    assert "next_cursor" not in second


@pytest.mark.parametrize(
    ("place", "key", "secret", "message"),
    [
        (NAME, "1", SECRET, "unknown api_key"),
        (NAME, KEY, "guessed", "api_secret mismatch"),
        ("elsewhere", KEY, SECRET, "cloud_name mismatch"),
    ],
)
async def test_wrong_credentials_are_refused(
    cloud: RunningCloud, place: str, key: str, secret: str, message: str
) -> None:
    response = await cloud.http.get(f"{cloud.url}/v1_1/{place}/ping", auth=(key, secret))

    assert (response.status_code, response.json()["error"]["message"]) == (401, message)


async def test_a_call_without_credentials_is_refused(cloud: RunningCloud) -> None:
    assert (await cloud.http.get(f"{cloud.url}/v1_1/{NAME}/ping")).status_code == 401


async def test_calls_beyond_the_hourly_limit_are_refused_until_the_hour_is_over(cloud: RunningCloud) -> None:
    cloud.cloudinary.add_cloud(cloud_name=NAME, api_key=KEY, api_secret=SECRET).admin_calls_per_hour = 1
    url = f"{cloud.url}/v1_1/{NAME}/ping"

    first = await cloud.http.get(url, auth=(KEY, SECRET))
    second = await cloud.http.get(url, auth=(KEY, SECRET))
    cloud.world.clock.advance(dt.timedelta(hours=1))
    later = await cloud.http.get(url, auth=(KEY, SECRET))

    assert first.headers["x-featureratelimit-remaining"] == "0"
    assert (first.status_code, second.status_code, later.status_code) == (200, 420, 200)


async def test_deleting_needs_to_be_told_what(cloud: RunningCloud) -> None:
    await cloud.stored(picture(), public_id="window")
    url = f"{cloud.url}/v1_1/{NAME}/resources/image/upload"

    nothing = await cloud.http.delete(url, auth=(KEY, SECRET))
    by_prefix = await cloud.http.delete(url, params={"prefix": "win"}, auth=(KEY, SECRET))

    assert nothing.status_code == 400
    assert by_prefix.json()["deleted"] == {"window": "deleted"}


async def test_an_unknown_call_is_answered_in_the_same_shape(cloud: RunningCloud) -> None:
    response = await cloud.http.get(f"{cloud.url}/v1_1/{NAME}/horoscope")

    assert response.status_code == 404
    assert "message" in response.json()["error"]


async def test_controls_list_assets_and_add_clouds(cloud: RunningCloud) -> None:
    asset = await cloud.stored(picture(), public_id="window")

    added = await cloud.http.post(
        f"{cloud.control}/clouds", json={"cloud_name": "pier", "api_key": "2", "api_secret": "s"}
    )
    refused = await cloud.http.post(f"{cloud.control}/clouds", json={"colour": "red"})
    listing = (await cloud.http.get(f"{cloud.control}/assets")).json()
    ping = await cloud.http.get(f"{cloud.url}/v1_1/pier/ping", auth=("2", "s"))

    assert (added.status_code, refused.status_code, ping.status_code) == (200, 400, 200)
    assert [(each["cloud"], each["secure_url"]) for each in listing["assets"]] == [
        (NAME, asset["secure_url"])
    ]
