"""Fetches an upload from its public URL as a platform's fetcher would, before the platform is told of it.

What it finds out here in words, the platform would tell as a number: that it could not fetch the media.
"""

import asyncio
import datetime as dt
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from domain.errors import RejectedError, TransientError

USER_AGENT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
"""As which Meta fetches; some firewalls refuse it. Source: clients' logs and the user agent's own page, read
2026-11-20."""
FIRST_BYTES = 1024
_PARTIAL_CONTENT = 206


def preflight_client() -> httpx.AsyncClient:
    """Return a client that is a stranger to the host as a platform is: no cookies, proxies, redirects."""
    return httpx.AsyncClient(
        headers={"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"},
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
        timeout=None,  # noqa: S113  (each look has a limit for the whole of it)
        follow_redirects=False,
        trust_env=False,
    )


class UrlPreflight:
    """The `Preflight` over HTTP: one request for the first bytes, as a presigned URL allows nothing else."""

    def __init__(self, http: httpx.AsyncClient, *, longest: dt.timedelta, advice: str) -> None:
        """Take a client of `preflight_client`.

        Args:
            http: the client.
            longest: how long one look may take.
            advice: a sentence on what to look after when a URL does not work.
        """
        self._http = http
        self._longest = longest
        self._advice = advice

    async def check(self, url: str, path: Path, *, content_type: str) -> None:
        """Return when the URL gives this file as this type.

        Raises:
            TransientError: it does not; the message says what the platform would have seen.
            RejectedError: the file itself cannot be read.
        """
        try:
            first, size_bytes = await asyncio.to_thread(_beginning, path)
        except OSError as error:
            raise RejectedError(f"The file {path.name} cannot be read any more.") from error
        host = urlsplit(url).hostname
        try:
            problem = await self._problem(url, first, size_bytes, content_type)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, TimeoutError) as error:
            problem = f"gives no answer ({type(error).__name__})"
        if problem:
            raise TransientError(f"The platform could not fetch the media: {host} {problem}. {self._advice}")

    async def _problem(self, url: str, first: bytes, size_bytes: int, content_type: str) -> str:
        """Return what is wrong with what the URL gives; empty: nothing."""
        asked = {"Range": f"bytes=0-{FIRST_BYTES - 1}"}
        async with (
            asyncio.timeout(self._longest.total_seconds()),
            self._http.stream("GET", url, headers=asked) as answer,
        ):
            if answer.is_redirect:
                return f"redirects ({answer.status_code}), which not every platform follows"
            if not answer.is_success:
                return f"answers {answer.status_code} {answer.reason_phrase}".rstrip()
            served_as = answer.headers.get("Content-Type", "nothing").partition(";")[0].strip().lower()
            if served_as != content_type:
                return f"serves it as {served_as} and not as {content_type}"
            if answer.status_code == _PARTIAL_CONTENT:
                size = answer.headers.get("Content-Range", "").rpartition("/")[2]
            elif content_type.startswith("video/"):
                return "does not serve parts of a file, without which platforms do not fetch a video"
            else:
                size = answer.headers.get("Content-Length", "")
            if size != str(size_bytes):
                return f"serves {size or 'an unknown number of'} bytes and not {size_bytes}"
            begins = await anext(answer.aiter_raw(FIRST_BYTES), b"")
            return "" if begins == first else "serves another file"


def _beginning(path: Path) -> tuple[bytes, int]:
    with path.open("rb") as file:
        return file.read(FIRST_BYTES), path.stat().st_size
