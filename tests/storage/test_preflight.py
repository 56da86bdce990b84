"""What a stranger would see of an upload, over real HTTP."""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from domain.errors import RejectedError, TransientError
from sandbox.serving import listening
from storage.preflight import UrlPreflight, preflight_client
from support.hosted import host_running

DATA = b"\xff\xd8\xff" + b"a picture of the pier" * 400


class Host:
    """A host that serves files well, and otherwise as it is told."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.answer: Response | None = None
        self.requests: list[Request] = []

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/pier.jpg", self._serve)])

    async def _serve(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answer or FileResponse(self._file, media_type="image/jpeg")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "pier.jpg"
    path.write_bytes(DATA)
    return path


@pytest.fixture
def host(photo: Path) -> Host:
    return Host(photo)


@pytest.fixture
async def url(host: Host) -> AsyncGenerator[str]:
    async with listening({"host": (host.app(), 0)}) as urls:
        yield f"{urls['host']}/pier.jpg"


@pytest.fixture
async def preflight() -> AsyncGenerator[UrlPreflight]:
    async with preflight_client() as http:
        yield UrlPreflight(http, longest=dt.timedelta(seconds=2), advice="Check PUBLIC_BASE_URL.")


async def test_a_file_that_is_served_as_it_is_passes(
    preflight: UrlPreflight, host: Host, url: str, photo: Path
) -> None:
    await preflight.check(url, photo, content_type="image/jpeg")

    (request,) = host.requests
    assert (request.method, request.headers["range"]) == ("GET", "bytes=0-1023")
    assert request.headers["user-agent"].startswith("facebookexternalhit/1.1")


async def test_what_the_product_hosts_itself_passes(
    preflight: UrlPreflight, photo: Path, tmp_path: Path
) -> None:
    async with host_running(tmp_path / "hosted", lifetime=dt.timedelta(hours=1)) as running:
        hosted = await running.store.upload(photo, name="storyline/1-a", content_type="image/jpeg")

        await preflight.check(hosted.url, photo, content_type="image/jpeg")


async def test_an_image_may_come_from_a_host_without_parts_and_a_video_may_not(
    preflight: UrlPreflight, host: Host, url: str, photo: Path
) -> None:
    host.answer = Response(DATA, media_type="image/jpeg")
    await preflight.check(url, photo, content_type="image/jpeg")

    host.answer = Response(DATA, media_type="video/mp4")
    with pytest.raises(TransientError, match="does not serve parts of a file"):
        await preflight.check(url, photo, content_type="video/mp4")


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Response(status_code=404), "answers 404 Not Found"),
        (Response(status_code=401), "answers 401 Unauthorized"),
        (Response(status_code=502), "answers 502 Bad Gateway"),
        (RedirectResponse("https://login.example/"), "redirects .307., which not every platform follows"),
        (Response("<html>", media_type="text/html"), "serves it as text/html and not as image/jpeg"),
        (Response(DATA), "serves it as nothing and not as image/jpeg"),
        (Response(DATA[:-1], media_type="image/jpeg"), f"serves {len(DATA) - 1} bytes and not {len(DATA)}"),
        (Response(b"x" * len(DATA), media_type="image/jpeg"), "serves another file"),
    ],
)
async def test_what_a_platform_would_stumble_over_is_told_in_words(
    preflight: UrlPreflight, host: Host, url: str, photo: Path, answer: Response, says: str
) -> None:
    host.answer = answer

    with pytest.raises(TransientError, match=says) as raised:
        await preflight.check(url, photo, content_type="image/jpeg")

    assert str(raised.value).startswith("The platform could not fetch the media: 127.0.0.1 ")
    assert str(raised.value).endswith(". Check PUBLIC_BASE_URL.")


async def test_a_host_that_nobody_can_reach_is_told_by_its_name(preflight: UrlPreflight, photo: Path) -> None:
    with pytest.raises(TransientError, match=r"127\.0\.0\.1 gives no answer"):
        await preflight.check("http://127.0.0.1:9/pier.jpg", photo, content_type="image/jpeg")


async def test_an_address_that_is_none_is_told_too(preflight: UrlPreflight, photo: Path) -> None:
    with pytest.raises(TransientError, match=r"team\.example gives no answer \(InvalidURL\)"):
        await preflight.check("https://team.example:port/media/1.jpg", photo, content_type="image/jpeg")


async def test_a_host_that_takes_too_long_is_not_waited_for(host: Host, url: str, photo: Path) -> None:
    async def slow() -> AsyncGenerator[bytes]:
        yield DATA[:1]
        await asyncio.sleep(1)  # noqa: TID251  (a slow host)

    host.answer = StreamingResponse(
        slow(), media_type="image/jpeg", headers={"Content-Length": str(len(DATA))}
    )

    async with preflight_client() as http:
        impatient = UrlPreflight(http, longest=dt.timedelta(seconds=0.2), advice="Check PUBLIC_BASE_URL.")
        with pytest.raises(TransientError, match=r"gives no answer \(TimeoutError\)"):
            await impatient.check(url, photo, content_type="image/jpeg")


async def test_what_the_link_is_signed_with_is_not_told(
    preflight: UrlPreflight, host: Host, url: str, photo: Path
) -> None:
    host.answer = Response(status_code=403)

    with pytest.raises(TransientError) as raised:
        await preflight.check(f"{url}?signature=canary", photo, content_type="image/jpeg")

    assert "canary" not in str(raised.value)


async def test_it_comes_as_a_stranger_each_time(
    preflight: UrlPreflight, host: Host, url: str, photo: Path
) -> None:
    welcome = Response(DATA, media_type="image/jpeg")
    welcome.set_cookie("known", "yes")
    host.answer = welcome

    await preflight.check(url, photo, content_type="image/jpeg")
    await preflight.check(url, photo, content_type="image/jpeg")

    assert all("cookie" not in request.headers for request in host.requests)


async def test_a_file_that_is_gone_at_home_is_rejected(
    preflight: UrlPreflight, url: str, tmp_path: Path
) -> None:
    with pytest.raises(RejectedError, match=r"gone\.jpg"):
        await preflight.check(url, tmp_path / "gone.jpg", content_type="image/jpeg")
