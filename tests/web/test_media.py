"""Hosted media over real HTTP, asked for as strict clients and hostile ones do."""

import asyncio
import contextlib
import datetime as dt
import os
from collections.abc import AsyncGenerator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from services.media.links import MediaLinks
from services.ports import HostedFile
from support.hosted import KEYS, RunningHost, host_running

DATA = bytes(range(256)) * 4000
LIFETIME = dt.timedelta(hours=1)


@pytest.fixture
async def host(tmp_path: Path) -> AsyncGenerator[RunningHost]:
    async with host_running(tmp_path / "hosted", lifetime=LIFETIME) as running:
        yield running


@pytest.fixture
async def http() -> AsyncGenerator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield client


@pytest.fixture
async def hosted(host: RunningHost, tmp_path: Path) -> HostedFile:
    path = tmp_path / "film.mp4"
    path.write_bytes(DATA)
    return await host.store.upload(path, name="storyline/1-a", content_type="video/mp4")


async def test_the_whole_file_comes_with_all_that_a_fetcher_wants_to_know(
    http: httpx.AsyncClient, hosted: HostedFile
) -> None:
    answer = await http.get(hosted.url)

    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["content-type"] == "video/mp4"
    assert answer.headers["content-length"] == str(len(DATA))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["etag"].startswith('"')
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers


async def test_a_look_at_the_head_tells_the_same_without_the_file(
    http: httpx.AsyncClient, hosted: HostedFile
) -> None:
    whole, head = await http.get(hosted.url), await http.head(hosted.url)

    assert (head.status_code, head.content) == (200, b"")
    told = {name: value for name, value in head.headers.items() if name != "date"}
    assert told == {name: value for name, value in whole.headers.items() if name != "date"}


async def test_a_head_has_no_parts(http: httpx.AsyncClient, hosted: HostedFile) -> None:
    head = await http.head(hosted.url, headers={"Range": "bytes=0-9"})

    assert (head.status_code, head.headers["content-length"]) == (200, str(len(DATA)))


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [
        ("bytes=0-", 0, len(DATA)),
        ("bytes=5-9", 5, 10),
        ("bytes=300000-900000", 300_000, 900_001),
        ("bytes=-7", len(DATA) - 7, len(DATA)),
    ],
)
async def test_a_part_comes_as_a_part(
    http: httpx.AsyncClient, hosted: HostedFile, asked: str, start: int, stop: int
) -> None:
    answer = await http.get(hosted.url, headers={"Range": asked})

    assert (answer.status_code, answer.content) == (206, DATA[start:stop])
    assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(DATA)}"
    assert answer.headers["content-length"] == str(stop - start)
    assert answer.headers["content-type"] == "video/mp4"


async def test_several_parts_at_once_come_as_the_whole(http: httpx.AsyncClient, hosted: HostedFile) -> None:
    answer = await http.get(hosted.url, headers={"Range": "bytes=0-9,20-29"})

    assert (answer.status_code, answer.content) == (200, DATA)


async def test_a_part_behind_the_end_is_refused_with_the_size(
    http: httpx.AsyncClient, hosted: HostedFile
) -> None:
    answer = await http.get(hosted.url, headers={"Range": f"bytes={len(DATA)}-"})

    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{len(DATA)}")


