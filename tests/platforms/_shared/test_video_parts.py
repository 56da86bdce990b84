import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import httpx
import pytest

from domain.account import AccessToken
from domain.errors import PublishingError
from platforms._shared.error_table import ErrorTable
from platforms._shared.graph import GraphClient
from platforms._shared.http import longest_upload
from platforms._shared.meta_errors import META_ERRORS

TOKEN = AccessToken("EAA-token-of-a-page")
MISPLACED = 1363037
OFFSETS = {"start_offset": "5", "end_offset": "9"}


async def sent(status: int, body: Any) -> tuple[dict[str, Any], httpx.Request]:
    """Send a part to a host that answers so; return what came of it, and the request."""
    seen: list[httpx.Request] = []

    async def answer(request: httpx.Request) -> httpx.Response:
        await request.aread()
        seen.append(request)
        return httpx.Response(status, json=body)

    graph = GraphClient(
        http=httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        base_url="https://graph-video.example",
        version="v25.0",
        platform="facebook",
        errors=ErrorTable(META_ERRORS),
        app_secret="shh",
    )
    read = await graph.post_part("1/videos", TOKEN, {"start_offset": "0"}, b"\x00bytes", misplaced=MISPLACED)
    return read, seen[0]


def error(subcode: Any, data: Any) -> dict[str, Any]:
    return {"error": {"code": 6001, "error_subcode": subcode, "message": "No", "error_data": data}}


async def test_a_part_goes_as_a_file_of_a_form_with_the_token_and_its_proof() -> None:
    read, request = await sent(200, OFFSETS)

    proof = hmac.new(b"shh", TOKEN.value.encode(), hashlib.sha256).hexdigest()
    assert read == OFFSETS
    assert request.headers["authorization"] == f"Bearer {TOKEN.value}"
    assert request.headers["content-type"].startswith("multipart/form-data")
    assert b'name="video_file_chunk"' in request.content
    assert b"\x00bytes" in request.content
    assert proof.encode() in request.content
    assert TOKEN.value not in str(request.url)


@pytest.mark.parametrize("data", [OFFSETS, json.dumps(OFFSETS)])
@pytest.mark.parametrize("subcode", [MISPLACED, str(MISPLACED)])
async def test_where_the_next_part_is_wanted_is_an_answer_in_either_spelling(subcode: Any, data: Any) -> None:
    read, _ = await sent(400, error(subcode, data))

    assert read == OFFSETS


@pytest.mark.parametrize(
    "body", [error(MISPLACED, "{"), error(MISPLACED, [1]), error(1, OFFSETS), {"error": "No"}, {}]
)
async def test_any_other_refusal_is_a_failure(body: Any) -> None:
    with pytest.raises(PublishingError, match="Meta"):
        await sent(400, body)


async def test_a_large_part_may_take_longer_than_an_answer() -> None:
    async with httpx.AsyncClient(timeout=60) as http:
        assert longest_upload(http, 20_000_000) == dt.timedelta(seconds=160)
