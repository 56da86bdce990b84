import asyncio
import datetime as dt
import inspect
import socket
from collections.abc import AsyncGenerator

import httpx
import pytest
from starlette.responses import PlainTextResponse, RedirectResponse, StreamingResponse
from starlette.types import Receive, Scope, Send

from domain.errors import OutcomeUnknownError, TransientError
from platforms._shared.http import send, shared_client
from sandbox.serving import listening

EVERY_EXCEPTION = [
    each
    for each in vars(httpx).values()
    if inspect.isclass(each) and issubclass(each, Exception) and each.__module__.startswith("httpx")
]
NEVER_LEFT = {
    "ConnectError",
    "ConnectTimeout",
    "InvalidURL",
    "LocalProtocolError",
    "PoolTimeout",
    "ProxyError",
    "UnsupportedProtocol",
}


def raised(kind: type[Exception]) -> Exception:
    if kind is httpx.HTTPStatusError:
        request = httpx.Request("GET", "http://platform")
        return httpx.HTTPStatusError("", request=request, response=httpx.Response(500, request=request))
    takes_message = "message" in inspect.signature(kind).parameters
    return kind("because") if takes_message else kind()


def failing_with(error: Exception) -> httpx.AsyncClient:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error

    return httpx.AsyncClient(transport=httpx.MockTransport(fail))


@pytest.mark.parametrize("kind", EVERY_EXCEPTION, ids=lambda kind: kind.__name__)
async def test_every_exception_of_the_client_becomes_a_transient_error_when_repeating_does_no_harm(
    kind: type[Exception],
) -> None:
    async with failing_with(raised(kind)) as http:
        with pytest.raises(TransientError):
            await send(http, "POST", "http://platform", platform="instagram")


@pytest.mark.parametrize("kind", EVERY_EXCEPTION, ids=lambda kind: kind.__name__)
async def test_every_exception_of_an_irreversible_call_leaves_it_open_unless_nothing_had_left(
    kind: type[Exception],
) -> None:
    expected = TransientError if kind.__name__ in NEVER_LEFT else OutcomeUnknownError

    async with failing_with(raised(kind)) as http:
        with pytest.raises(expected):
            await send(http, "POST", "http://platform", platform="instagram", is_irreversible=True)


def test_all_exceptions_of_the_client_are_among_those_tried() -> None:
    assert len(EVERY_EXCEPTION) >= 25
    assert {kind.__name__ for kind in EVERY_EXCEPTION} >= NEVER_LEFT | {"ReadTimeout", "WriteError"}


async def test_a_refused_connection_never_left() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # and does not listen
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"

        async with shared_client(timeout=dt.timedelta(seconds=5)) as http:
            with pytest.raises(TransientError, match="could not be reached"):
                await send(http, "POST", url, platform="instagram", is_irreversible=True)


async def test_an_answer_that_trickles_in_is_given_up_after_the_timeout() -> None:
    async def trickle() -> AsyncGenerator[bytes]:
        while True:
            yield b"."
            await asyncio.wait([asyncio.get_running_loop().create_future()], timeout=0.02)

    async with listening({"platform": (StreamingResponse(trickle()), 0)}) as urls:
        started = asyncio.get_running_loop().time()
        async with shared_client(timeout=dt.timedelta(milliseconds=200)) as http:
            with pytest.raises(OutcomeUnknownError, match="No answer came"):
                await send(http, "POST", urls["platform"], platform="instagram", is_irreversible=True)

        assert asyncio.get_running_loop().time() - started < 1


async def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    async with (
        listening({"platform": (RedirectResponse("/elsewhere"), 0)}) as urls,
        shared_client(timeout=dt.timedelta(seconds=5)) as http,
    ):
        response = await send(http, "GET", urls["platform"], platform="instagram")

    assert response.status_code == 307


async def test_what_an_answer_sets_for_one_account_goes_with_no_call_of_another() -> None:
    carried: list[bytes | None] = []

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        carried.append(dict(scope["headers"]).get(b"cookie"))
        await PlainTextResponse("", headers={"set-cookie": "session=of-the-first"})(scope, receive, send)

    async with (
        listening({"platform": (answer, 0)}) as urls,
        shared_client(timeout=dt.timedelta(seconds=5)) as http,
    ):
        for _ in range(2):
            await send(http, "GET", urls["platform"], platform="instagram")

    assert carried == [None, None]