async def test_who_has_it_already_is_not_sent_it_again(http: httpx.AsyncClient, hosted: HostedFile) -> None:
    etag = (await http.head(hosted.url)).headers["etag"]

    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        answer = await http.get(hosted.url, headers={"If-None-Match": known})
        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    other = await http.get(hosted.url, headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


async def test_a_download_goes_on_only_with_the_file_it_began_with(
    http: httpx.AsyncClient, host: RunningHost, hosted: HostedFile, tmp_path: Path
) -> None:
    etag = (await http.head(hosted.url)).headers["etag"]
    same = await http.get(hosted.url, headers={"Range": "bytes=10-", "If-Range": etag})

    (tmp_path / "film.mp4").write_bytes(DATA[::-1])
    await host.store.upload(tmp_path / "film.mp4", name="storyline/1-a", content_type="video/mp4")
    other = await http.get(hosted.url, headers={"Range": "bytes=10-", "If-Range": etag})

    assert (same.status_code, other.status_code) == (206, 200)
    assert other.content == DATA[::-1]


async def test_an_expired_link_says_so(
    http: httpx.AsyncClient, host: RunningHost, hosted: HostedFile
) -> None:
    host.clock.advance(LIFETIME)

    answer = await http.get(hosted.url)

    assert (answer.status_code, answer.text) == (410, "This link has expired.\n")
    assert answer.headers["cache-control"] == "no-store"


async def test_a_link_that_an_older_key_signed_is_good(
    http: httpx.AsyncClient, host: RunningHost, hosted: HostedFile
) -> None:
    before = MediaLinks(base_url=host.url, keys=KEYS[1:], clock=host.clock)
    url = before.made(hosted.reference, content_type="video/mp4", expires_at=host.clock.now() + LIFETIME)

    assert (await http.get(url)).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "",
        "{name}",
        "{name}?type=video/mp4&expires=99999999999&signature=",
        "{name}?type=video/mp4&expires=99999999999&signature=0000",
        "{name}?type=text/html&expires={expires}&signature={signature}",
        "..%2Ffilm.mp4?type=video/mp4&expires={expires}&signature={signature}",
        "%2e%2e/film.mp4?type=video/mp4&expires={expires}&signature={signature}",
        "%00?type=video/mp4&expires={expires}&signature={signature}",
        "%ff?type=%ff&expires=%ff&signature=%ff",
        "{name}?type=video/mp4&expires=-1&signature={signature}",
    ],
)
async def test_whoever_makes_links_of_their_own_learns_nothing(
    http: httpx.AsyncClient, host: RunningHost, hosted: HostedFile, path: str
) -> None:
    fields = dict(field.split("=") for field in urlsplit(hosted.url).query.split("&"))
    tried = path.format(name=hosted.reference, **{key: fields[key] for key in ("expires", "signature")})

    answer = await http.get(f"{host.url}/media/{tried}")

    assert answer.status_code == 404
    assert DATA[:20] not in answer.content


async def test_a_signed_name_leads_to_plain_files_in_the_folder_alone(
    http: httpx.AsyncClient, host: RunningHost, hosted: HostedFile, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("secret")
    (host.folder / "link").symlink_to(tmp_path / "secret")
    (host.folder / "folder").mkdir()
    os.mkfifo(host.folder / "pipe")

    for name in ("link", "folder", "pipe", "nothing"):
        url = host.links.made(name, content_type="text/plain", expires_at=host.clock.now() + LIFETIME)
        assert (await http.get(url)).status_code == 404, name


async def test_nothing_can_be_put_there(http: httpx.AsyncClient, hosted: HostedFile) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert (await http.request(method, hosted.url, content=b"x")).status_code == 405


async def test_who_is_in_the_middle_of_a_file_gets_the_rest_though_it_is_deleted(
    http: httpx.AsyncClient, host: RunningHost, tmp_path: Path
) -> None:
    path = tmp_path / "long.mp4"
    path.write_bytes(DATA * 20)
    hosted = await host.store.upload(path, name="storyline/2-b", content_type="video/mp4")

    received = bytearray()
    async with http.stream("GET", hosted.url) as answer:
        async for part in answer.aiter_bytes(100_000):
            if not received:
                await host.store.delete(hosted.reference)
            received += part

    assert bytes(received) == DATA * 20


async def test_no_file_stays_open_when_its_reader_goes_away(
    http: httpx.AsyncClient, host: RunningHost, tmp_path: Path
) -> None:
    path = tmp_path / "long.mp4"
    path.write_bytes(DATA * 40)
    hosted = await host.store.upload(path, name="storyline/2-b", content_type="video/mp4")

    async with http.stream("GET", hosted.url) as answer:
        await anext(answer.aiter_raw(1000))
        assert open_copies(host) == 1

    for _ in range(500):
        if not open_copies(host):
            return
        await asyncio.sleep(0.01)  # noqa: TID251  (until the server notices)
    pytest.fail("a file stays open")


def open_copies(host: RunningHost) -> int:
    """Return how many files of the folder this process, which serves it, has open."""
    opened: list[Path] = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            opened.append(descriptor.readlink())
    return sum(path.is_relative_to(host.folder) for path in opened)
