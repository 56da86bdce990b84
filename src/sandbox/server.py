"""Puts the stand-ins on ports: one call starts the whole outside world on loopback."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox import demo, page
from sandbox.cloudinary.stand_in import CloudinaryStandIn
from sandbox.control import Control
from sandbox.graph.control import GraphControl
from sandbox.graph.stand_in import GraphStandIn
from sandbox.serving import listening
from sandbox.snapshot import Snapshot
from sandbox.state_file import StateFile
from sandbox.telegram.control import TelegramControl
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
    graph_upload: str
    graph_video: str
    instagram_oauth: str


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Sandbox:
    """A running sandbox."""

    world: World
    telegram: TelegramStandIn
    graph: GraphStandIn
    cloudinary: CloudinaryStandIn
    urls: Urls

    def answer_at_once(self) -> None:
        """Let no container take time, and look into no media: what is measured then is the client."""
        self.graph.settings.change(
            {"decode": False, "image_processing_seconds": 0, "video_processing_seconds": 0}
        )
        self.cloudinary.settings.change({"decode": False})


@contextlib.asynccontextmanager
async def running(
    *, port: int = 0, world: World | None = None, empty: bool = False
) -> AsyncGenerator[Sandbox]:
    """Serve every stand-in while inside.

    Args:
        port: of the page, the controls and Telegram; the next six are graph.facebook.com,
            graph.instagram.com, Cloudinary, rupload.facebook.com, graph-video.facebook.com and
            api.instagram.com. 0 takes free ones.
        world: what they share; a fresh one by default. One with a folder goes on where it was left there,
            and is written down shortly after each change.
        empty: leave the demo's bot, chat, people, accounts and cloud out of a new world.

    Raises:
        PortTakenError: another program listens on one of them.
    """
    world = world or World()
    file = StateFile(world.folder) if world.folder else None
    past = await asyncio.to_thread(file.load) if file else None
    if past is not None:
        offset = dt.timedelta(seconds=past.clock_offset_seconds)
        world.resume(runs=past.runs, clock_offset=offset, clock_speed=past.clock_speed)
    control = Control(world)
    telegram = TelegramStandIn(world)
    graph = GraphStandIn(world)
    cloudinary = CloudinaryStandIn(world)
    if past is not None:
        await telegram.restore(past.telegram)
        graph.restore(past.graph)
        cloudinary.restore(past.cloudinary)
    elif not empty:
        demo.settle(telegram=telegram, graph=graph, cloudinary=cloudinary)

    def take() -> Snapshot:
        return Snapshot(
            runs=world.runs,
            clock_offset_seconds=round(world.clock.offset.total_seconds(), 2),
            clock_speed=world.clock.speed,
            telegram=telegram.snapshot(),
            graph=graph.snapshot(),
            cloudinary=cloudinary.snapshot(),
        )

    front = Starlette(
        routes=[
            Mount("/sandbox/telegram", routes=TelegramControl(telegram).routes()),
            Mount("/sandbox/graph", routes=GraphControl(graph, world).routes()),
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
        "graph_upload": graph.upload_app,
        "graph_video": graph.facebook_app,
        "instagram_oauth": graph.code_app,
    }
    on_ports = {
        name: (_noted(app, world), port + place if port else 0)
        for place, (name, app) in enumerate(apps.items())
    }
    keeping = file.kept(world.changed, take) if file else contextlib.nullcontext()
    async with keeping, listening(on_ports) as urls:
        world.changed.set()
        graph.settings.change({"upload_base_url": urls["graph_upload"]})
        graph.resume()
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


def _noted(app: ASGIApp, world: World) -> ASGIApp:
    """Take every request for a change, from its arrival on: some wait long after their effect."""

    async def noting(scope: Scope, receive: Receive, send: Send) -> None:
        world.changed.set()
        try:
            await app(scope, receive, send)
        finally:
            world.changed.set()

    return noting
