"""How fast a library is taken in from empty, with hash, thumbnail and fingerprint, in how much memory.

Photographs are made once, of grain over soft colours, so that they compress as real ones do: nine in ten as
JPEG at quality 88, the others as PNG and WebP; those of 12 megapixels are JPEG alone, as cameras give them.
They are kept in the machine's folder for temporary files for the next time. They are imported by the real
service and workers into an empty SQLite database; then once more, when all is known.

Run: python -m benchmarks.import_speed [--small N] [--large N]
"""

import argparse
import asyncio
import contextlib
import dataclasses
import random
import resource
import sys
import tempfile
import time
from collections.abc import AsyncGenerator
from pathlib import Path

from cryptography.fernet import Fernet
from PIL import Image
from rich.console import Console
from rich.table import Table

from app.clock import SystemClock
from app.media_workers.pool import MediaWorkers
from domain.ids import ChatId, WorkspaceId
from domain.publication import COMMAND_LINE
from repositories.engine import create_engine
from repositories.migrate import upgrade
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from services.media.ingest import IngestService
from services.media.thumbnails import Thumbnails


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Photographs of one size, and how many of them a second must be taken in."""

    name: str
    size: tuple[int, int]
    count: int
    bound: float
    formats: tuple[str, ...]


def main() -> None:
    """Measure, print the table, and end with 1 when a bound is not kept."""
    parser = argparse.ArgumentParser(description="the speed of an import")
    parser.add_argument("--small", type=int, default=1000, help="how many of 2 megapixels")
    parser.add_argument("--large", type=int, default=200, help="how many of 12 megapixels")
    options = parser.parse_args()
    mixed = ("jpg",) * 18 + ("png", "webp")
    stocks = (
        Stock(name="2 megapixels", size=(1920, 1080), count=options.small, bound=100, formats=mixed),
        Stock(name="12 megapixels", size=(4000, 3000), count=options.large, bound=30, formats=("jpg",)),
    )
    table = Table(title="Import with hash, thumbnail and fingerprint")
    for column in ("", "files", "MB", "files a second", "bound", "processor ms a file", "once more", "kept"):
        table.add_column(column, justify="right")
    kept = True
    for stock in stocks:
        folder = _made(stock)
        files, again, processor = asyncio.run(_measure(folder, stock.count))
        kept = kept and files >= stock.bound
        megabytes = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        verdict = "yes" if files >= stock.bound else "NO"
        table.add_row(
            *(stock.name, f"{stock.count:,}", f"{megabytes:,.0f}", f"{files:.0f}", f"{stock.bound:.0f}"),
            *(f"{processor * 1000:.1f}", f"{again:,.0f}", verdict),
        )
    console = Console()
    console.print(table)
    main_mb, worker_mb = (
        resource.getrusage(who).ru_maxrss / 1e3 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    console.print(f"memory at most: {main_mb:.0f} MB in the main process, {worker_mb:.0f} MB in a worker")
    sys.exit(not kept)


async def _measure(folder: Path, count: int) -> tuple[float, float, float]:
    """Return how many files a second an import takes in, how many it passes over, and the processor's time.

    The time is that of all processes for one file; on a busy machine it says more than the speed does.
    """
    used = _processor_seconds()
    with tempfile.TemporaryDirectory() as data:
        async with _database(Path(data)) as database, MediaWorkers() as workers:
            ingest = IngestService(
                database=database,
                clock=SystemClock(),
                examiner=workers,
                thumbnails=Thumbnails(Path(data) / "thumbnails", thumbnailer=workers),
            )
            workspace_id = await _add_workspace(database)
            speeds: list[float] = []
            for _ in range(2):
                began = time.perf_counter()
                report = await ingest.import_folder(
                    folder, workspace_id=workspace_id, actor=COMMAND_LINE, on_progress=lambda _: None
                )
                speeds.append(count / (time.perf_counter() - began))
                if report.problems or report.added + report.known != count:
                    raise RuntimeError(f"not all was taken in: {report}")
    return speeds[0], speeds[1], (_processor_seconds() - used) / count


def _processor_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _made(stock: Stock) -> Path:
    folder = Path(tempfile.gettempdir()) / f"storyline-photographs-{stock.size[0]}-{stock.count}"
    folder.mkdir(exist_ok=True)
    for number in range(stock.count):
        path = folder / f"{number:05}.{stock.formats[number % len(stock.formats)]}"
        if not path.exists():
            _save(_photograph(number, stock.size), path)
    return folder


def _photograph(number: int, size: tuple[int, int]) -> Image.Image:
    chance = random.Random(number)
    colors = Image.frombytes("RGB", (12, 9), chance.randbytes(12 * 9 * 3))
    soft = colors.resize(size)  # pyright: ignore[reportUnknownMemberType] -- Pillow's own hint is partial
    grain = Image.effect_noise(size, 40).convert("RGB")
    return Image.blend(soft, grain, 0.25)


def _save(photograph: Image.Image, path: Path) -> None:
    unfinished = path.with_suffix(".unfinished")
    formats = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
    photograph.save(unfinished, formats[path.suffix], **({} if path.suffix == ".png" else {"quality": 88}))
    unfinished.replace(path)


async def _add_workspace(database: SqlDatabase) -> WorkspaceId:
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Bench", chat_id=ChatId(-1), at=SystemClock().now())
        await uow.commit()
    return workspace_id


@contextlib.asynccontextmanager
async def _database(folder: Path) -> AsyncGenerator[SqlDatabase]:
    url = f"sqlite:///{folder / 'bench.db'}"
    await asyncio.to_thread(upgrade, url)
    database = SqlDatabase(create_engine(url), TokenVault([Fernet.generate_key().decode()]))
    yield database
    await database.close()


if __name__ == "__main__":
    main()
