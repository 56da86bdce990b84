"""What is special about files that the product hosts itself; the rest is the contract's."""

import datetime as dt
import os
import stat
from pathlib import Path

import httpx
import pytest

from domain.errors import RejectedError, TransientError
from support.hosted import RunningHost
from support.made_media import picture
from support.storage import LIFETIME

NAME = "storyline/1-a1b2c3"


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "pier.jpg"
    path.write_bytes(picture())
    return path


def hosted_names(host: RunningHost) -> list[str]:
    return sorted(path.name for path in host.folder.iterdir())


def rewrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"something else")


def made_before(path: Path, age: dt.timedelta) -> None:
    path.write_bytes(b"left behind")
    at = path.stat().st_mtime - age.total_seconds()
    os.utime(path, (at, at))


async def test_a_change_of_the_original_changes_no_post(host: RunningHost, photo: Path) -> None:
    data = picture()
    photo.write_bytes(data)  # noqa: ASYNC240  (one file)

    hosted = await host.store.upload(photo, name=NAME, content_type="image/jpeg")
    rewrite(photo)

    async with httpx.AsyncClient() as http:
        assert (await http.get(hosted.url)).content == data


async def test_a_copy_can_be_read_by_the_product_alone(host: RunningHost, photo: Path) -> None:
    hosted = await host.store.upload(photo, name=NAME, content_type="image/jpeg")

    mode = (host.folder / hosted.reference).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


async def test_nothing_of_the_name_or_the_content_is_told_by_the_link(host: RunningHost, photo: Path) -> None:
    hosted = await host.store.upload(photo, name=NAME, content_type="image/jpeg")

    assert "a1b2c3" not in hosted.url
    assert hosted_names(host) == [hosted.reference]
    assert hosted.reference.endswith(".jpg")


async def test_what_a_killed_process_left_behind_is_deleted_when_its_time_is_over(
    host: RunningHost, photo: Path
) -> None:
    host.folder.mkdir()
    made_before(host.folder / ".half-copied", LIFETIME + dt.timedelta(minutes=1))
    made_before(host.folder / ".being-copied", LIFETIME - dt.timedelta(minutes=1))

    hosted = await host.store.upload(photo, name=NAME, content_type="image/jpeg")

    assert hosted_names(host) == sorted([".being-copied", hosted.reference])


async def test_nothing_but_hosted_files_can_be_deleted(host: RunningHost, photo: Path) -> None:
    host.folder.mkdir()

    with pytest.raises(RejectedError):
        await host.store.delete("../pier.jpg")

    assert photo.exists()  # noqa: ASYNC240  (one file)


async def test_a_copy_that_cannot_be_kept_leaves_nothing_behind(host: RunningHost, photo: Path) -> None:
    hosted = await host.store.upload(photo, name=NAME, content_type="image/jpeg")
    await host.store.delete(hosted.reference)
    (host.folder / hosted.reference).mkdir()  # a file cannot take its place

    with pytest.raises(TransientError, match="cannot be put into DATA_DIR/hosted"):
        await host.store.upload(photo, name=NAME, content_type="image/jpeg")

    assert hosted_names(host) == [hosted.reference]
