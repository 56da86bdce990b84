"""Meta's Graph API: how its calls are made, and what its answers and errors mean."""

import dataclasses
import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast

import httpx

from domain.account import AccessToken
from domain.errors import FailureKind, PublishingError
from platforms._shared.error_table import ErrorTable, Row, publishing_error
from platforms._shared.http import header_value, longest_upload, send
from platforms._shared.redaction import redacted
from platforms._shared.usage import LONGEST_WAIT, limit_use

MAX_DETAIL_CHARS = 200
"""How much of a vendor's own words is kept when the table has none."""
LARGEST_CODE = 2**31
"""Codes beyond this are no codes; nothing that stores them would hold them."""
_SECONDS = re.compile(r"[0-9]{1,9}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class GraphFailure:
    """An answer that says no, read but not yet judged."""

    http_status: int
    code: int | None = None
    subcode: int | None = None
    message: str = ""
    """The vendor's words, redacted. Localised, so only ever shown, never compared."""
    trace_id: str | None = None
    retry_after: dt.timedelta | None = None


class GraphClient:
    """Calls one host of the Graph API. Every failure is a `PublishingError`; nothing is repeated."""

    def __init__(
        self,
        *,
        http: httpx.AsyncClient,
        base_url: str,
        version: str,
        platform: str,
        errors: ErrorTable,
        app_secret: str | None = None,
    ) -> None:
        """Take what all calls share.

        Args:
            http: the shared client; its read timeout bounds a whole call.
            base_url: scheme and host.
            version: such as `v25.0`.
            platform: whose name the failures carry.
            errors: what the codes mean.
            app_secret: proves each call with `appsecret_proof`, for apps that demand it.
        """
        self._http = http
        self._root = f"{base_url.rstrip('/')}/{version.strip('/')}"
        self._platform = platform
        self._errors = errors
        self._app_secret = app_secret

    async def get(self, path: str, token: AccessToken, **params: str) -> dict[str, Any]:
        """Read a node or an edge."""
        response = await self._send("GET", path, token, params)
        return self._understood(response, is_read=True)

    async def ask(self, path: str, **params: str) -> dict[str, Any]:
        """Ask for a token; what proves the right to it is among the parameters."""
        response = await self._send("GET", path, None, params)
        return self._understood(response, is_read=True)

    async def post(self, path: str, token: AccessToken, params: Mapping[str, str]) -> dict[str, Any]:
        """Make something of which a second one does no harm."""
        response = await self._send("POST", path, token, params)
        return self._understood(response)

    async def post_part(
        self, path: str, token: AccessToken, params: Mapping[str, str], part: bytes, *, misplaced: int
    ) -> dict[str, Any]:
        """Send a part of a video, of which a second one does no harm.

        Args:
            path: after the version.
            token: of the account.
            params: of the form beside the part.
            part: the bytes, sent as `video_file_chunk`.
            misplaced: the subcode by which Meta asks for another part; its data are the answer then.
        """
        response = await self._send("POST", path, token, params, part=part)
        return _error_data(json_object(response) or {}, misplaced) or self._understood(response)

    async def post_once(self, path: str, token: AccessToken, params: Mapping[str, str]) -> dict[str, Any]:
        """Make the irreversible call.

        Raises:
            OutcomeUnknownError: it is not certain that nothing happened.
            PublishingError: of another kind: nothing happened, for certain.
        """
        response = await self._send("POST", path, token, params, is_irreversible=True)
        return self._understood(response, is_irreversible=True)

    async def _send(
        self,
        method: str,
        path: str,
        token: AccessToken | None,
        params: Mapping[str, str],
        *,
        is_irreversible: bool = False,
        part: bytes | None = None,
    ) -> httpx.Response:
        bearer = f"Bearer {header_value(token, platform=self._platform)}" if token else None
        values = {**params, **(self._proof(token) if token else {})}
        return await send(
            self._http,
            method,
            f"{self._root}/{path}",
            platform=self._platform,
            is_irreversible=is_irreversible,
            params=values if method == "GET" else None,
            data=values if method == "POST" else None,
            files=None if part is None else {"video_file_chunk": part},
            longest=None if part is None else longest_upload(self._http, len(part)),
            headers={"Authorization": bearer} if bearer else None,
        )

    def _proof(self, token: AccessToken) -> dict[str, str]:
        if self._app_secret is None:
            return {}
        key, message = self._app_secret.encode(), token.value.strip().encode()
        return {"appsecret_proof": hmac.new(key, message, hashlib.sha256).hexdigest()}

    def _understood(
        self, response: httpx.Response, *, is_read: bool = False, is_irreversible: bool = False
    ) -> dict[str, Any]:
        body = json_object(response)
        if response.is_success and body is not None and "error" not in body and "error_type" not in body:
            return body
        failure = read_failure(response, body or {})
        raise self._judged(failure, is_read=is_read, is_irreversible=is_irreversible)

    def _judged(self, failure: GraphFailure, *, is_read: bool, is_irreversible: bool) -> PublishingError:
        row = self._errors.find(failure.code, failure.subcode) or _by_status(failure)
        kind = (row.kind_on_read or row.kind) if is_read else row.kind
        if is_irreversible and not _is_definite(row, failure):
            kind = FailureKind.OUTCOME_UNKNOWN
        said = f' Meta says: "{failure.message}"' if row.is_quoted and failure.message else ""
        return publishing_error(
            kind,
            f"{row.says}{said}",
            retry_after=failure.retry_after or row.wait,
            is_quota=row.is_quota,
            is_app_wide=row.is_app_wide,
            is_gone=row.is_gone,
            platform=self._platform,
            code=failure.code,
            subcode=failure.subcode,
            http_status=failure.http_status,
            trace_id=failure.trace_id,
        )


def read_failure(response: httpx.Response, body: Mapping[str, Any]) -> GraphFailure:
    """Return what an answer says went wrong, in whichever of Meta's envelopes it says it.

    Beside the usual `{"error": {...}}` there is the one of the OAuth hosts, `{"error_type", "code",
    "error_message"}`. Subcodes may come as strings. A body that is none of these leaves the HTTP status.
    """
    error: Any = body.get("error")
    if isinstance(error, dict):
        fields = cast("dict[str, Any]", error)
        message: Any = fields.get("message")
    else:
        fields = dict(body)
        message = fields.get("error_message") or error
    trace: Any = fields.get("fbtrace_id") or response.headers.get("x-fb-trace-id")
    return GraphFailure(
        http_status=response.status_code,
        code=as_code(fields.get("code")),
        subcode=as_code(fields.get("error_subcode")),
        message=redacted(str(message))[:MAX_DETAIL_CHARS] if message else "",
        trace_id=str(trace)[:MAX_DETAIL_CHARS] if trace else None,
        retry_after=_retry_after(response.headers),
    )


def _error_data(body: Mapping[str, Any], subcode: int) -> dict[str, Any] | None:
    error: Any = body.get("error")
    if not isinstance(error, dict):
        return None
    fields = cast("dict[str, Any]", error)
    data: Any = fields.get("error_data")
    if as_code(fields.get("error_subcode")) != subcode:
        return None
    try:  # Meta gives an object, or one as text.
        data = json.loads(data) if isinstance(data, str) else data
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", data) if isinstance(data, dict) else None


def _is_definite(row: Row, failure: GraphFailure) -> bool:
    # A subcode that nobody knows may say that it did happen: 4/2207051 is a throttle by its code alone, and
    # has been seen for posts that went live. Only who-may-call is decided before anything else.
    is_known = row.subcode == failure.subcode or row.kind is FailureKind.AUTHORIZATION
    return row.is_definite and is_known


def _by_status(failure: GraphFailure) -> Row:
    status = failure.http_status
    said = f": {failure.message}" if failure.message else "."
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        says = f"Meta answers that it is called too often (HTTP {status}){said}"
        return Row(
            code=failure.code,
            subcode=failure.subcode,
            kind=FailureKind.RATE_LIMITED,
            is_definite=True,
            says=says,
        )
    if httpx.codes.is_client_error(status) and status != HTTPStatus.REQUEST_TIMEOUT:
        is_access = status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
        kind = FailureKind.AUTHORIZATION if is_access else FailureKind.REJECTED
        says = f"Meta refuses the call with an error that is not known here (HTTP {status}){said}"
    else:
        kind = FailureKind.TRANSIENT
        says = f"Meta did not give an answer that can be read (HTTP {status}){said}"
    return Row(code=None, subcode=None, kind=kind, is_definite=False, says=says)


def json_object(response: httpx.Response) -> dict[str, Any] | None:
    """Return an answer's body; None: it is no JSON object."""
    try:
        body = response.json()
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", body) if isinstance(body, dict) else None


def as_code(value: object) -> int | None:
    """Return a code or subcode, which may come as text; None: it is none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        code = int(value)
    except ValueError:
        return None
    return code if abs(code) < LARGEST_CODE else None


def _retry_after(headers: httpx.Headers) -> dt.timedelta | None:
    if _SECONDS.fullmatch(text := headers.get("retry-after", "").strip()):
        return min(dt.timedelta(seconds=int(text)), LONGEST_WAIT)
    use = limit_use(headers)
    return (use.regain_after or None) if use else None
