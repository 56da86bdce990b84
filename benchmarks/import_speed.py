"""How a library is taken in from empty: how fast, in how much memory, and whether all that is good is in.

    python -m benchmarks.import_speed [--small 1000] [--large 200] [--files 10000]
                                      [--database sqlite|postgresql] [--folder DIR]

First photographs of one size each: `--small` of 2 megapixels, nine in ten JPEG at quality 88, the others PNG
and WebP, and `--large` of 12 megapixels, JPEG as cameras give them. Then a mixed folder of `--files`
files (benchmarks/mixed_folder.py: all formats, duplicates, odd names, broken and hostile ones) by the command
line, once in one go, and once interrupted by SIGINT after a third, by SIGKILL after two thirds, and taken up
again; both must end alike, with all good files in and each bad one named with its reason. Each kind of
database in turn, unless one is chosen.

The files are made once, in `--folder` or the machine's folder for temporary files: 10,000 take some minutes
and 9 GB. The time of the processor is that of all processes together; on a busy machine it
says more than the speed does. Memory is read from /proc, so on Linux alone.
"""

import argparse
import asyncio
import collections
import contextlib
import dataclasses
import json
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path

from benchmarks.claim import empty_database
from benchmarks.mixed_folder import ADDED, DUPLICATE, LARGE, SMALL, Planned, made, photograph
from cryptography.fernet import Fernet
from PIL import Image
from rich.console import Console
from rich.table import Table

from app.clock import SystemClock
from app.media_workers.pool import MediaWorkers
from domain.ids import ChatId, WorkspaceId
from domain.publication import COMMAND_LINE
from repositories.engine import create_engine
from repositories.unit_of_work import SqlDatabase
from repositories.vault import TokenVault
from services.media.ingest import IngestService
from services.media.sidecars import shown
from services.media.thumbnails import Thumbnails
from support.databases import Postgres, running_postgres

ROOT = Path(__file__).resolve().parents[1]
KINDS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """Photographs of one size, and how many of them a second must be taken in."""

    name: str
    size: tuple[int, int]
    count: int
    bound: float
    formats: tuple[str, ...]


def main() -> None:
    """Measure, print the tables, and end with 1 when a bound is not kept or something is not in."""
    parser = argparse.ArgumentParser(description="the import of a library")
    parser.add_argument("--small", type=int, default=1000, help="how many photographs of 2 megapixels")
    parser.add_argument("--large", type=int, default=200, help="how many of 12 megapixels")
    parser.add_argument("--files", type=int, default=10_000, help="how many files the mixed folder has")
    parser.add_argument("--database", choices=KINDS, help="only this one")
    parser.add_argument(
        "--folder", type=Path, default=Path(tempfile.gettempdir()), help="where files are kept"
    )
    options = parser.parse_args()
    kinds = [KINDS[options.database]] if options.database else list(KINDS.values())
    stocks = (
        Stock(
            name="2 megapixels",
            size=SMALL,
            count=options.small,
            bound=100,
            formats=("jpg",) * 18 + ("png", "webp"),
        ),
        Stock(name="12 megapixels", size=LARGE, count=options.large, bound=30, formats=("jpg",)),
    )
    kept = True
    with running_postgres() as server:
        if options.small and options.large:
            kept = _photographs(stocks, options.folder, kinds, server)
        if options.files:
            kept = _mixed(options.files, options.folder, kinds, server) and kept
    sys.exit(not kept)


def _photographs(stocks: Sequence[Stock], folder: Path, kinds: Sequence[str], server: Postgres) -> bool:
    table = Table(title="Import with hash, thumbnail and fingerprint", title_justify="left")
    for column in (
        "",
        "",
        "files",
        "MB",
        "files a second",
        "bound",
        "processor ms a file",
        "once more",
        "kept",
    ):
        table.add_column(column, justify="right")
    kept = True
    for stock in stocks:
        place = _stock_folder(stock, folder)
        megabytes = sum(path.stat().st_size for path in place.iterdir()) / 1e6
        for kind in kinds:
            with _empty(kind, server) as (url, data):
                files, again, processor = asyncio.run(_measure(place, stock.count, url, data))
            kept = kept and files >= stock.bound
            table.add_row(
                *(stock.name, kind, f"{stock.count:,}", f"{megabytes:,.0f}", f"{files:.0f}"),
                *(f"{stock.bound:.0f}", f"{processor * 1000:.1f}", f"{again:,.0f}"),
                "yes" if files >= stock.bound else "NO",
            )
    Console(width=110).print(table)
    return kept


