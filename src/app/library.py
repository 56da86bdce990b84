"""Opens the sources of the libraries: the media folders, and the bucket of the first workspace."""

import asyncio
import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from app.folder_watcher import WatchfilesWatcher
from app.settings import Settings, seconds
from domain.ids import ChatId
from services.alerts import AlertService
from services.media.ingest import IngestService
from services.media.mirror import LibraryMirror
from services.media.source import LibrarySource
from services.media.watch import LOOK_AGAIN_AFTER, LibraryWatch
from services.ports import Clock
from services.unit_of_work import Database
from storage.s3_place import parse_s3_prefix

logger = structlog.get_logger()

WATCH_AGAIN_AFTER = dt.timedelta(minutes=1)
"""How soon a folder is watched again after something unforeseen."""


def library_source(settings: Settings, database: Database, alerts: AlertService) -> LibrarySource | None:
    """Return what follows the bucket; None: there is none, or no workspace for it."""
    place = parse_s3_prefix(settings.data.library_s3_prefix or "")
    chat_id = settings.telegram.telegram_chat_id
    if place is None or chat_id is None:
        return None
    from storage.s3_folder import S3Folder  # noqa: PLC0415  (a compiled library, for those alone who use it)

    remote = S3Folder(settings.s3, place, timeout=seconds(settings.posting.remote_timeout_seconds))
    return LibrarySource(
        database=database,
        alerts=alerts,
        mirror=LibraryMirror(remote=remote, folder=_bucket_copies(settings)),
        chat_id=ChatId(chat_id),
    )


class FolderWatch(Protocol):
    """Keeps one workspace's library as one folder is."""

    async def run(self) -> None:
        """Watch until cancelled."""
        ...


class LibraryWatches:
    """Watches the media folders of all workspaces that have one. Only one process may."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        watch: Callable[[ChatId, Path], FolderWatch],
        first: tuple[ChatId, Path],
        bucket_copies: Path | None = None,
    ) -> None:
        """Take how a folder is watched for a chat's workspace, and the `first` workspace with its folder.

        What is fetched from a bucket into `bucket_copies` is the first workspace's, whatever folder it names.
        """
        self._database = database
        self._clock = clock
        self._watch = watch
        self._first = first
        self._bucket_copies = bucket_copies
        self._nested = frozenset[Path]()

    async def run(self) -> None:
        """Watch until cancelled; a folder that is set meanwhile is watched within half a minute."""
        running = dict[tuple[ChatId, Path], asyncio.Task[None]]()
        try:
            while True:
                wanted = await self._wanted()
                for place in running.keys() - wanted:
                    running.pop(place).cancel()
                for place in wanted - running.keys():
                    running[place] = asyncio.create_task(self._keep_watching(*place))
                await self._clock.sleep(LOOK_AGAIN_AFTER)
        finally:
            for task in running.values():
                task.cancel()
            await asyncio.gather(*running.values(), return_exceptions=True)

    async def _wanted(self) -> set[tuple[ChatId, Path]]:
        """Return the chats with their folders, without folders in one another: nothing crosses workspaces."""
        async with self._database.read() as look:
            workspaces = await look.workspaces.all()
        first_chat, first_folder = self._first
        named = [
            (each.chat_id, Path(each.settings.media_folder))
            for each in workspaces
            if each.settings.media_folder
        ]
        own = next((folder for chat_id, folder in named if chat_id == first_chat), None)
        if own is None:
            named.insert(0, (first_chat, first_folder))
        elif self._bucket_copies is not None and not self._bucket_copies.is_relative_to(own):
            named.insert(0, (first_chat, self._bucket_copies))
        wanted, nested = dict[Path, ChatId](), set[Path]()
        for chat_id, folder in named:
            if any(folder.is_relative_to(other) or other.is_relative_to(folder) for other in wanted):
                nested.add(folder)
            else:
                wanted[folder] = chat_id
        for folder in nested - self._nested:
            logger.warning("library_watch.nested", folder=str(folder))
        self._nested = frozenset(nested)
        return {(chat_id, folder) for folder, chat_id in wanted.items()}

    async def _keep_watching(self, chat_id: ChatId, folder: Path) -> None:
        watch = self._watch(chat_id, folder)
        while True:
            try:
                await watch.run()
            except Exception:  # the other folders must be watched, whatever is wrong with this one
                logger.exception("library_watch.failed", folder=str(folder))
            await self._clock.sleep(WATCH_AGAIN_AFTER)


def library_watches(
    settings: Settings,
    database: Database,
    clock: Clock,
    ingest: IngestService,
    alerts: AlertService,
) -> LibraryWatches | None:
    """Return what watches the media folders; None: they are not to be, or there is no first workspace."""
    chat_id = settings.telegram.telegram_chat_id
    if chat_id is None or not settings.data.watch_media_dir:
        return None
    watcher = WatchfilesWatcher(by_polling=settings.data.watch_by_polling)
    return LibraryWatches(
        database=database,
        clock=clock,
        watch=lambda chat_id, folder: LibraryWatch(
            database=database,
            clock=clock,
            ingest=ingest,
            alerts=alerts,
            watcher=watcher,
            folder=folder,
            chat_id=chat_id,
        ),
        first=(ChatId(chat_id), settings.data.library.absolute()),
        bucket_copies=_bucket_copies(settings) if settings.data.library_s3_prefix else None,
    )


def _bucket_copies(settings: Settings) -> Path:
    return settings.data.library.absolute() / "s3"
