"""`storyline sandbox`: the stand-ins and the product as two processes, set up with everything to try it.

The product runs just as it does for real; only its settings point at the stand-ins. It is started again when
it dies, so that killing it is one of the things to try. The next start goes on where this one ends, however
it ends.
"""

import asyncio
import contextlib
import ctypes
import datetime as dt
import json
import os
import shlex
import shutil
import signal
import socket
import sys
from collections.abc import AsyncGenerator, Callable, Mapping
from pathlib import Path

from app.clock import SystemClock
from app.sandbox_start import set_up, show_week
from sandbox import demo
from sandbox.graph.settings import GraphSettings

START_AGAIN_AFTER = dt.timedelta(seconds=1)
"""From the product's death to its next start."""
PATIENCE_SECONDS = 1.5
"""How long a process may take to end before it is killed; that does no harm, it goes on at the next start."""
_PR_SET_PDEATHSIG = 1


async def run_sandbox(*, port: int, media: Path | None, reset: bool) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        StorylineError: the media folder does not exist.
        SystemExit: the stand-ins cannot start, and have said why.
    """
    _cancel_on_signals()
    folder = Path("data") / "sandbox"
    if reset:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    with contextlib.suppress(asyncio.CancelledError):
        async with _stand_ins(port, folder / "world") as urls:
            library = media or await _samples(folder)
            environment = _environment(urls, folder, library)
            os.environ.update(environment)
            settings = await asyncio.to_thread(_write_settings, environment, folder)
            to_see = await set_up(library)
            await show_week(urls["page"])
            sys.stdout.write(f"\nStoryline's sandbox is ready: {urls['page']}\n{to_see}\n")
            sys.stdout.write(f"The command line works on it in a shell after: set -a; . {settings}\n\n")
            sys.stdout.flush()
            await _keep_running()


def _cancel_on_signals() -> None:
    """Let the first SIGTERM or SIGINT cancel this task, and let its cleaning up be done undisturbed."""
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)

    def cancel() -> None:
        for number in numbers:
            loop.add_signal_handler(number, lambda: None)
        if task is not None:
            task.cancel()

    for number in numbers:
        loop.add_signal_handler(number, cancel)


@contextlib.asynccontextmanager
async def _stand_ins(port: int, folder: Path) -> AsyncGenerator[Mapping[str, str]]:
    command = ("sandbox", "--port", str(port), "--state", str(folder))
    async with _process(*command, stdout=asyncio.subprocess.PIPE) as process:
        line = await process.stdout.readline() if process.stdout else b""
        if not line:
            raise SystemExit(1)
        yield json.loads(line)


def _environment(urls: Mapping[str, str], folder: Path, library: Path) -> dict[str, str]:
    """Return the settings that point the product at the stand-ins, with waits a visitor can sit through."""
    meta = GraphSettings()
    web_port = os.environ.get("WEB_PORT") or _free_port()
    return {
        "DATA_DIR": str(folder),
        "MEDIA_DIR": str(library),
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        "TELEGRAM_BOT_TOKEN": demo.BOT_TOKEN,
        "TELEGRAM_CHAT_ID": str(demo.CHAT_ID),
        "TELEGRAM_API_BASE_URL": urls["telegram"],
        "GRAPH_API_BASE_URL": urls["facebook_graph"],
        "INSTAGRAM_GRAPH_API_BASE_URL": urls["instagram_graph"],
        "GRAPH_VIDEO_BASE_URL": urls["graph_video"],
        "GRAPH_UPLOAD_BASE_URL": urls["graph_upload"],
        "FACEBOOK_APP_ID": meta.facebook_app_id,
        "FACEBOOK_APP_SECRET": meta.facebook_app_secret,
        "INSTAGRAM_APP_SECRET": meta.instagram_app_secret,
        "CLOUD_STORAGE_PROVIDER": "cloudinary",
        "CLOUDINARY_CLOUD_NAME": demo.CLOUD_NAME,
        "CLOUDINARY_API_KEY": demo.CLOUD_API_KEY,
        "CLOUDINARY_API_SECRET": demo.CLOUD_API_SECRET,
        "CLOUDINARY_UPLOAD_PREFIX": urls["cloudinary"],
        "ENABLE_INSTAGRAM_API": "true",
        "WORKSPACE_TIMEZONE": "Europe/London",
        "MIN_GAP_SECONDS": "5",
        "RETRY_DELAYS_MINUTES": "0.25,0.5,1",
        "LEASE_SECONDS": "30",
        "REMOTE_TIMEOUT_SECONDS": "10",
        "LOOK_UP_GRACE_SECONDS": "10",
        "LOOK_UP_GIVE_UP_MINUTES": "1",
        "WEB_PORT": str(web_port),
        "PUBLIC_BASE_URL": f"http://127.0.0.1:{web_port}",
    }


def _free_port() -> int:
    """Return a port for the product's own pages; a program that takes it first costs those alone."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port


def _write_settings(environment: dict[str, str], folder: Path) -> Path:
    path = folder / "settings.env"
    path.parent.mkdir(parents=True, exist_ok=True)
    absolute = environment | {
        name: str(Path(environment[name]).resolve()) for name in ("DATA_DIR", "MEDIA_DIR")
    }
    path.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in absolute.items()))
    return path


async def _samples(folder: Path) -> Path:
    samples = folder / "samples"
    if not samples.exists():
        sys.stdout.write("Making sample media …\n")
        sys.stdout.flush()
    async with _process("sandbox.samples", str(samples)) as process:
        if await process.wait() != 0:
            raise SystemExit(1)
    return samples


async def _keep_running() -> None:
    """Run the product, and start it again whenever it ends."""
    clock = SystemClock()
    while True:
        async with _process("app", "run") as process:
            code = await process.wait()
        sys.stdout.write(f"The product ended with {code}; it is started again.\n")
        sys.stdout.flush()
        await clock.sleep(START_AGAIN_AFTER)


@contextlib.asynccontextmanager
async def _process(
    module: str, *arguments: str, stdout: int | None = None
) -> AsyncGenerator[asyncio.subprocess.Process]:
    """Run a module as a process while inside; what goes wrong with it, it says on standard error itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=stdout,
        preexec_fn=_dying_with_parent(),
        process_group=0,  # Ctrl-C reaches the launcher alone, which ends the others in order
    )
    try:
        yield process
    finally:
        await _end(process)


def _dying_with_parent() -> Callable[[], object] | None:
    """Return what lets the kernel end a new process when the launcher dies, however it dies; Linux only."""
    if sys.platform != "linux":
        return None
    # Looked up before the fork: the child of a process with threads must not load anything.
    prctl = ctypes.CDLL(None).prctl
    return lambda: prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    _signal(process, signal.SIGTERM)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await process.wait()
    except TimeoutError:
        _signal(process, signal.SIGKILL)
        await process.wait()


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    # Not by `process.terminate()`: that looks whether the process has just ended, and takes the exit code
    # away from the thread of asyncio that waits for it.
    with contextlib.suppress(ProcessLookupError):
        os.kill(process.pid, number)
