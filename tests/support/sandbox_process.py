"""The sandbox as a process of its own, to be killed."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import AsyncGenerator
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src"


class SandboxProcess:
    """A running one; `urls` are its addresses by name."""

    def __init__(self, process: asyncio.subprocess.Process, urls: dict[str, str]) -> None:
        self._process = process
        self.urls = urls

    async def end(self, number: signal.Signals) -> tuple[int | None, str]:
        """End it by a signal and return its exit code and what it wrote to standard error."""
        self._process.send_signal(number)
        _, errors = await asyncio.wait_for(self._process.communicate(), 10)
        return self._process.returncode, errors.decode()


@contextlib.asynccontextmanager
async def sandbox_process(*arguments: str) -> AsyncGenerator[SandboxProcess]:
    """Run `python -m sandbox` on free ports while inside, or until it is ended."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        "0",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(SRC)},
    )
    try:
        assert process.stdout is not None
        line = await asyncio.wait_for(process.stdout.readline(), 15)
        yield SandboxProcess(process, json.loads(line))
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
