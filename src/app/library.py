"""Opens the sources of the first workspace's library: the media folder, and a bucket."""

from app.folder_watcher import WatchfilesWatcher
from app.settings import Settings, seconds
from domain.ids import ChatId
from services.alerts import AlertService
from services.media.ingest import IngestService
from services.media.mirror import LibraryMirror
from services.media.source import LibrarySource
from services.media.watch import LibraryWatch
from services.ports import Clock
from services.unit_of_work import Database
from storage.s3_place import parse_s3_prefix


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
        mirror=LibraryMirror(remote=remote, folder=settings.data.library / "s3"),
        chat_id=ChatId(chat_id),
    )


def library_watch(
    settings: Settings,
    database: Database,
    clock: Clock,
    ingest: IngestService,
    alerts: AlertService,
) -> LibraryWatch | None:
    """Return what watches the media folder; None: it is not to be, or there is no workspace for it."""
    chat_id = settings.telegram.telegram_chat_id
    if chat_id is None or not settings.data.watch_media_dir:
        return None
    return LibraryWatch(
        database=database,
        clock=clock,
        ingest=ingest,
        alerts=alerts,
        watcher=WatchfilesWatcher(by_polling=settings.data.watch_by_polling),
        folder=settings.data.library,
        chat_id=ChatId(chat_id),
    )
