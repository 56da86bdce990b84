import dataclasses
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from domain.account import AccessToken
from domain.errors import AuthorizationError, FailureKind, PublishingError, RejectedError, TransientError
from platforms._shared.error_table import ErrorTable
from platforms._shared.http import shared_client
from platforms._shared.meta_errors import META_ERRORS
from platforms._shared.rupload import CHUNK_BYTES, UploadHost
from sandbox.serving import listening

TOKEN = AccessToken("EAA-token")
URI = "https://rupload.facebook.com/ig-api-upload/v25.0/17800000000000001"
FILM = bytes(range(256)) * 4096


@dataclasses.dataclass(slots=True)
class Received:
    """What arrived, and what is answered."""

    url: str = ""
    path: str = ""
    headers: dict[str, str] = dataclasses.field(default_factory=dict[str, str])
    body: bytes = b""
    pieces: int = 0
    status: int = 200
    answer: Any = dataclasses.field(
        default_factory=lambda: {"success": True, "message": "Upload successful."}
    )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        request = Request(scope, receive)
        self.path, self.headers = request.url.path, dict(request.headers)
        async for piece in request.stream():
            self.body += piece
            self.pieces += 1
        text = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        await Response(text, status_code=self.status)(scope, receive, send)


@pytest.fixture
async def received() -> AsyncGenerator[Received]:
    app = Received()
    async with listening({"rupload": (app, 0)}) as urls:
        app.url = urls["rupload"]
        yield app


@pytest.fixture
async def host(received: Received) -> AsyncGenerator[UploadHost]:
    async with shared_client(timeout=timedelta(seconds=5)) as http:
        yield host_at(received.url, http)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(FILM)
    return path


def host_at(url: str, http: httpx.AsyncClient) -> UploadHost:
    return UploadHost(http=http, base_url=url, platform="instagram", errors=ErrorTable(META_ERRORS))


async def test_a_file_arrives_whole_with_its_size_and_an_oauth_token(
    host: UploadHost, received: Received, film: Path
) -> None:
    await host.send_file(URI, TOKEN, film)

    assert received.body == FILM
    assert received.path == "/ig-api-upload/v25.0/17800000000000001"
    assert received.headers["authorization"] == "OAuth EAA-token"
    assert (received.headers["offset"], received.headers["file_size"]) == ("0", "1048576")
    assert received.headers["content-length"] == "1048576"
    assert "transfer-encoding" not in received.headers


async def test_a_large_file_is_sent_in_pieces(host: UploadHost, received: Received, tmp_path: Path) -> None:
    large = tmp_path / "large.mp4"
    large.write_bytes(b"m" * (8 * CHUNK_BYTES + 1))

    await host.send_file(URI, TOKEN, large)

    assert received.pieces > 8
    assert len(received.body) == 8 * CHUNK_BYTES + 1


async def test_an_upload_goes_on_where_it_stopped(host: UploadHost, received: Received, film: Path) -> None:
    await host.send_file(URI, TOKEN, film, offset=1_000_000)

    assert received.body == FILM[1_000_000:]
    assert (received.headers["offset"], received.headers["file_size"]) == ("1000000", "1048576")


async def test_a_file_can_be_fetched_from_its_address_instead(host: UploadHost, received: Received) -> None:
    await host.send_url(URI, TOKEN, "https://cloud.example/film.mp4")

    assert received.headers["file_url"] == "https://cloud.example/film.mp4"
    assert received.headers["authorization"] == "OAuth EAA-token"
    assert received.body == b""


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/video-upload/v25.0/1?x=2",
        "https://rupload.facebook.com@evil.example/video-upload/v25.0/1?x=2",
        "//evil.example/video-upload/v25.0/1?x=2",
    ],
)
async def test_a_token_goes_to_no_host_but_the_one_that_is_set(
    host: UploadHost, received: Received, film: Path, address: str
) -> None:
    await host.send_file(address, TOKEN, film)

    assert received.path == "/video-upload/v25.0/1"


@pytest.mark.parametrize("address", ["", "https://rupload.facebook.com", "evil.example/1"])
async def test_an_address_that_is_none_is_not_called(
    host: UploadHost, received: Received, film: Path, address: str
) -> None:
    with pytest.raises(TransientError, match="no place to upload"):
        await host.send_file(address, TOKEN, film)

    assert received.path == ""


def debug_info(kind: str, *, retriable: bool) -> dict[str, Any]:
    return {"debug_info": {"retriable": retriable, "type": kind, "message": '{"error": "moov"}'}}


@pytest.mark.parametrize(
    ("status", "answer", "kind"),
    [
        (400, debug_info("ProcessingFailedError", retriable=False), FailureKind.REJECTED),
        (200, debug_info("ProcessingFailedError", retriable=False), FailureKind.REJECTED),
        (400, debug_info("ProcessingFailedError", retriable=True), FailureKind.TRANSIENT),
        (400, debug_info("OffsetInvalidError", retriable=False), FailureKind.TRANSIENT),
        (412, debug_info("PartialRequestError", retriable=False), FailureKind.TRANSIENT),
        (403, debug_info("NotAuthorizedError", retriable=False), FailureKind.AUTHORIZATION),
        (401, "", FailureKind.AUTHORIZATION),
        (429, "", FailureKind.RATE_LIMITED),
        (400, {"error": {"code": 190, "error_subcode": 460, "message": "No"}}, FailureKind.AUTHORIZATION),
        (400, {"error": {"code": 424242, "message": "No"}}, FailureKind.TRANSIENT),
        (500, {}, FailureKind.TRANSIENT),
        (200, {"success": False}, FailureKind.TRANSIENT),
        (200, "<html>Sorry</html>", FailureKind.TRANSIENT),
        (200, [], FailureKind.TRANSIENT),
        (302, "", FailureKind.TRANSIENT),
    ],
)
async def test_a_refused_upload_has_its_kind(
    host: UploadHost, received: Received, film: Path, status: int, answer: Any, kind: FailureKind
) -> None:
    received.status, received.answer = status, answer

    with pytest.raises(PublishingError) as raised:
        await host.send_file(URI, TOKEN, film)

    assert raised.value.kind is kind
    assert raised.value.http_status == status


async def test_a_connection_that_breaks_leaves_the_upload_to_be_repeated(film: Path) -> None:
    async with shared_client(timeout=timedelta(seconds=5)) as http:
        with pytest.raises(TransientError):
            await host_at("http://127.0.0.1:9", http).send_file(URI, TOKEN, film)


async def test_a_file_that_is_gone_is_a_matter_for_a_person(host: UploadHost, tmp_path: Path) -> None:
    with pytest.raises(RejectedError, match=r"gone\.mp4"):
        await host.send_file(URI, TOKEN, tmp_path / "gone.mp4")


async def test_a_token_that_is_none_is_not_sent(host: UploadHost, received: Received, film: Path) -> None:
    with pytest.raises(AuthorizationError):
        await host.send_file(URI, AccessToken("EAA\r\nX-Evil: 1"), film)

    assert received.path == ""
