"""What every media store does, whatever is behind it."""

import dataclasses
import datetime as dt
import os
import struct
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import pytest

from domain.errors import AuthorizationError, RejectedError, TransientError
from services.ports import HostedFile
from support.made_media import film, picture
from support.storage import LIFETIME, Backend

NAME = "storyline/1-a1b2c3"


@pytest.fixture
async def stranger() -> AsyncGenerator[httpx.AsyncClient]:
    """Somebody with nothing but the URL, who follows no redirect."""
    async with httpx.AsyncClient(timeout=10) as http:
        yield http


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "window café.jpg"
    repaint(path)
    return path


def repaint(path: Path) -> None:
    path.write_bytes(picture())


def content(path: Path) -> bytes:
    return path.read_bytes()


async def uploaded(backend: Backend, path: Path, *, name: str = NAME) -> HostedFile:
    content_type = "video/mp4" if path.suffix == ".mp4" else "image/jpeg"
    return await backend.store.upload(path, name=name, content_type=content_type)


async def test_an_image_is_served_byte_by_byte_as_what_it_is(
    backend: Backend, stranger: httpx.AsyncClient, photo: Path
) -> None:
    hosted = await uploaded(backend, photo)

    served = await stranger.get(hosted.url)

    assert (served.status_code, served.content) == (200, content(photo))
    assert served.headers["content-type"] == "image/jpeg"
    assert served.headers["content-length"] == str(len(content(photo)))


async def test_a_video_is_served_in_parts_and_deleted_as_a_video(
    backend: Backend, stranger: httpx.AsyncClient, tmp_path: Path
) -> None:
    data = film(tmp_path / "film.mp4")
    hosted = await uploaded(backend, tmp_path / "film.mp4")

    part = await stranger.get(hosted.url, headers={"Range": "bytes=10-99"})
    await backend.store.delete(hosted.reference)
    gone = await stranger.get(hosted.url)

    assert (part.status_code, part.content) == (206, data[10:100])
    assert part.headers["content-range"] == f"bytes 10-99/{len(data)}"
    assert part.headers["content-type"] == "video/mp4"
    assert gone.status_code == 404


async def test_an_image_is_gone_when_it_was_deleted_and_deleting_it_again_is_fine(
    backend: Backend, stranger: httpx.AsyncClient, photo: Path
) -> None:
    hosted = await uploaded(backend, photo)

    await backend.store.delete(hosted.reference)
    await backend.store.delete(hosted.reference)

    assert (await stranger.get(hosted.url)).status_code == 404


async def test_a_second_upload_under_the_same_name_takes_the_first_one_s_place(
    backend: Backend, stranger: httpx.AsyncClient, photo: Path
) -> None:
    await uploaded(backend, photo)
    repaint(photo)

    hosted = await uploaded(backend, photo)

    assert (await stranger.get(hosted.url)).content == content(photo)
    assert await backend.store.usage() == len(content(photo))


async def test_an_upload_leaves_another_one_alone(
    backend: Backend, stranger: httpx.AsyncClient, photo: Path
) -> None:
    first, data = await uploaded(backend, photo, name="storyline/1-a"), content(photo)
    repaint(photo)
    second = await uploaded(backend, photo, name="storyline/2-b")

    await backend.store.delete(second.reference)

    assert (await stranger.get(first.url)).content == data


async def test_what_is_stored_is_counted_in_bytes(backend: Backend, photo: Path) -> None:
    before = await backend.store.usage()
    hosted = await uploaded(backend, photo)
    full = await backend.store.usage()
    await backend.store.delete(hosted.reference)

    assert (before, full) == (0, len(content(photo)))
    assert await backend.store.usage() == 0


async def test_a_large_file_arrives_whole(
    backend: Backend, stranger: httpx.AsyncClient, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    padding = os.urandom(20_000_000)
    path.write_bytes(film(path) + struct.pack(">I4s", len(padding) + 8, b"free") + padding)

    hosted = await uploaded(backend, path)

    assert (await stranger.get(hosted.url)).content == path.read_bytes()


async def test_the_name_that_a_person_gave_the_file_is_not_in_its_url(backend: Backend, photo: Path) -> None:
    hosted = await uploaded(backend, photo)

    assert hosted.url.isascii()
    assert "window" not in hosted.url


async def test_a_file_that_is_gone_is_rejected(backend: Backend, tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match=r"gone\.jpg cannot be read any more"):
        await uploaded(backend, tmp_path / "gone.jpg")


async def called(backend: Backend, operation: str, path: Path) -> None:
    match operation:
        case "upload":
            await uploaded(backend, path)
        case "delete":
            await backend.store.delete(f"image/{NAME}")
        case _:
            await backend.store.usage()


@pytest.mark.parametrize("backend", ["cloudinary", "s3"], indirect=True)
@pytest.mark.parametrize("operation", ["upload", "delete", "usage"])
async def test_a_wrong_secret_is_explained_by_the_settings_and_not_shown(
    backend: Backend, photo: Path, operation: str
) -> None:
    assert backend.refused is not None

    with pytest.raises(AuthorizationError, match=r"check .*SECRET") as raised:
        await called(dataclasses.replace(backend, store=backend.refused), operation, photo)

    assert raised.value.platform == backend.store.name
    assert "not-the-secret" not in str(raised.value)


async def test_a_store_that_is_out_of_reach_is_tried_again_later(backend: Backend, photo: Path) -> None:
    with pytest.raises(TransientError) as raised:
        await backend.broken.upload(photo, name=NAME, content_type="image/jpeg")

    assert raised.value.platform == backend.store.name


@pytest.mark.parametrize("backend", ["s3", "local"], indirect=True)
async def test_a_link_works_until_it_ends_and_not_longer(
    backend: Backend, stranger: httpx.AsyncClient, photo: Path
) -> None:
    assert backend.let_time_pass is not None
    hosted = await uploaded(backend, photo)

    backend.let_time_pass(LIFETIME - dt.timedelta(minutes=1))
    shortly_before = await stranger.get(hosted.url)
    backend.let_time_pass(dt.timedelta(minutes=2))
    after = await stranger.get(hosted.url)

    assert shortly_before.status_code == 200
    assert after.status_code in {403, 410}
    assert content(photo) not in after.content


@pytest.mark.parametrize("backend", ["s3", "local"], indirect=True)
async def test_a_link_that_was_changed_in_any_part_is_refused(
    backend: Backend, stranger: httpx.AsyncClient, photo: Path
) -> None:
    hosted = await uploaded(backend, photo)

    answers = {url: (await stranger.get(url)).status_code for url in changed(hosted.url)}

    assert len(answers) > 4
    assert set(answers.values()) <= {403, 404}, answers


def changed(url: str) -> list[str]:
    """Return a URL with its path, or one value of its query, changed in one character, or left out."""
    address, _, query = url.partition("?")
    fields = query.split("&")
    other = [f"{address[:-5]}{'0' if address[-5] != '0' else '1'}{address[-4:]}?{query}", address]
    for number, field in enumerate(fields):
        last = "0" if field[-1] != "0" else "1"
        other.append(f"{address}?{'&'.join([*fields[:number], field[:-1] + last, *fields[number + 1 :]])}")
        other.append(f"{address}?{'&'.join([*fields[:number], *fields[number + 1 :]])}")
    return other
