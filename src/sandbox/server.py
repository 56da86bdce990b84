"""Puts the stand-ins on ports: one call starts the whole outside world on loopback."""

import contextlib
import dataclasses
from collections.abc import AsyncGenerator

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from sandbox import demo, page
from sandbox.cloudinary.stand_in import CloudinaryStandIn
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
    cloudinary: CloudinaryStandIn
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
    cloudinary = CloudinaryStandIn(world)
    if not empty:
        demo.settle(telegram=telegram, graph=graph, cloudinary=cloudinary)
    front = Starlette(
        routes=[
            Mount("/sandbox/telegram", routes=telegram.control_routes()),
            Mount("/sandbox/graph", routes=graph.control_routes()),
            Mount("/sandbox/cloudinary", routes=cloudinary.control_routes()),
            Mount("/sandbox", routes=control.routes()),
            *telegram.api_routes(),
            *page.routes(),
        ]
    )
    apps: dict[str, ASGIApp] = {
        "page": front,
        "facebook_graph": graph.facebook_app,
        "instagram_graph": graph.instagram_app,
        "cloudinary": cloudinary.app,
    }
    on_ports = {name: (app, port + place if port else 0) for place, (name, app) in enumerate(apps.items())}
    async with listening(on_ports) as urls:
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
