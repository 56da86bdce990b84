"""How a stand-in serves one call: logged, timed, and with whatever fault is switched on for it."""

import asyncio
import contextlib
import errno
import socket
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from typing import Any, cast

import uvicorn
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from sandbox.faults import Effect, Fault
from sandbox.world import Call, World

_TICK_SECONDS = 0.1
TRANSPORT = "sandbox.transport"
"""Key of the ASGI scope under which `DroppableProtocol` leaves the connection's transport."""


class PortTakenError(Exception):
    """Another program listens on a port."""

    def __init__(self, port: int) -> None:
        super().__init__(f"Port {port} is taken.")


class DroppableProtocol(H11Protocol):
    """uvicorn's HTTP protocol, with the transport within reach so that a fault can cut the connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wrap the application so that each request's scope knows its transport."""
        super().connection_made(transport)
        served = cast("ASGIApp", self.app)

        async def with_transport(scope: Scope, receive: Receive, send: Send) -> None:
            scope[TRANSPORT] = transport
            await served(scope, receive, send)

        self.app = with_transport  # pyright: ignore[reportAttributeAccessIssue]


class DroppedResponse(Response):
    """Closes the connection instead of answering."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cut the connection at once; the client sees it closed without an answer."""
        transport: asyncio.Transport | None = scope.get(TRANSPORT)
        if transport is None:
            msg = "no transport in the scope: serve with DroppableProtocol"
            raise RuntimeError(msg)
        transport.abort()


async def serve(
    world: World,
    call: Call,
    handle: Callable[[], Awaitable[Response]],
    *,
    server_error: Callable[[Fault], Response],
) -> Response:
    """Answer one logged call by `handle`, bent by the fault that hits it.

    `server_error` writes the service's own shape of a failure for a fault that brings no body.
    """
    started = time.monotonic()
    fault = world.faults.take(call.service, call.operation, call.subject)
    response: Response | None = None
    try:
        response = await _bent(fault, handle, server_error)
        return response
    finally:
        call.fault = fault.effect if fault else None
        call.duration_ms = round((time.monotonic() - started) * 1000, 1)
        if response is not None and not isinstance(response, DroppedResponse):
            call.status = response.status_code
        world.close_call(call)


async def _bent(
    fault: Fault | None, handle: Callable[[], Awaitable[Response]], server_error: Callable[[Fault], Response]
) -> Response:
    if fault is None:
        return await handle()
    match fault.effect:
        case Effect.REFUSE:
            return _refusal(fault, server_error)
        case Effect.REFUSE_AFTER:
            await handle()
            return _refusal(fault, server_error)
        case Effect.DROP:
            return DroppedResponse()
        case Effect.LOSE_ANSWER:
            await handle()
            return DroppedResponse()
        case Effect.DELAY:
            await asyncio.sleep(fault.delay_seconds)
            return await handle()
        case Effect.DELAY_ANSWER:
            response = await handle()
            await asyncio.sleep(fault.delay_seconds)
            return response
        case Effect.BEHAVE:
            return await handle()


def _refusal(fault: Fault, server_error: Callable[[Fault], Response]) -> Response:
    if fault.body is None:
        response = server_error(fault)
        response.headers.update(fault.headers)
        return response
    if isinstance(fault.body, str):
        return Response(fault.body, status_code=fault.status, headers=fault.headers)
    return JSONResponse(fault.body, status_code=fault.status, headers=fault.headers)


class _Server(uvicorn.Server):
    """uvicorn that stops at once when told, and leaves the signals to the process that hosts the sandbox."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin to shut down."""
        self.should_exit = True
        self._stopping.set()

    async def main_loop(self) -> None:
        """Tick as uvicorn does, ten times a second, but hear of the stop between ticks."""
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), _TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Shut down as uvicorn does, but without its pause when nobody is connected."""
        if self.server_state.connections or self.server_state.tasks:
            return await super().shutdown(sockets)
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        return None

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave the signals alone."""
        yield


@contextlib.asynccontextmanager
async def listening(apps: Mapping[str, tuple[ASGIApp, int]]) -> AsyncGenerator[dict[str, str]]:
    """Serve each named application on its own loopback port while inside; yield their base URLs by name.

    Port 0 takes a free one. Raises `PortTakenError`.
    """
    servers: list[tuple[_Server, asyncio.Task[None]]] = []
    urls: dict[str, str] = {}
    try:
        for name, (app, port) in apps.items():
            config = uvicorn.Config(
                app,
                host="127.0.0.1",
                port=port,
                http=DroppableProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=1,
            )
            listener = _bound(port)
            server = _Server(config)
            task = asyncio.create_task(server.serve(sockets=[listener]), name=f"sandbox-{name}")
            servers.append((server, task))
            while not server.started:
                if task.done():
                    task.result()
                    msg = f"the sandbox's {name} server stopped while starting"
                    raise RuntimeError(msg)
                await asyncio.sleep(0.005)
            urls[name] = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield urls
    finally:
        for server, _ in servers:
            server.stop()
        await asyncio.gather(*(task for _, task in servers), return_exceptions=True)


def _bound(port: int) -> socket.socket:
    # uvicorn's own bind_socket ends the process when the port is taken.
    # asyncio sends small answers at once (TCP_NODELAY) only where the protocol is named.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(("127.0.0.1", port))
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTakenError(port) from error
        raise
    bound.set_inheritable(True)
    return bound
