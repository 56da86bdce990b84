"""What the doctor says of the storage for uploads."""

import pytest

from app.doctor.installation import NotCheckedError
from app.doctor.storage import look
from support.cloud import KEY, NAME, SECRET, RunningCloud, cloud_running
from support.examined import NOBODY, Examined
from support.made_media import picture


def at(cloud: RunningCloud) -> dict[str, str]:
    return {
        "cloudinary_upload_prefix": cloud.url,
        "cloudinary_cloud_name": NAME,
        "cloudinary_api_key": KEY,
        "cloudinary_api_secret": SECRET,
    }


async def test_a_picture_goes_there_and_back_and_is_gone(alone: Examined) -> None:
    async with cloud_running() as cloud:
        alone.given(**at(cloud))

        (told,) = await alone.look(look)

        assert told.startswith("storage: ok, Cloudinary, harbour: takes a picture, serves it to the world")
        assert cloud.cloudinary.assets() == []


async def test_a_storage_that_is_nearly_full_is_told(alone: Examined) -> None:
    async with cloud_running() as cloud:
        await cloud.stored(picture(400, 300), public_id="other")
        alone.given(**at(cloud), cloud_storage_limit_mb="0.001")

        (told,) = await alone.look(look)

    assert told.startswith("storage: warn, ")
    assert "of 0.001 MB stored → delete what is not Storyline's" in told


async def test_a_wrong_secret_is_told_by_the_setting_and_not_shown(alone: Examined) -> None:
    async with cloud_running() as cloud:
        alone.given(**{**at(cloud), "cloudinary_api_secret": "canary"})

        (told,) = await alone.look(look)

    assert told.startswith("storage: fail, Cloudinary refuses the access; check CLOUDINARY_CLOUD_NAME")
    assert "canary" not in told


@pytest.mark.parametrize(
    "host", ["localhost:8080", "192.168.1.5", "10.0.0.1:8080", "[::1]:8080", "nas.local"]
)
async def test_an_address_that_only_this_network_knows_is_told(alone: Examined, host: str) -> None:
    alone.given(
        cloud_storage_provider="local",
        public_base_url=f"http://{host}",
        graph_api_base_url="https://graph.facebook.com",
    )

    (told,) = await alone.look(look)

    assert told.startswith("storage: fail, no platform can reach ")
    assert told.endswith("set PUBLIC_BASE_URL to a public address")


async def test_without_keys_there_are_no_links_to_try_and_none_are_made(alone: Examined) -> None:
    alone.given(cloud_storage_provider="local", public_base_url=NOBODY, encryption_keys="")

    with pytest.raises(NotCheckedError, match="no keys to sign links with yet"):
        await alone.look(look)

    assert not (alone.folder / "encryption.key").exists()
