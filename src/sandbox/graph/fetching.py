"""Meta's own fetch of a media URL: by its crawler, within limits, never redirected to another host."""

import asyncio
import dataclasses
from urllib.parse import urljoin, urlsplit

import httpx

from sandbox.trust import authorities

USER_AGENT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
_REDIRECTS_FOLLOWED = 3
_PARTIAL_CONTENT = 206


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """What the URL gave."""

    data: bytes
    content_type: str
    takes_ranges: bool
    """Whether the host serves parts of a file; without that Meta cannot download videos."""


class FetchFailedError(Exception):
    """The URL gave no file."""


class FetchTooSlowError(FetchFailedError):
    """The host did not deliver in time."""


class FetchTooLargeError(FetchFailedError):
    """There are more bytes than this kind of media may have."""


class Fetcher:
    """Fetches media. Close it when done."""

    def __init__(self) -> None:
        self._client = httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT, "Accept": "*/*"},
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=None,  # noqa: S113 - each fetch has a limit for the whole of it
            trust_env=False,
            verify=authorities(),
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def fetch(self, url: str, *, most_bytes: int, seconds: float) -> Fetched:
        """Return the file behind a URL. Raises a `FetchFailedError`."""
        if not url.isascii() or urlsplit(url).scheme not in {"http", "https"}:
            raise FetchFailedError("not a public URL in US-ASCII")
        try:
            async with asyncio.timeout(seconds):
                return await self._fetch(url, most_bytes)
        except TimeoutError:
            raise FetchTooSlowError(url) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise FetchFailedError(str(error)) from error

    async def _fetch(self, url: str, most_bytes: int) -> Fetched:
        for _ in range(_REDIRECTS_FOLLOWED):
            async with self._client.stream("GET", url, headers={"Range": "bytes=0-"}) as response:
                if response.has_redirect_location:
                    url = _same_host(url, response.headers["location"])
                    continue
                if response.status_code not in {200, _PARTIAL_CONTENT}:
                    raise FetchFailedError(f"HTTP {response.status_code}")
                return await _read(response, most_bytes)
        raise FetchFailedError("too many redirects")


async def _read(response: httpx.Response, most_bytes: int) -> Fetched:
    data = bytearray()
    async for part in response.aiter_bytes():
        data += part
        if len(data) > most_bytes:
            raise FetchTooLargeError
    return Fetched(
        data=bytes(data),
        content_type=response.headers.get("content-type", "").partition(";")[0].strip().lower(),
        takes_ranges=response.status_code == _PARTIAL_CONTENT
        or response.headers.get("accept-ranges") == "bytes",
    )


def _same_host(url: str, location: str) -> str:
    target = urljoin(url, location)
    if urlsplit(target).netloc != urlsplit(url).netloc:
        raise FetchFailedError("redirect to another host")
    return target
