"""The product inside this process, so that its statements can be counted and its wake-ups timed."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import io
import itertools
import os
import signal
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from app.bootstrap import Storyline, assembled
from app.first_start import bring_up_to_date
from app.process import run_until_stopped
from app.settings import load
from domain.ids import PublicationId
from domain.publication import State
from domain.workspace import Workspace
from services.posting.compose import QueueRequest
from support.pictures import picture_of
from support.product import READY_WITHIN, StandIns
from support.teams import Team, connect, environment_of, make_team

LOOK_EVERY = 0.02
_numbers = itertools.count(1)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A team, and services on the product's database to queue and to look with."""

    storyline: Storyline
    outside: StandIns
    folder: Path
    team: Team
    workspace: Workspace

    async def add(self, *, at: dt.datetime | None = None, **wishes: Any) -> PublicationId:
        """Queue a story of a picture of its own, now or for a time."""
        path = self.folder / f"{next(_numbers)}.jpg"
        await asyncio.to_thread(path.write_bytes, picture_of(path.name))
        item = await self.storyline.ingest.import_file(path, workspace_id=self.workspace.id, actor="bench")
        request = QueueRequest(
            workspace_id=self.workspace.id,
            media=(item.id,),
            placement="story",
            at=at,
            account_names=(self.team.accounts[0].username,),
        )
        (job,) = await self.storyline.queue.add(dataclasses.replace(request, **wishes), by="bench")
        return job.publication.id

    async def state(self, publication_id: PublicationId) -> State:
        """Return where a publication is."""
        async with self.storyline.database.read() as look:
            found = await look.publications.get(publication_id)
        if found is None:
            raise LookupError(publication_id)
        return found.state

    async def until_state(self, publication_id: PublicationId, state: State) -> None:
        """Wait until a publication has come to a state."""

        async def has_come() -> bool:
            return await self.state(publication_id) is state

        await until(has_come)


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something holds, by looking again and again.

    Raises:
        TimeoutError: it did not in time.
    """
    async with asyncio.timeout(READY_WITHIN):
        while not await holds():  # noqa: ASYNC110  (other processes tell nobody)
            await asyncio.sleep(LOOK_EVERY)


@contextlib.asynccontextmanager
async def desk(environment: Mapping[str, str], outside: StandIns, folder: Path) -> AsyncGenerator[Desk]:
    """Make a team in a migrated database; nothing works on what it queues yet."""
    with environment_of(environment):
        settings = load()
        await bring_up_to_date(settings)
        async with assembled(settings) as storyline:
            team = make_team(outside, 0)
            yield Desk(
                storyline=storyline,
                outside=outside,
                folder=folder,
                team=team,
                workspace=await connect(storyline, team),
            )


@contextlib.asynccontextmanager
async def product_inside(environment: Mapping[str, str]) -> AsyncGenerator[None]:
    """Run the product's own process function as a task of this one, until it is stopped by SIGTERM.

    What this process prints meanwhile is kept back.
    """
    printed = io.StringIO()
    with (
        environment_of(environment),
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        running = asyncio.create_task(run_until_stopped(load()), name="product")

        async def is_ready() -> bool:
            if running.done():
                await running
            return "bot.ready" in printed.getvalue()

        await until(is_ready)
        try:
            yield
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            await running
