"""rupload.facebook.com: takes the bytes of videos, from where they broke off, or the URL where they lie.

`Effect.BEHAVE` `cut_upload`: the connection breaks off in the middle (`body={"bytes": …}`), and what came is
kept.
"""

import dataclasses
from collections.abc import AsyncIterator, Mapping
from typing import Any, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.faults import Fault
from sandbox.graph.accounts import Account, Login
from sandbox.graph.errors import GraphError
from sandbox.graph.pages.records import Page
from sandbox.graph.tokens.admission import Admission
from sandbox.graph.wire import escaped
from sandbox.serving import DroppedResponse, serve
from sandbox.world import World

CUT_AFTER_BYTES = 1000
"""How many bytes `cut_upload` lets through when the fault names none."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """One call: bytes, or a URL."""

    object_id: str
    version: str
    """As in the path, such as `v25.0`."""
    offset: int
    file_size: int | None
    """None: not named."""
    file_url: str | None
    pieces: AsyncIterator[bytes]


class UploadError(Exception):
    """An upload that is not taken, as `debug_info` tells it."""

    def __init__(self, kind: str, message: str, *, retriable: bool = False, status: int = 400) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.retriable = retriable
        self.status = status

    def told(self) -> dict[str, Any]:
        """Return the body."""
        return {"debug_info": {"retriable": self.retriable, "type": self.kind, "message": self.message}}


class Taker(Protocol):
    """What uploads of one path are for."""

    operation: str
    """Its name in faults and in the log."""

    def owner(self, object_id: str) -> Account | Page | None:
        """Return whose upload this is, None when there is none of this id."""
        ...

    async def take(self, upload: Upload) -> Mapping[str, Any]:
        """Take the bytes and return the answer; raises `UploadError`."""
        ...


class UploadHost:
    """The ASGI application. HTTP statuses of refusals are not documented; 400 is assumed."""

    def __init__(self, *, world: World, admission: Admission, takers: Mapping[str, Taker]) -> None:
        self._world = world
        self._admission = admission
        self._takers = takers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        segments = [segment for segment in request.url.path.split("/") if segment]
        taker = self._takers.get(segments[0]) if len(segments) == 3 else None  # noqa: PLR2004 - kind/version/id
        if taker is None or request.method != "POST":
            return _written({"error": "Not found"}, 404)
        _, version, object_id = segments
        owner = taker.owner(object_id)
        call = self._world.open_call(
            service="graph",
            operation=taker.operation,
            method=request.method,
            path=request.url.path,
            subject={"account": owner.id} if owner else {},
            params={name: request.headers.get(name) for name in ("offset", "file_size", "file_url")},
        )

        async def handle() -> Response:
            try:
                self._check_token(request, owner)
                cut = self._world.faults.behaves("graph", "cut_upload", call.subject)
                call.answer = await taker.take(_read(request, object_id, version, cut))
            except (_CutError, ClientDisconnect):
                return DroppedResponse()
            except UploadError as error:
                call.answer = error.told()
                return _written(call.answer, error.status)
            return _written(call.answer, 200)

        def server_error(fault: Fault) -> Response:
            error = UploadError("ServiceUnavailableError", "Service unavailable", retriable=True)
            return _written(error.told(), fault.status)

        return await serve(self._world, call, handle, server_error=server_error)

    def _check_token(self, request: Request, owner: Account | Page | None) -> None:
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        login = owner.login if isinstance(owner, Account) else Login.FACEBOOK
        try:
            token = self._admission.alive(value.strip() if scheme.lower() == "oauth" else None, login)
        except GraphError as error:
            raise UploadError("NotAuthorizedError", error.refusal.message) from None
        if owner is None or owner.id not in token.account_ids + token.page_ids:
            raise UploadError("NotAuthorizedError", "User not authorized to perform this request")


class _CutError(Exception):
    """The connection breaks off in the middle, as a fault wants it."""


def _read(request: Request, object_id: str, version: str, cut: Fault | None) -> Upload:
    pieces: AsyncIterator[bytes] = request.stream()
    if cut is not None:
        pieces = _cut_off(pieces, cut.body["bytes"] if cut.body else CUT_AFTER_BYTES)
    return Upload(
        object_id=object_id,
        version=version,
        offset=_number(request, "offset") or 0,
        file_size=_number(request, "file_size"),
        file_url=request.headers.get("file_url"),
        pieces=pieces,
    )


def _number(request: Request, header: str) -> int | None:
    text = request.headers.get(header)
    if text is None:
        return None
    if not text.isdecimal():
        raise UploadError("InvalidHeaderError", f"The header {header} is not a number")
    return int(text)


async def _cut_off(pieces: AsyncIterator[bytes], after_bytes: int) -> AsyncIterator[bytes]:
    left = after_bytes
    async for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            break
    raise _CutError


def _written(body: Mapping[str, Any], status: int) -> Response:
    return Response(escaped(body), status_code=status, media_type="application/json; charset=UTF-8")
