"""api.instagram.com: gives a token of an hour for the code of the Instagram login's dialog."""

import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from sandbox.faults import Fault
from sandbox.graph.accounts import Login
from sandbox.graph.settings import GraphSettings
from sandbox.graph.tokens.code import CODE_LIFE, AuthorizationCode
from sandbox.graph.tokens.desk import TokenDesk
from sandbox.graph.tokens.token import SCOPES
from sandbox.graph.wire import SECRET_PARAMETERS, escaped, masked
from sandbox.serving import serve
from sandbox.world import World

NO_CODE = "Matching code was not found or was already used"


class _RefusedError(Exception):
    """The exchange is refused; the message is the answer's."""


class CodeHost:
    """The ASGI application. Its refusals have a shape of their own."""

    def __init__(self, *, world: World, desk: TokenDesk, settings: GraphSettings) -> None:
        self._world = world
        self._desk = desk
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        response = await self._answer(Request(scope, receive))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if (request.method, request.url.path) != ("POST", "/oauth/access_token"):
            return _written(_refusal("Unsupported request"), 400)
        async with request.form() as form:
            given = {name: value for name, value in form.items() if isinstance(value, str)}
        code = self._desk.codes.get(given.get("code", ""))
        call = self._world.open_call(
            service="graph",
            operation="exchange_code",
            method=request.method,
            path=request.url.path,
            subject={"account": code.account_id} if code else {},
            params={
                name: masked(text) if name in SECRET_PARAMETERS else text for name, text in given.items()
            },
        )

        async def handle() -> Response:
            try:
                call.answer = self._exchanged(given, code)
            except _RefusedError as error:
                call.answer = _refusal(str(error))
                return _written(call.answer, 400)
            return _written(call.answer, 200)

        def server_error(fault: Fault) -> Response:
            return _written(_refusal("An unexpected error has occurred"), fault.status)

        return await serve(self._world, call, handle, server_error=server_error)

    def _exchanged(self, given: dict[str, str], code: AuthorizationCode | None) -> dict[str, Any]:
        self._check_app(given)
        now = self._world.clock.now()
        if code is None or code.is_used or now >= code.issued_at + CODE_LIFE:
            raise _RefusedError(NO_CODE)
        if given.get("redirect_uri") != code.redirect_uri:
            raise _RefusedError(
                "Error validating verification code. Please make sure your redirect_uri is identical"
            )
        code.is_used = True
        token = self._desk.issue(account_ids=[code.account_id], is_long_lived=False)
        permissions = SCOPES[Login.INSTAGRAM]
        if self._settings.code_answer_in_data:
            shown = {
                "access_token": token.value,
                "user_id": code.account_id,
                "permissions": ",".join(permissions),
            }
            return {"data": [shown]}
        return {
            "access_token": token.value,
            "user_id": int(code.account_id),
            "permissions": list(permissions),
        }

    def _check_app(self, given: dict[str, str]) -> None:
        if given.get("grant_type") != "authorization_code":
            raise _RefusedError("Invalid grant_type")
        if given.get("client_id") != self._settings.instagram_app_id:
            raise _RefusedError("Invalid platform app")
        secret = self._settings.instagram_app_secret
        if not hmac.compare_digest(given.get("client_secret", "").encode(), secret.encode()):
            raise _RefusedError("Error validating client secret.")


def _refusal(message: str) -> dict[str, Any]:
    return {"error_type": "OAuthException", "code": 400, "error_message": message}


def _written(body: dict[str, Any], status: int) -> Response:
    return Response(escaped(body), status_code=status, media_type="application/json; charset=UTF-8")
