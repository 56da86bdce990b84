"""Media that the product hosts itself, served over loopback."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path

from starlette.applications import Starlette

from sandbox.serving import listening
from services.media.links import MediaLinks
from storage.local import LocalStore
from support.fake_clock import FakeClock
from web.media import route

KEYS = (b"newest key", b"older key")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class RunningHost:
    """A folder that is served."""

    url: str
    folder: Path
    clock: FakeClock
    store: LocalStore
    links: MediaLinks


@contextlib.asynccontextmanager
async def host_running(folder: Path, *, lifetime: dt.timedelta) -> AsyncGenerator[RunningHost]:
    """Serve hosted media while inside."""
    clock = FakeClock()
    app = Starlette()
    async with listening({"media": (app, 0)}) as urls:
        links = MediaLinks(base_url=urls["media"], keys=KEYS, clock=clock)
        app.router.routes.append(route(links, folder))
        store = LocalStore(folder=folder, links=links, clock=clock, lifetime=lifetime)
        yield RunningHost(url=urls["media"], folder=folder, clock=clock, store=store, links=links)
