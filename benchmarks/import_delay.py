"""P5: how long the event loop is held up while 20 MB are imported and uploaded.

Pictures of 2 MB are made, imported by the real workers into SQLite and uploaded through the Cloudinary SDK to
the stand-in, which runs in a process of its own. Meanwhile a task asks every millisecond to be woken, and
notes how late it is. The same is noted while nothing else happens: the baseline.

Run: python benchmarks/import_delay.py [--rounds N]
"""

import argparse
import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

from cryptography.fernet import Fernet
from PIL import Image
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from app.clock import SystemClock
from app.media_workers.pool import MediaWorkers
from domain.ids import ChatId, PlatformName, PublicationId, WorkspaceId
from domain.media import MediaItem
from domain.publication import COMMAND_LINE
from repositories.engine import create_engine
from repositories.migrate import upgrade
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from sandbox import demo
from services.media.hosting import HostedFiles
from services.media.ingest import IngestService
from services.media.thumbnails import Thumbnails
from services.ports import MediaStore
from services.repositories.publications import NewPost, NewPublication
from services.unit_of_work import Database
from storage.cloudinary import CloudinaryStore
from storage.settings import CloudinarySettings

BOUND_MS = 20.0
PICTURES = 10
SIDE = 2_000
"""Pixels; a square of noise has 2 MB as a JPEG."""
IDLE = dt.timedelta(seconds=5)


@dataclasses.dataclass(slots=True)
class Delays:
    """How late a task was woken, in milliseconds."""

    noted: list[float] = dataclasses.field(default_factory=list[float])

    @contextlib.asynccontextmanager
    async def noting(self) -> AsyncGenerator[None]:
        """Note while inside."""
        noting = asyncio.create_task(self._note())
        try:
            yield
        finally:
            noting.cancel()

    async def _note(self) -> None:
        while True:
            asked = time.perf_counter()
            await asyncio.sleep(0.001)
            self.noted.append((time.perf_counter() - asked - 0.001) * 1000)

    def quantile(self, share: float) -> float:
        """Return the delay that this share of all stays within."""
        return sorted(self.noted)[min(len(self.noted) - 1, int(share * len(self.noted)))]


def main() -> None:
    """Measure, print the table, and end with 1 when the bound is not kept."""
    parser = argparse.ArgumentParser(description="P5: delay of the event loop")
    parser.add_argument("--rounds", type=int, default=5, help="of 20 MB each")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        idle, busy, seconds = asyncio.run(_measure(Path(folder), rounds=options.rounds))
    over = busy.quantile(0.999) - idle.quantile(0.999)
    _print(idle, busy, seconds, over)
    sys.exit(over > BOUND_MS)


async def _measure(folder: Path, *, rounds: int) -> tuple[Delays, Delays, float]:
    idle, busy = Delays(), Delays()
    library = folder / "library"
    await asyncio.to_thread(_make_pictures, library, rounds)
    async with _cloud_url() as url, _database(folder) as database, MediaWorkers() as workers:
        clock = SystemClock()
        ingest = IngestService(
            database=database,
            clock=clock,
            examiner=workers,
            thumbnails=Thumbnails(folder / "thumbnails", thumbnailer=workers),
        )
        store = _store(url)
        workspace_id = await _add_workspace(database)
        async with idle.noting():
            await asyncio.sleep(IDLE.total_seconds())
        started = time.perf_counter()
        async with busy.noting():
            for number in range(rounds):
                await ingest.import_folder(
                    library / str(number),
                    workspace_id=workspace_id,
                    actor=COMMAND_LINE,
                    on_progress=lambda _: None,
                )
                await _upload(database, store, workspace_id, category=str(number))
        return idle, busy, time.perf_counter() - started


