"""Serves the health endpoints in the product's own loop, without taking its signals."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncGenerator, Generator

import structlog
import uvicorn
from starlette.types import ASGIApp

from app.settings import WebSettings

logger = structlog.get_logger()


class _Server(uvicorn.Server):
    """uvicorn that leaves the signals to the process: it would raise them again after its own end."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave the signals alone."""
        yield


@contextlib.asynccontextmanager
async def served(app: ASGIApp, web: WebSettings) -> AsyncGenerator[None]:
    """Serve the application while inside. A port that is taken is reported and costs nothing else."""
    listener = _bound(web)
    if listener is None:
        yield
        return
    server = _Server(
        uvicorn.Config(
            app, lifespan="off", log_config=None, access_log=False, timeout_graceful_shutdown=2, ws="none"
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listener]), name="web")
    try:
        yield
    finally:
        server.should_exit = True
        await serving


def _bound(web: WebSettings) -> socket.socket | None:
    if web.web_port == 0:
        return None
    family = socket.AF_INET6 if ":" in web.web_host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((web.web_host, web.web_port))
    except OSError as error:
        # Two processes on one machine are allowed; the second one works without health endpoints.
        listener.close()
        logger.warning("web.port_not_available", host=web.web_host, port=web.web_port, why=error.strerror)
        return None
    return listener
