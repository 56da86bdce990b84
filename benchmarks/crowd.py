"""Many accounts with a queue for each, prepared before the product starts, and how far it is with them."""

import asyncio
import dataclasses
import datetime as dt
import io
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from PIL import Image

from app.bootstrap import Storyline, assembled
from app.first_start import bring_up_to_date
from app.settings import load
from domain.publication import State
from domain.workspace import Workspace
from repositories.engine import parse
from repositories.tables import publications, uploads
from services.posting.compose import QueueRequest
from support.product import StandIns
from support.teams import Team, connect, environment_of, make_team

ACCOUNTS_PER_TEAM = 10


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What is asked for: stories of pictures that are used once."""

    accounts: int
    """A multiple of `ACCOUNTS_PER_TEAM`."""
    each: int = 1
    """Publications for each account."""
    side: int = 300
    """Pixels of a picture's width; at 490 its noise has 200 kB as a JPEG."""
    due_at: dt.datetime | None = None
    """None: at once."""


async def prepare(environment: Mapping[str, str], outside: StandIns, folder: Path, queue: Queue) -> None:
    """Make the teams and their accounts, and queue all publications."""
    with environment_of(environment):
        settings = load()
        await bring_up_to_date(settings)
        async with assembled(settings) as storyline:
            for number in range(queue.accounts // ACCOUNTS_PER_TEAM):
                team = make_team(outside, number, accounts=ACCOUNTS_PER_TEAM)
                workspace = await connect(storyline, team)
                await _queue(storyline, workspace, team, folder / team.name, queue)


async def _queue(storyline: Storyline, workspace: Workspace, team: Team, library: Path, queue: Queue) -> None:
    names = [account.username for account in team.accounts for _ in range(queue.each)]
    await asyncio.to_thread(_make_pictures, library, len(names), queue.side)
    await storyline.ingest.import_folder(
        library, workspace_id=workspace.id, actor="bench", on_progress=lambda _: None
    )
    async with storyline.database.begin() as uow:
        media = await uow.media.find(workspace.id, limit=len(names))
    for item, name in zip(media, names, strict=True):
        request = QueueRequest(
            workspace_id=workspace.id,
            media=(item.id,),
            placement="story",
            account_names=(name,),
            at=queue.due_at,
        )
        await storyline.queue.add(request, by="bench")


def _make_pictures(library: Path, count: int, side: int) -> None:
    library.mkdir()
    for number in range(count):
        (library / f"{number}.jpg").write_bytes(_picture(side))


def _picture(side: int) -> bytes:
    height = side * 16 // 9
    noise: Any = Image.frombytes("L", (side, height), secrets.token_bytes(side * height))
    buffer = io.BytesIO()
    noise.convert("RGB").save(buffer, "JPEG", quality=60)
    return buffer.getvalue()


class Progress:
    """Reads from the product's database where its publications are, without holding anything up."""

    def __init__(self, url: str) -> None:
        driver = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite"}[parse(url).drivername]
        self._engine = sa.create_engine(parse(url).set(drivername=driver))

    def published(self) -> int:
        """Count the publications that are out."""
        with self._engine.connect() as connection:
            return (
                connection.scalar(sa.select(sa.func.count()).where(publications.c.state == State.PUBLISHED))
                or 0
            )

    def completed(self) -> int:
        """Count those whose uploads are deleted as well."""
        with self._engine.connect() as connection:
            return (
                connection.scalar(
                    sa.select(sa.func.count())
                    .select_from(uploads.join(publications))
                    .where(publications.c.state == State.PUBLISHED, uploads.c.deleted_at.is_not(None))
                )
                or 0
            )

    def close(self) -> None:
        """Close the connection."""
        self._engine.dispose()
