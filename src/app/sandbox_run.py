"""`storyline sandbox`: the stand-ins and the product as two processes, set up with everything to try it.

The product runs just as it does for real; only its settings point at the stand-ins. It is started again when
it dies, so that killing it is one of the things to try.
"""

import asyncio
import contextlib
import ctypes
import datetime as dt
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

from app.bootstrap import Storyline, assembled
from app.process import bring_up_to_date
from app.settings import load
from domain.account import AccessToken
from domain.errors import StorylineError
from domain.ids import ChatId
from domain.media import MediaItem
from domain.workspace import Workspace
from sandbox import demo
from sandbox.samples import make_samples
from services.posting.schedule import QueueRequest

FIRST_PUBLICATIONS = 12
FIRST_AFTER = dt.timedelta(seconds=4)
APART = dt.timedelta(seconds=15)
"""Twelve of them this far apart take three minutes."""
START_AGAIN_AFTER = 1.0
"""Seconds between the product's death and its next start."""
_PR_SET_PDEATHSIG = 1


async def run_sandbox(*, port: int, media: Path | None, reset: bool) -> None:
    """Run until SIGTERM or SIGINT.

    Raises:
        StorylineError: a port is taken, or the media folder does not exist.
    """
    folder = Path("data") / "sandbox"
    if reset:
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with _stand_ins(port) as urls:
        os.environ.update(_environment(urls, folder))
        await _set_up(media or await _samples(folder))
        sys.stdout.write(f"\nStoryline's sandbox is ready: {urls['page']}\n\n")
        sys.stdout.flush()
        await _keep_running(stop)


@contextlib.asynccontextmanager
async def _stand_ins(port: int) -> AsyncGenerator[Mapping[str, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        "--port",
        str(port),
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=_die_with_parent,
    )
    try:
        line = await process.stdout.readline() if process.stdout else b""
        if not line:
            raise StorylineError(f"The sandbox could not start; are the ports {port} to {port + 3} free?")
        yield json.loads(line)
    finally:
        await _end(process)


def _environment(urls: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Return the settings that point the product at the stand-ins, with waits a visitor can sit through."""
    return {
        "DATA_DIR": str(folder),
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        "TELEGRAM_BOT_TOKEN": demo.BOT_TOKEN,
        "TELEGRAM_CHAT_ID": str(demo.CHAT_ID),
        "TELEGRAM_API_BASE_URL": urls["telegram"],
        "GRAPH_API_BASE_URL": urls["facebook_graph"],
        "INSTAGRAM_GRAPH_API_BASE_URL": urls["instagram_graph"],
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
        "WEB_PORT": os.environ.get("WEB_PORT", "0"),
    }


async def _samples(folder: Path) -> Path:
    samples = folder / "samples"
    sys.stdout.write("Making sample media …\n")
    sys.stdout.flush()
    await asyncio.to_thread(make_samples, samples)
    return samples


async def _set_up(media: Path) -> None:
    """Connect the demo's chat and accounts, import the media and queue the first publications."""
    settings = load()
    await bring_up_to_date(settings)
    async with assembled(settings) as storyline:
        workspace = await storyline.workspaces.ensure(
            name=demo.CHAT_TITLE,
            chat_id=ChatId(demo.CHAT_ID),
            first_settings=storyline.first_settings,
        )
        for account in demo.ACCOUNTS:
            await storyline.accounts.add(
                workspace.id,
                platform="instagram",
                external_id=account.id,
                name=account.username,
                login=account.login,
                token=AccessToken(account.token),
                by="sandbox",
            )
        report = await storyline.ingest.import_folder(
            media, workspace_id=workspace.id, actor="sandbox", on_progress=lambda _: None
        )
        for problem in report.problems:
            sys.stdout.write(f"  {problem.path.name}: {problem.sentence}\n")
        await _queue_first(storyline, workspace)


async def _queue_first(storyline: Storyline, workspace: Workspace) -> None:
    """Queue a dozen over three minutes: stories and posts in turn, on either account."""
    async with storyline.database.begin() as uow:
        library = await uow.media.find(workspace.id)
    chosen = _mixed(library)
    begin = storyline.clock.now() + FIRST_AFTER
    for number, item in enumerate(chosen):
        await storyline.queue.add(
            QueueRequest(
                workspace_id=workspace.id,
                media=(item.id,),
                placement="feed" if _is_for_the_feed(item) else "story",
                account_names=(demo.ACCOUNTS[number % len(demo.ACCOUNTS)].username,),
                at=begin + number * APART,
                force=True,
            ),
            by="sandbox",
        )


def _mixed(library: list[MediaItem]) -> list[MediaItem]:
    """Return a dozen items in which what the bot can post and what needs a person take turns."""
    by_hand = [item for item in library if item.description.needs or item.description.problem]
    by_bot = sorted(
        (item for item in library if item not in by_hand), key=_is_for_the_feed
    )  # stories first: they are what a visitor watches for
    mixed: list[MediaItem] = []
    while (by_bot or by_hand) and len(mixed) < FIRST_PUBLICATIONS:
        mixed.extend(source.pop(0) for source in (by_bot, by_hand, by_bot) if source)
    return mixed[:FIRST_PUBLICATIONS]


def _is_for_the_feed(item: MediaItem) -> bool:
    return item.facts.duration is None and item.facts.ratio > 0.7  # noqa: PLR2004  (wider than a story)


async def _keep_running(stop: asyncio.Event) -> None:
    """Run the product, and start it again whenever it ends before it should."""
    while not stop.is_set():
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app", "run", preexec_fn=_die_with_parent
        )
        ended = asyncio.create_task(process.wait())
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            await _end(process)
            return
        stopped.cancel()
        sys.stdout.write(f"The product ended with {process.returncode}; it is started again.\n")
        sys.stdout.flush()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(START_AGAIN_AFTER):
                await stop.wait()


def _die_with_parent() -> None:
    """Let the kernel end this process when the launcher dies, however it dies; where it can, on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            async with asyncio.timeout(15):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
