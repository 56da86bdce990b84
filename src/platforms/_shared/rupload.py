"""Meta's host for bytes: takes a video for a container or an unpublished video that was made before.

Nothing is published here, so that sending the same again does no harm. The protocol is the same below
`/ig-api-upload/` and `/video-upload/`; how far an interrupted upload came is asked elsewhere.

Source: the IG User Media reference and the Reels Publishing guide of Pages, as recorded 2026-11-20.
"""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator, AsyncIterable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from domain.account import AccessToken
from domain.errors import FailureKind, PublishingError, RejectedError, TransientError
from platforms._shared.error_table import ErrorTable, publishing_error
from platforms._shared.graph import GraphFailure, json_object, read_failure
from platforms._shared.http import header_value, longest_upload, send
from platforms._shared.redaction import redacted

CHUNK_BYTES = 256 * 1024
"""Read and sent at a time, so that neither memory nor the event loop feels a large file."""
MAX_DETAIL_CHARS = 200
"""How much of the host's own words is kept."""
_WORTH_A_RETRY = frozenset({"OffsetInvalidError", "PartialRequestError"})
"""Types of failures that say where the upload stands and nothing against the file."""


class UploadHost:
    """Sends videos to the host for bytes. Every failure is a `PublishingError`; nothing is repeated."""

    def __init__(self, *, http: httpx.AsyncClient, base_url: str, platform: str, errors: ErrorTable) -> None:
        """Take what all uploads share.

        Args:
            http: the shared client.
            base_url: scheme and host, such as `https://rupload.facebook.com`. Tokens go nowhere else.
            platform: whose name the failures carry.
            errors: what the codes mean when the host answers as the Graph API does.
        """
        self._http = http
        self._base_url = base_url.rstrip("/")
        self._platform = platform
        self._errors = errors

    async def send_file(self, address: str, token: AccessToken, path: Path, *, offset: int = 0) -> None:
        """Send a file, from its byte `offset` on.

        Args:
            address: what Meta returned as `uri` or `upload_url`; its host is replaced by the one that is set.
            token: of the account that the container or video was made for.
            path: the file.
            offset: how many bytes are there already.

        Raises:
            RejectedError: the file cannot be read, or the host refuses it.
            PublishingError: of another kind: the upload did not work.
        """
        size_bytes = await asyncio.to_thread(_size_of, path)
        left = size_bytes - offset
        headers = {"offset": str(offset), "file_size": str(size_bytes), "Content-Length": str(left)}
        longest = longest_upload(self._http, left)
        await self._sent(address, token, headers, content=_pieces(path, offset), longest=longest)

    async def send_url(self, address: str, token: AccessToken, url: str) -> None:
        """Have the host fetch the file from a public URL.

        Args:
            address: as for `send_file`.
            token: as for `send_file`.
            url: US-ASCII, public.

        Raises:
            PublishingError: the upload did not work.
        """
        await self._sent(address, token, {"file_url": url})

    async def _sent(
        self,
        address: str,
        token: AccessToken,
        headers: Mapping[str, str],
        *,
        content: AsyncIterable[bytes] | None = None,
        longest: dt.timedelta | None = None,
    ) -> None:
        authorization = f"OAuth {header_value(token, platform=self._platform)}"
        response = await send(
            self._http,
            "POST",
            self._here(address),
            platform=self._platform,
            content=content,
            headers={"Authorization": authorization, **headers},
            longest=longest,
        )
        body = json_object(response) or {}
        if not (response.is_success and body.get("success") is True):
            raise self._judged(read_failure(response, body), body)

    def _here(self, address: str) -> str:
        # The path is Meta's, version included: a container whose upload went to another version never
        # finishes. Source: a client log, as recorded 2026-11-20.
        parts = urlsplit(address)
        if not parts.path.startswith("/"):
            raise TransientError("Meta named no place to upload the file to.", platform=self._platform)
        return f"{self._base_url}{parts.path}{'?' if parts.query else ''}{parts.query}"

    def _judged(self, failure: GraphFailure, body: Mapping[str, Any]) -> PublishingError:
        row = self._errors.find(failure.code, failure.subcode)
        kind, says = (row.kind, row.says) if row else _unknown(failure, body)
        return publishing_error(
            kind,
            says,
            retry_after=failure.retry_after or (row.wait if row else None),
            platform=self._platform,
            code=failure.code,
            subcode=failure.subcode,
            http_status=failure.http_status,
            trace_id=failure.trace_id,
        )


def _unknown(failure: GraphFailure, body: Mapping[str, Any]) -> tuple[FailureKind, str]:
    match failure.http_status:
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return (
                FailureKind.AUTHORIZATION,
                "Meta refuses the upload: the token has no access. Connect again.",
            )
        case HTTPStatus.TOO_MANY_REQUESTS:
            return FailureKind.RATE_LIMITED, "Meta answers that too much is uploaded."
        case _:
            pass
    debug: Any = body.get("debug_info")
    if not isinstance(debug, dict):
        return (
            FailureKind.TRANSIENT,
            f"Meta's answer to the upload cannot be read (HTTP {failure.http_status}).",
        )
    fields = cast("dict[str, Any]", debug)
    if fields.get("retriable") is not False or fields.get("type") in _WORTH_A_RETRY:
        return FailureKind.TRANSIENT, "Meta could not take the upload this time."
    said = redacted(str(fields.get("message") or ""))[:MAX_DETAIL_CHARS]
    return (
        FailureKind.REJECTED,
        f"Meta refuses the uploaded file. Convert it, or post it by hand. Its words: {said}",
    )


async def _pieces(path: Path, offset: int) -> AsyncGenerator[bytes]:
    try:
        file = await asyncio.to_thread(path.open, "rb")
        try:
            await asyncio.to_thread(file.seek, offset)
            while piece := await asyncio.to_thread(file.read, CHUNK_BYTES):
                yield piece
        finally:
            file.close()
    except OSError as error:
        raise _unreadable(path) from error


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> RejectedError:
    return RejectedError(f"The file {path.name} cannot be read any more.")