async def _upload(database: Database, store: MediaStore, workspace_id: WorkspaceId, *, category: str) -> None:
    async with database.begin() as uow:
        library = await uow.media.find(workspace_id)
    items = [item for item in library if item.description.category == category]
    queued = [(item, await _queue(database, item)) for item in items]
    await asyncio.gather(
        *(
            HostedFiles(
                database=database, clock=SystemClock(), store=store, publication_id=publication_id
            ).url(item)
            for item, publication_id in queued
        )
    )


async def _queue(database: Database, item: MediaItem) -> PublicationId:
    now = SystemClock().now()
    async with database.begin() as uow:
        account = (await uow.accounts.find(item.workspace_id))[0]
        post_id = await uow.posts.add(
            NewPost(workspace_id=item.workspace_id, caption="", link="", needs=frozenset(), media=(item.id,)),
            at=now,
        )
        publication_id = await uow.publications.add(
            NewPublication(
                workspace_id=item.workspace_id,
                post_id=post_id,
                account_id=account.id,
                platform=account.platform,
                placement="story",
                due_at=now,
            ),
            at=now,
            actor=COMMAND_LINE,
        )
        await uow.commit()
    assert publication_id is not None  # noqa: S101 -- it fills no slot, so none can be taken
    return publication_id


async def _add_workspace(database: Database) -> WorkspaceId:
    now = SystemClock().now()
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Bench", chat_id=ChatId(-1), at=now)
        await uow.accounts.add(
            workspace_id,
            platform=PlatformName("instagram"),
            external_id="1",
            name="bench",
            login="facebook",
            at=now,
        )
        await uow.commit()
    return workspace_id


def _make_pictures(library: Path, rounds: int) -> None:
    for number in range(rounds):
        folder = library / str(number)
        folder.mkdir(parents=True)
        for place in range(PICTURES):
            noise = Image.frombytes("L", (SIDE, SIDE), secrets.token_bytes(SIDE * SIDE))
            noise.convert("RGB").save(folder / f"{place}.jpg", quality=60)


def _store(url: str) -> MediaStore:
    settings = CloudinarySettings(
        cloudinary_cloud_name=demo.CLOUD_NAME,
        cloudinary_api_key=demo.CLOUD_API_KEY,
        cloudinary_api_secret=SecretStr(demo.CLOUD_API_SECRET),
        cloudinary_upload_prefix=url,
    )
    return CloudinaryStore(settings, timeout=dt.timedelta(seconds=60))


@contextlib.asynccontextmanager
async def _database(folder: Path) -> AsyncGenerator[Database]:
    url = f"sqlite:///{folder / 'bench.db'}"
    await asyncio.to_thread(upgrade, url)
    database = SqlDatabase(create_engine(url), TokenVault([Fernet.generate_key().decode()]))
    yield database
    await database.close()


@contextlib.asynccontextmanager
async def _cloud_url() -> AsyncGenerator[str]:
    sandbox = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox", "--port", "0"), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert sandbox.stdout is not None  # noqa: S101 -- it was started with a pipe
        urls: dict[str, str] = json.loads(await sandbox.stdout.readline())
        yield urls["cloudinary"]
    finally:
        sandbox.terminate()
        await sandbox.wait()


def _print(idle: Delays, busy: Delays, seconds: float, over: float) -> None:
    table = Table(title="P5: delay of the event loop, ms")
    for column in ("", "samples", "p50", "p99", "p99.9", "maximum"):
        table.add_column(column, justify="right")
    for name, delays in (("idle", idle), ("import and upload", busy)):
        shares: Sequence[float] = (0.5, 0.99, 0.999, 1)
        figures = (f"{delays.quantile(share):.2f}" for share in shares)
        table.add_row(name, f"{len(delays.noted):,}", *figures)
    console = Console()
    console.print(table)
    verdict = "kept" if over <= BOUND_MS else "NOT kept"
    console.print(
        f"p99.9 over the baseline: {over:.2f} ms, bound {BOUND_MS:g} ms {verdict} ({seconds:.1f} s busy)"
    )


if __name__ == "__main__":
    main()
