"""Puts the stand-ins on ports: one call starts the whole outside world on loopback."""

import contextlib
import dataclasses
import importlib
from collections.abc import AsyncGenerator
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from sandbox import demo, page
from sandbox.control import Control
from sandbox.graph.stand_in import GraphStandIn
from sandbox.serving import listening
from sandbox.telegram.stand_in import TelegramStandIn
from sandbox.world import World


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Urls:
    """Base URLs, scheme, host and port only."""

    page: str
    telegram: str
    facebook_graph: str
    instagram_graph: str
    cloudinary: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Sandbox:
    """A running sandbox."""

    world: World
    telegram: TelegramStandIn
    graph: GraphStandIn
    cloudinary: Any
    urls: Urls


@contextlib.asynccontextmanager
async def running(
    *, port: int = 0, world: World | None = None, empty: bool = False
) -> AsyncGenerator[Sandbox]:
    """Serve every stand-in while inside.

    Args:
        port: of the page, the controls and Telegram; the next three are graph.facebook.com,
            graph.instagram.com and Cloudinary. 0 takes four free ones.
        world: what they share; a fresh one by default.
        empty: leave the demo's bot, chat, people, accounts and cloud out.

    Raises:
        OSError: a port is taken.
    """
    world = world or World()
    control = Control(world)
    telegram = TelegramStandIn(world)
    graph = GraphStandIn(world)
    cloudinary = _landed("sandbox.cloudinary.stand_in", "CloudinaryStandIn", world)
    routes: list[BaseRoute] = [
        Mount("/sandbox/telegram", routes=telegram.control_routes()),
        Mount("/sandbox/graph", routes=graph.control_routes()),
        Mount("/sandbox/cloudinary", routes=cloudinary.control_routes() if cloudinary else []),
        Mount("/sandbox", routes=control.routes()),
        *telegram.api_routes(),
        *page.routes(),
    ]
    if not empty:
        demo.settle(telegram=telegram, graph=graph)
    apps: dict[str, tuple[Any, int]] = {"page": (Starlette(routes=routes), port)}
    apps["facebook_graph"] = (graph.facebook_app, port + 1 if port else 0)
    apps["instagram_graph"] = (graph.instagram_app, port + 2 if port else 0)
    apps["cloudinary"] = (cloudinary.app if cloudinary else Starlette(), port + 3 if port else 0)
    async with listening(apps) as urls:
        try:
            yield Sandbox(
                world=world,
                telegram=telegram,
                graph=graph,
                cloudinary=cloudinary,
                urls=Urls(telegram=urls["page"], **urls),
            )
        finally:
            control.close()
            await telegram.close()
            await graph.close()


def _landed(module: str, name: str, world: World) -> Any:
    try:
        return getattr(importlib.import_module(module), name)(world)
    except ImportError:
        return None
