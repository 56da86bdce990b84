"""The Bot API over HTTP: which bot and method a request means, and the shapes of answers."""

import asyncio
import http
import re
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from sandbox.faults import Fault
from sandbox.json_values import is_array, is_object
from sandbox.serving import serve
from sandbox.telegram.actors import Bot
from sandbox.telegram.arguments import Arguments, arguments_of
from sandbox.telegram.calls import MethodCall
from sandbox.telegram.errors import ApiError, too_many_requests
from sandbox.telegram.methods import METHODS
from sandbox.telegram.state import TelegramState
from sandbox.world import Call

_TOKEN = re.compile(r"[1-9]\d*:[A-Za-z0-9_-]{1,70}")
_NAMES = {name.lower(): name for name in METHODS}
_LONGEST_SHOWN_TEXT = 300
_MOST_SHOWN_ITEMS = 20
_CLIENT_CLOSED_REQUEST = 499
"""For the log alone: nobody is there to get it."""


class BotApi:
    """Serves the methods and the downloads."""

    def __init__(self, state: TelegramState) -> None:
        self._state = state

    def routes(self) -> list[BaseRoute]:
        """Return the routes, which start with `/bot` and `/file/bot`."""
        return [
            Route("/bot{token}/{method}", self._method, methods=["GET", "POST"]),
            Route("/file/bot{token}/{path:path}", self._download, methods=["GET"]),
        ]

    async def _method(self, request: Request) -> Response:
        token: str = request.path_params["token"]
        asked: str = request.path_params["method"]
        name = _NAMES.get(asked.lower(), asked)
        arguments, refusal = await self._arguments(request)
        chat_id = arguments.text("chat_id")
        call = self._state.world.open_call(
            service="telegram",
            operation=name,
            method=request.method,
            path=_masked(request, token),
            subject={"chat": chat_id} if chat_id else {},
            params=arguments.for_the_log(),
        )

        async def handle() -> Response:
            if refusal is not None:
                raise refusal
            answering = self._answered(call, self._bot(token), name, arguments)
            return await (_while_connected(request, answering) if name == "getUpdates" else answering)

        return await self._served(call, handle)

    async def _download(self, request: Request) -> Response:
        token: str = request.path_params["token"]
        call = self._state.world.open_call(
            service="telegram",
            operation="download",
            method=request.method,
            path=_masked(request, token),
            subject={},
            params={},
        )

        async def handle() -> Response:
            self._bot(token)
            file = self._state.files.offered(request.path_params["path"])
            if file is None:
                raise ApiError(404, "Not Found")
            return FileResponse(file.content_path, media_type="application/octet-stream")

        return await self._served(call, handle)

    async def _served(self, call: Call, handle: Callable[[], Awaitable[Response]]) -> Response:
        async def guarded() -> Response:
            try:
                return await handle()
            except ApiError as error:
                return _logged(call, _refused(error))

        return await serve(self._state.world, call, guarded, server_error=_server_error)

    async def _arguments(self, request: Request) -> tuple[Arguments, ApiError | None]:
        # A body that is refused is a call too: it is logged and may be hit by a fault.
        try:
            return await arguments_of(request, file_bytes=self._state.limits.file_bytes), None
        except ApiError as error:
            return Arguments({}), error

    async def _answered(self, call: Call, bot: Bot, name: str, arguments: Arguments) -> Response:
        method = METHODS.get(name)
        if method is None:
            raise ApiError(404, "Not Found")
        answer = await method(MethodCall(state=self._state, bot=bot, arguments=arguments))
        body = {"ok": True, "result": answer.result}
        return _logged(call, body | ({"description": answer.description} if answer.description else {}))

    def _bot(self, token: str) -> Bot:
        bot = self._state.bots.get(token)
        if bot is not None:
            return bot
        raise ApiError(
            401, "Unauthorized" if _TOKEN.fullmatch(token) else "Unauthorized: invalid token specified"
        )


async def _while_connected(request: Request, answering: Coroutine[Any, Any, Response]) -> Response:
    # A poll ends with its connection: who died while polling is not taken for a poller any more.
    answer, gone = asyncio.create_task(answering), asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        return answer.result() if answer.done() else Response(status_code=_CLIENT_CLOSED_REQUEST)
    finally:
        answer.cancel()
        gone.cancel()


def _masked(request: Request, token: str) -> str:
    return request.url.path.replace(token, f"{token.partition(':')[0]}:***")


def _refused(error: ApiError) -> dict[str, Any]:
    body = {"ok": False, "error_code": error.status, "description": error.description}
    return body | ({"parameters": dict(error.parameters)} if error.parameters else {})


def _logged(call: Call, body: Mapping[str, Any]) -> Response:
    call.answer = _shortened(body)
    retry_after = body.get("parameters", {}).get("retry_after")
    headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
    return JSONResponse(body, status_code=body.get("error_code", 200), headers=headers)


def _server_error(fault: Fault) -> Response:
    if fault.status == http.HTTPStatus.TOO_MANY_REQUESTS:
        seconds = int(fault.headers.get("Retry-After", "1"))
        body = _refused(too_many_requests(seconds))
        return JSONResponse(body, status_code=fault.status, headers={"Retry-After": str(seconds)})
    body = _refused(ApiError(fault.status, http.HTTPStatus(fault.status).phrase))
    return JSONResponse(body, status_code=fault.status)


def _shortened(value: Any) -> Any:
    match value:
        case str() if len(value) > _LONGEST_SHOWN_TEXT:
            return value[:_LONGEST_SHOWN_TEXT] + "…"
        case _ if is_object(value):
            return {key: _shortened(item) for key, item in value.items()}
        case _ if is_array(value):
            return [_shortened(item) for item in value[:_MOST_SHOWN_ITEMS]]
        case _:
            return value
