import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from domain.account import AccessToken
from domain.errors import (
    AuthorizationError,
    OutcomeUnknownError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from platforms._shared.error_table import ErrorTable
from platforms._shared.graph import GraphClient
from platforms._shared.meta_errors import META_ERRORS

TOKEN = AccessToken("EAA-token-of-a-page")


def answering(
    status: int,
    body: Any,
    *,
    headers: Mapping[str, str] | None = None,
    app_secret: str | None = None,
    seen: list[httpx.Request] | None = None,
) -> GraphClient:
    def answer(request: httpx.Request) -> httpx.Response:
        if seen is not None:
            seen.append(request)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return httpx.Response(status, content=content, headers=headers)

    return GraphClient(
        http=httpx.AsyncClient(transport=httpx.MockTransport(answer)),
        base_url="https://graph.example/",
        version="v25.0",
        platform="instagram",
        errors=ErrorTable(META_ERRORS),
        app_secret=app_secret,
    )


def error(code: Any, subcode: Any = None, **more: Any) -> dict[str, Any]:
    return {"error": {"message": "(#1) No", "code": code, "error_subcode": subcode, **more}}


async def failure_of(client: GraphClient, call: str = "post") -> PublishingError:
    calls = {
        "get": lambda: client.get("1", TOKEN),
        "post": lambda: client.post("1", TOKEN, {}),
        "post_once": lambda: client.post_once("1", TOKEN, {}),
    }
    with pytest.raises(PublishingError) as raised:
        await calls[call]()
    return raised.value


async def test_an_object_is_an_answer() -> None:
    assert await answering(200, {"id": "1"}).get("1", TOKEN, fields="id") == {"id": "1"}


async def test_a_subcode_may_come_as_text_and_error_data_in_any_shape() -> None:
    body = error("190", "460", error_data='{"blame": [1]}', fbtrace_id="A1b")

    failure = await failure_of(answering(400, body))

    assert isinstance(failure, AuthorizationError)
    assert (failure.code, failure.subcode, failure.http_status, failure.trace_id) == (190, 460, 400, "A1b")


async def test_the_pair_decides_before_the_code_and_the_code_before_the_status() -> None:
    assert isinstance(await failure_of(answering(500, error(100, 33))), AuthorizationError)
    assert isinstance(await failure_of(answering(500, error(100, 12345))), RejectedError)
    assert isinstance(await failure_of(answering(503, error(77777))), TransientError)


async def test_an_object_out_of_sight_is_an_outage_to_a_reader() -> None:
    assert isinstance(await failure_of(answering(400, error(100, 33)), "get"), TransientError)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (302, TransientError),
        (400, RejectedError),
        (401, AuthorizationError),
        (403, AuthorizationError),
        (404, RejectedError),
        (408, TransientError),
        (429, RateLimitedError),
        (500, TransientError),
        (599, TransientError),
    ],
)
@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b"\xff", b"[" * 100_000, {"error": "no"}])
async def test_without_a_known_code_the_status_decides(
    status: int, kind: type[PublishingError], body: bytes | dict[str, str]
) -> None:
    assert isinstance(await failure_of(answering(status, body)), kind)


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b"null", b"7", b'{"error": {}}', b'{"a": ', b"\xff"])
async def test_a_success_that_cannot_be_read_is_none(body: bytes) -> None:
    assert isinstance(await failure_of(answering(200, body), "post"), TransientError)
    assert isinstance(await failure_of(answering(200, body), "post_once"), OutcomeUnknownError)


async def test_the_envelope_of_the_oauth_hosts_is_read() -> None:
    body = {"error_type": "OAuthException", "code": 400, "error_message": "Matching code was not found"}

    failure = await failure_of(answering(400, body))

    assert isinstance(failure, RejectedError)
    assert "Matching code was not found" in str(failure)


@pytest.mark.parametrize("code", [True, 1.5, [], {}, "many", 10**400, None])
async def test_a_code_that_is_none_is_left_out(code: Any) -> None:
    failure = await failure_of(answering(400, error(code)))

    assert failure.code is None


async def test_a_vendor_s_own_words_are_kept_short_and_without_secrets() -> None:
    body = {"error": {"code": 77777, "message": "access_token=EAAverysecretvalue012345 " + "x" * 5000}}

    failure = await failure_of(answering(400, body))

    assert "EAAverysecretvalue" not in str(failure)
    assert len(str(failure)) < 400


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "30"}, dt.timedelta(seconds=30)),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        (
            {
                "X-Business-Use-Case-Usage": json.dumps(
                    {
                        "1": [{"estimated_time_to_regain_access": 0}],
                        "2": [{"type": "instagram", "estimated_time_to_regain_access": 12}],
                    }
                )
            },
            dt.timedelta(minutes=12),
        ),
        ({"Retry-After": "9" * 5000}, None),
        ({"Retry-After": "999999999"}, dt.timedelta(days=7)),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": -5}]}'}, None),
        ({"X-Business-Use-Case-Usage": '{"1": [{"estimated_time_to_regain_access": Infinity}]}'}, None),
        ({"X-Business-Use-Case-Usage": "{]"}, None),
        ({"X-Business-Use-Case-Usage": '{"1": 7}'}, None),
        ({"X-App-Usage": '{"call_count": 100}'}, None),
        ({}, None),
    ],
)
async def test_a_rate_limit_tells_how_long_to_wait_when_the_platform_does(
    headers: dict[str, str], wait: dt.timedelta | None
) -> None:
    failure = await failure_of(answering(403, error(4), headers=headers))

    assert isinstance(failure, RateLimitedError)
    assert failure.retry_after == wait


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, error(190), AuthorizationError),
        (400, error(190, 99), AuthorizationError),
        (403, error(200), AuthorizationError),
        (403, error(4), RateLimitedError),
        (400, error(4, 2207051), OutcomeUnknownError),
        (400, error(4, 99), OutcomeUnknownError),
        (429, {}, RateLimitedError),
        (400, error(100), RejectedError),
        (400, error(100, 33), OutcomeUnknownError),
        (400, error(368), OutcomeUnknownError),
        (400, error(506), OutcomeUnknownError),
        (500, error(1), OutcomeUnknownError),
        (500, error(2), OutcomeUnknownError),
        (400, error(77777), OutcomeUnknownError),
        (404, {}, OutcomeUnknownError),
        (503, {}, OutcomeUnknownError),
    ],
)
async def test_an_irreversible_call_is_open_unless_the_error_proves_that_nothing_happened(
    status: int, body: dict[str, Any], kind: type[PublishingError]
) -> None:
    assert type(await failure_of(answering(status, body), "post_once")) is kind


async def test_a_call_is_proved_with_the_app_secret_when_there_is_one() -> None:
    seen: list[httpx.Request] = []
    client = answering(200, {"id": "1"}, app_secret="app-secret", seen=seen)

    await client.get("1", TOKEN)

    proof = hmac.new(b"app-secret", TOKEN.value.encode(), hashlib.sha256).hexdigest()
    assert seen[0].url.params["appsecret_proof"] == proof
    assert seen[0].url.path == "/v25.0/1"
    assert seen[0].headers["authorization"] == f"Bearer {TOKEN.value}"


async def test_parameters_of_a_post_stand_in_its_body() -> None:
    seen: list[httpx.Request] = []

    await answering(200, {"id": "1"}, seen=seen).post("1/media", TOKEN, {"caption": "a & b\n☕"})

    assert seen[0].url.query == b""
    assert httpx.QueryParams(seen[0].content.decode())["caption"] == "a & b\n☕"
