"""One HTTP call to a platform: nothing that httpx raises leaves here unexplained."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence

import httpx

from domain.account import AccessToken
from domain.errors import AuthorizationError, OutcomeUnknownError, PublishingError, TransientError

CONNECT_TIMEOUT = dt.timedelta(seconds=10)
"""How long to try for a connection. Shorter than an answer may take: until it stands, nothing has left."""
SLOWEST_BYTES_PER_SECOND = 200_000
"""An upload that is slower than this is given up."""

NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
"""What httpx raises before the request has left this machine. Everything else may come after that."""


def shared_client(
    *, timeout: dt.timedelta, watches: Sequence[Callable[[httpx.Response], Awaitable[None]]] = ()
) -> httpx.AsyncClient:
    """Return the one client all platforms share. It repeats nothing and follows no redirect.

    Args:
        timeout: how long one call may take, from the request to the end of the answer.
        watches: each sees the head of every answer, before its body is read.
    """
    seconds = timeout.total_seconds()
    return _ClientWithoutCookies(
        transport=httpx.AsyncHTTPTransport(retries=0),
        timeout=httpx.Timeout(seconds, connect=min(seconds, CONNECT_TIMEOUT.total_seconds())),
        follow_redirects=False,
        event_hooks={"response": list(watches)},
    )


def longest_upload(http: httpx.AsyncClient, size_bytes: int) -> dt.timedelta:
    """Return how long a call may take that sends so much."""
    return dt.timedelta(seconds=(http.timeout.read or 0) + size_bytes / SLOWEST_BYTES_PER_SECOND)


async def send(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    platform: str,
    is_irreversible: bool = False,
    params: Mapping[str, str] | None = None,
    data: Mapping[str, str] | None = None,
    content: AsyncIterable[bytes] | None = None,
    files: Mapping[str, bytes] | None = None,
    headers: Mapping[str, str] | None = None,
    longest: dt.timedelta | None = None,
) -> httpx.Response:
    """Make one call and return the whole answer, whatever its status.

    Args:
        http: the shared client.
        method: of HTTP.
        url: where to.
        platform: whose name the failures carry.
        is_irreversible: whether a second call could do what the first did already.
        params: of the query.
        data: of a form.
        content: a body as it is, sent piece by piece.
        files: of a form, beside `data`.
        headers: beside those of the client.
        longest: how long the whole call may take; None: as long as the client waits for an answer.

    Raises:
        TransientError: the call did not work, and nothing depends on whether it arrived.
        OutcomeUnknownError: an irreversible call may have left, and no answer came.
    """
    try:
        # httpx bounds each read; this bounds an answer that trickles in byte by byte as well.
        async with asyncio.timeout(longest.total_seconds() if longest else http.timeout.read):
            return await http.request(
                method,
                url,
                params=params,
                data=data,
                content=content,
                files=files,
                headers=headers,
                extensions={"platform": platform},
            )
    except NEVER_LEFT as error:
        message = f"{platform.capitalize()} could not be reached ({type(error).__name__})."
        raise TransientError(message, platform=platform) from error
    except (httpx.HTTPError, httpx.StreamError, httpx.CookieConflict, TimeoutError) as error:
        raise _unanswered(error, platform, is_irreversible=is_irreversible) from error


def header_value(token: AccessToken, *, platform: str) -> str:
    """Return a token as it can stand in a header.

    Raises:
        AuthorizationError: no token looks like that.
    """
    value = token.value.strip()
    if not (value and token.value.isascii() and token.value.isprintable()):
        raise AuthorizationError(
            "The stored access token has characters that no token has. Connect the account again.",
            platform=platform,
        )
    return value


class _NoCookies(httpx.Cookies):
    def extract_cookies(self, response: httpx.Response) -> None:
        """Take none."""


_NO_COOKIES = _NoCookies()


class _ClientWithoutCookies(httpx.AsyncClient):
    """Serves all accounts, so that what an answer to one of them sets must not go with a call of another."""

    @property
    def cookies(self) -> httpx.Cookies:
        return _NO_COOKIES

    @cookies.setter
    def cookies(self, cookies: object) -> None:
        raise AttributeError("the client of all accounts keeps no cookies")


def _unanswered(error: Exception, platform: str, *, is_irreversible: bool) -> PublishingError:
    message = f"No answer came from {platform.capitalize()} ({type(error).__name__})."
    kind = OutcomeUnknownError if is_irreversible else TransientError
    return kind(message, platform=platform)
