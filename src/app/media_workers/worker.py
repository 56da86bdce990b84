"""One child process, as seen from outside."""

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from app.media_workers import wire

SOURCE_ROOT = Path(__file__).parents[2]
ENVIRONMENT = {
    "PYTHONPATH": str(SOURCE_ROOT),
    "MALLOC_ARENA_MAX": "1",
    # What a decoder frees serves the next file: asking the system for every buffer anew costs a WebP image a
    # quarter of its time.
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "67108864",
}
"""No secrets; the `MALLOC_` ones are glibc's, and others do not heed them."""


class WorkerLostError(Exception):
    """The process ended, or said something that is no answer, while it looked into a file."""


class Worker:
    """A child that answers one request at a time. Whoever holds it must kill it in the end."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None  # noqa: S101 -- it was started with pipes
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._requests = process.stdin
        self._answers = process.stdout
        self.jobs_done = 0

    @classmethod
    async def start(cls, *, memory_bytes: int, cpu_seconds: int) -> "Worker":
        """Start a process; it inherits no environment and so knows no secrets.

        Raises:
            WorkerLostError: it did not get as far as to wait for requests.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-X", "utf8", "-m", "app.media_workers.child", str(memory_bytes), str(cpu_seconds)),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=wire.LONGEST_LINE_BYTES,
            env=ENVIRONMENT,
        )
        worker = cls(process)
        try:
            greeting = await worker._answers.readline()
        except BaseException:
            await worker.kill()
            raise
        if greeting != wire.READY:
            await worker.kill()
            raise WorkerLostError("it could not be started")
        return worker

    @property
    def is_alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.returncode is None

    async def ask(
        self, request: Mapping[str, Any], *, on_progress: Callable[[float], object] | None = None
    ) -> dict[str, Any]:
        """Hand a request over and return the answer; long work tells in between which share of it is done.

        Raises:
            WorkerLostError: there will be none.
        """
        self.jobs_done += 1
        try:
            self._requests.write(json.dumps(request).encode() + b"\n")
            await self._requests.drain()
            answer: dict[str, Any] = json.loads(await self._answers.readline())
            while "progress" in answer:
                if on_progress is not None:
                    on_progress(float(answer["progress"]))
                answer = json.loads(await self._answers.readline())
        except (OSError, ValueError) as error:  # a broken pipe; a line too long or no JSON
            raise WorkerLostError(f"no answer: {error}") from error
        return answer

    async def kill(self) -> None:
        """End the process at once, whatever it is doing."""
        if self.is_alive:
            self._process.kill()
        self._requests.close()
        await self._process.wait()
