"""The few processes that look into media files, started when they are needed and ended when they are not."""

import asyncio
import contextlib
import datetime as dt
import errno
import math
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.media_workers import wire
from app.media_workers.worker import Worker, WorkerLostError
from domain.media import MediaFacts
from domain.recipe import Recipe, VideoRecipe
from services.contact_sheet import PairedPicture, Tile, WeekDay
from services.media.examination import Examined
from services.ports import UnreadableMediaError

MEMORY_BYTES = 1_500_000_000
"""Address space of one process; an image of 100 megapixels unfolds to 400 MB."""
SLOWEST_BYTES_A_SECOND = 4_000_000
"""Of a drive that is waited for beyond the usual time."""
JOBS_PER_WORKER = 500
"""Then a fresh process takes its place, so that what the decoders leak does not add up."""


class MediaWorkers:
    """Looks into files in processes of its own, and makes others of them.

    It is an `Examiner`, `Prober`, `Preparer`, `SheetPainter` and `Thumbnailer`. A process that hangs or dies
    is replaced, and its file is reported as unreadable. Leaving the context ends all processes.
    """

    def __init__(
        self,
        *,
        count: int = 2,
        time_limit: dt.timedelta = dt.timedelta(seconds=60),
        idle_limit: dt.timedelta = dt.timedelta(seconds=30),
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._places = asyncio.Semaphore(count)
        self._films = asyncio.Semaphore(max(1, count - 1))
        self._time_limit = time_limit
        self._idle_limit = idle_limit
        self._memory_bytes = memory_bytes
        self._workers: set[Worker] = set()
        self._idle: dict[Worker, asyncio.TimerHandle] = {}
        self._ending: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for timer in self._idle.values():
            timer.cancel()
        self._idle.clear()
        await asyncio.gather(*self._ending, *(self._end(worker) for worker in self._workers))

    async def probe(self, path: Path) -> MediaFacts:
        """Return the facts of an image or video that could be decoded; see `Prober`."""
        return wire.facts_from_json(await self._ask("probe", path=str(path)))

    async def examine(self, path: Path) -> Examined:
        """Return all that the library keeps of a file; see `Examiner`."""
        answer = await self._ask("examine", reading=await _reading(path), path=str(path))
        return wire.examined_from_json(answer)

    async def sha256(self, path: Path) -> str:
        """Return the hash of an image or video by its first bytes; see `Hasher`."""
        return str(await self._ask("sha256", reading=await _reading(path), path=str(path)))

    async def paint(self, tiles: Sequence[Tile], *, title: str) -> bytes:
        """Return a contact sheet; see `SheetPainter`."""
        answer = await self._ask("paint", tiles=[wire.tile_to_json(tile) for tile in tiles], title=title)
        return wire.bytes_from_json(answer)

    async def paint_week(self, days: Sequence[WeekDay], *, title: str) -> bytes:
        """Return the picture of a week; see `WeekPainter`."""
        answer = await self._ask("paint_week", days=[wire.day_to_json(day) for day in days], title=title)
        return wire.bytes_from_json(answer)

    async def paint_pairs(self, pairs: Sequence[Sequence[PairedPicture]]) -> bytes:
        """Return a JPEG below 700 kB with a row for each pair of pictures, with their captions.

        Raises:
            UnreadableMediaError: there are no pairs, or they could not be painted in time.
        """
        rows = [[(str(each.path), each.caption) for each in pair] for pair in pairs]
        return wire.bytes_from_json(await self._ask("paint_pairs", pairs=rows))

    async def thumbnail(self, path: Path) -> bytes:
        """Return a small picture; see `Thumbnailer`."""
        return wire.bytes_from_json(await self._ask("thumbnail", path=str(path)))

    async def prepare(
        self,
        recipe: Recipe,
        *,
        source: Path,
        target: Path,
        patience: dt.timedelta,
        on_progress: Callable[[float], object],
    ) -> None:
        """Write what a recipe makes of a file; see `Preparer`."""
        is_film = isinstance(recipe, VideoRecipe)
        # A place is left for what takes no time, however many films wait.
        async with self._films if is_film else contextlib.nullcontext():
            await self._ask(
                "prepare",
                time_limit=patience,
                on_progress=on_progress,
                path=str(source),
                target=str(target),
                recipe=wire.recipe_to_json(recipe),
            )

    async def _ask(
        self,
        task: str,
        *,
        time_limit: dt.timedelta | None = None,
        reading: dt.timedelta = dt.timedelta(0),
        on_progress: Callable[[float], object] | None = None,
        **arguments: Any,
    ) -> Any:
        seconds = ((time_limit or self._time_limit) + reading).total_seconds()
        if time_limit is not None:
            # Encoders work on several processors at once.
            arguments["cpu_seconds"] = math.ceil(seconds * (os.cpu_count() or 1))
        async with self._places:
            worker = await self._take()
            is_answered = False
            try:
                async with asyncio.timeout(seconds):
                    answer = await worker.ask({"task": task, **arguments}, on_progress=on_progress)
                is_answered = True
            except TimeoutError:
                raise UnreadableMediaError(f"looking into it took longer than {seconds:g} s") from None
            except WorkerLostError as error:
                raise UnreadableMediaError("looking into it crashed the process that read it") from error
            finally:
                if is_answered and worker.jobs_done < JOBS_PER_WORKER:
                    self._rest(worker)
                else:
                    await self._end(worker)
        if "no_room" in answer:
            raise OSError(errno.ENOSPC, str(answer["no_room"]))
        if "refused" in answer:
            raise UnreadableMediaError(str(answer["refused"]))
        return answer["result"]

    async def _take(self) -> Worker:
        while self._idle:
            worker, timer = self._idle.popitem()  # the one that was busy last; the others end in time
            timer.cancel()
            if worker.is_alive:
                return worker
            await self._end(worker)
        cpu_seconds = math.ceil(self._time_limit.total_seconds())
        worker = await Worker.start(memory_bytes=self._memory_bytes, cpu_seconds=cpu_seconds)
        self._workers.add(worker)
        return worker

    def _rest(self, worker: Worker) -> None:
        loop = asyncio.get_running_loop()
        self._idle[worker] = loop.call_later(self._idle_limit.total_seconds(), self._retire, worker)

    def _retire(self, worker: Worker) -> None:
        del self._idle[worker]
        ending = asyncio.create_task(self._end(worker))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)

    async def _end(self, worker: Worker) -> None:
        await worker.kill()
        self._workers.discard(worker)


async def _reading(path: Path) -> dt.timedelta:
    """Return how much longer it may take to read a file whole: no film is given up for a slow drive."""
    return dt.timedelta(seconds=await asyncio.to_thread(_bytes_in, path) // SLOWEST_BYTES_A_SECOND)


def _bytes_in(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # whoever opens it says what is wrong
        return 0