async def _measure(folder: Path, count: int, url: str, data: Path) -> tuple[float, float, float]:
    """Return how many files a second are taken in, how many are passed over, and the processor's time."""
    database = SqlDatabase(create_engine(url), TokenVault([Fernet.generate_key().decode()]))
    used = _processor_seconds()
    speeds: list[float] = []
    async with MediaWorkers() as workers:
        ingest = IngestService(
            database=database,
            clock=SystemClock(),
            examiner=workers,
            thumbnails=Thumbnails(data / "thumbnails", thumbnailer=workers),
        )
        workspace_id = await _add_workspace(database)
        for _ in range(2):
            began = time.perf_counter()
            report = await ingest.import_folder(
                folder, workspace_id=workspace_id, actor=COMMAND_LINE, on_progress=lambda _: None
            )
            speeds.append(count / (time.perf_counter() - began))
            if report.problems or report.added + report.known != count:
                raise RuntimeError(f"not all was taken in: {report}")
    await database.close()
    return speeds[0], speeds[1], (_processor_seconds() - used) / count


def _mixed(count: int, folder: Path, kinds: Sequence[str], server: Postgres) -> bool:
    place = folder / f"storyline-mixed-{count}"
    place.mkdir(exist_ok=True)
    planned = made(place, count)
    table = Table(title=f"A mixed folder of {count:,} files", title_justify="left")
    columns = (
        "",
        "",
        "seconds",
        "files a second",
        "processor ms a file",
        "MB main",
        "MB worker",
        "as it should",
    )
    for column in columns:
        table.add_column(column, justify="right")
    kept = True
    told = collections.Counter[str]()
    for kind in kinds:
        with _empty(kind, server) as (url, data):
            whole = _CommandLine(url, data).imported(place)
        with _empty(kind, server) as (url, data):
            line = _CommandLine(url, data)
            cut = line.imported(place, until=(count // 3, signal.SIGINT))
            killed = line.imported(place, until=(2 * count // 3, signal.SIGKILL))
            resumed = line.imported(place)
        wrong = [*_wrong(planned, whole), *_wrong(planned, resumed)]
        if whole.library != resumed.library:
            wrong.append("the interrupted import did not end as the other one did")
        for name, runs in (("in one go", [whole]), ("interrupted", [cut, killed, resumed])):
            seconds, processor = sum(run.seconds for run in runs), sum(run.processor for run in runs)
            table.add_row(
                *(kind, name, f"{seconds:.0f}", f"{count / seconds:.0f}", f"{processor / count * 1000:.1f}"),
                *(f"{max(run.main_mb for run in runs):.0f}", f"{max(run.worker_mb for run in runs):.0f}"),
                "NO" if wrong else "yes",
            )
        told = collections.Counter(whole.reasons.values())
        kept = kept and not wrong
        print(*(f"{kind}: {sentence}" for sentence in wrong[:20]), sep="\n")
        print(f"{kind}: {whole.summary}")
    Console(width=110).print(table)
    for sentence, times in told.most_common():
        print(f"{times:6,} × {sentence}")
    return kept


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    seconds: float
    processor: float
    main_mb: float
    worker_mb: float
    library: frozenset[tuple[str, str]]
    """The paths and contents of what is in; of a run that was killed, nothing is known."""
    reasons: Mapping[str, str]
    """What was said of files that are not in, by their paths as they are shown."""
    summary: str


class _CommandLine:
    """Storyline's own command line with a database and a folder of its own."""

    def __init__(self, url: str, data: Path) -> None:
        self._environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "DATABASE_URL": url,
            "DATA_DIR": str(data),
            "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
            "PYTHONUNBUFFERED": "1",
        }
        self._call("workspaces", "add", "--chat", "-1", "--name", "Bench")

    def imported(self, folder: Path, *, until: tuple[int, signal.Signals] | None = None) -> _Run:
        """Import a folder, and send a signal `until` so many files are done."""
        used, began = _processor_seconds(), time.perf_counter()
        process = subprocess.Popen(  # noqa: S603  (our own program)
            self._arguments("media", "import", str(folder)),
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        peaks = _Peaks(process.pid)
        lines = list[str]()
        assert process.stderr is not None  # noqa: S101 -- it was started with pipes
        assert process.stdout is not None  # noqa: S101
        for raw in process.stderr:
            lines.append(raw.decode().rstrip("\n"))
            done = re.match(r"(\d+) of \d+ files$", lines[-1])
            if done and until and int(done[1]) >= until[0]:
                process.send_signal(until[1])
                until = None
        summary = process.stdout.read().decode().strip()
        process.wait()
        seconds = time.perf_counter() - began
        main_mb, worker_mb = peaks.stop()
        items = json.loads(self._call("media", "list", "--json", "--limit", "10000000"))
        return _Run(
            seconds=seconds,
            processor=_processor_seconds() - used,
            main_mb=main_mb,
            worker_mb=worker_mb,
            library=frozenset((item["path"], item["sha256"]) for item in items if not item["missing_since"]),
            reasons=dict(_reasons(lines, folder)),
            summary=summary.replace("\n", " "),
        )

    def _call(self, *arguments: str) -> str:
        ended = subprocess.run(  # noqa: S603  (our own program)
            self._arguments(*arguments), env=self._environment, check=False, capture_output=True
        )
        if ended.returncode:
            raise RuntimeError(ended.stderr.decode())
        return ended.stdout.decode()

    def _arguments(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "app", *arguments]


def _reasons(lines: Sequence[str], folder: Path) -> Generator[tuple[str, str]]:
    begin = f"{shown(str(folder))}/"
    for line in lines:
        if line.startswith(begin):
            path, _, sentence = line.removeprefix(begin).partition(": ")
            is_copy = sentence.startswith("the library has it already")
            yield path, DUPLICATE if is_copy else sentence


class _Peaks:
    """How much memory a process and its children take at most, looked at again and again."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._main_mb = self._worker_mb = 0.0
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        """Return the megabytes of the process, and of the largest of its children."""
        self._is_over.set()
        self._thread.join()
        return self._main_mb, self._worker_mb

    def _look(self) -> None:
        while not self._is_over.wait(0.2):
            with contextlib.suppress(OSError):
                self._main_mb = max(self._main_mb, _peak_mb(self._pid))
                children = Path(f"/proc/{self._pid}/task/{self._pid}/children").read_text().split()
                for child in children:
                    with contextlib.suppress(OSError):
                        self._worker_mb = max(self._worker_mb, _peak_mb(int(child)))


def _peak_mb(pid: int) -> float:
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1e3 if found else 0


def _wrong(planned: Sequence[Planned], run: _Run) -> Generator[str]:
    """Say what an import made of files that it should not have."""
    good = sum(each.becomes == ADDED for each in planned)
    if len(run.library) != good:
        yield f"{len(run.library):,} files are in, and {good:,} are good"
    for each in planned:
        name = shown(each.name.decode("utf-8", "replace"))
        said = run.reasons.get(name, ADDED)
        if not said.startswith(each.becomes) or bool(said) != bool(each.becomes):
            yield f"{name}: expected “{each.becomes or 'in'}”, and was told “{said or 'nothing'}”"


def _processor_seconds() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _stock_folder(stock: Stock, folder: Path) -> Path:
    place = folder / f"storyline-photographs-{stock.size[0]}-{stock.count}"
    place.mkdir(exist_ok=True)
    for number in range(stock.count):
        path = place / f"{number:05}.{stock.formats[number % len(stock.formats)]}"
        if not path.exists():
            _save(photograph(number, stock.size), path)
    return place


def _save(picture: Image.Image, path: Path) -> None:
    unfinished = path.with_suffix(".unfinished")
    formats = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
    picture.save(unfinished, formats[path.suffix], **({} if path.suffix == ".png" else {"quality": 88}))
    unfinished.replace(path)


async def _add_workspace(database: SqlDatabase) -> WorkspaceId:
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Bench", chat_id=ChatId(-1), at=SystemClock().now())
        await uow.commit()
    return workspace_id


@contextlib.contextmanager
def _empty(kind: str, server: Postgres) -> Generator[tuple[str, Path]]:
    """Yield the URL of an empty database, and a folder beside it."""
    with tempfile.TemporaryDirectory() as folder, empty_database(kind, server, Path(folder), 1) as url:
        yield url, Path(folder)


if __name__ == "__main__":
    main()
