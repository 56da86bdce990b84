"""Telling that the bucket cannot be followed: once, not at the first stumble, and when it is over."""

import asyncio
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from domain.errors import TransientError
from domain.ids import ChatId, WorkspaceId
from services.alerts import AlertService
from services.media.ingest import IngestService
from services.media.mirror import LibraryMirror, RemoteFile
from services.media.source import PATIENCE, LibrarySource
from services.media.watch import LibraryWatch
from services.messages import AlertKind, SendAlert
from services.unit_of_work import Database
from support.builders import NOW
from support.fake_clock import FakeClock
from support.made_media import picture


class Bucket:
    """One that can be out of reach, or hold a file that nobody can fetch."""

    def __init__(self) -> None:
        self.is_down = False
        self.names: list[str] = []
        self.contents: dict[str, bytes] = {}

    async def files(self) -> list[RemoteFile]:
        if self.is_down:
            raise TransientError("S3 could not be reached.")
        return [RemoteFile(name=name, size_bytes=1, version="1") for name in self.names]

    async def fetch(self, file: RemoteFile, target: Path) -> None:
        if file.name not in self.contents:
            raise TransientError("It broke off.")
        await asyncio.to_thread(target.write_bytes, self.contents[file.name])


class NobodyWatches:
    """A folder is compared as a whole only."""

    async def changes(self, folder: Path) -> AsyncGenerator[frozenset[Path]]:
        yield frozenset([folder])


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def source(database: Database, bucket: Bucket, workspace_id: WorkspaceId, tmp_path: Path) -> LibrarySource:
    assert workspace_id
    return LibrarySource(
        database=database,
        alerts=AlertService(clock=FakeClock(NOW)),
        mirror=LibraryMirror(remote=bucket, folder=tmp_path / "s3"),
        chat_id=ChatId(-1),
    )


async def told(database: Database) -> list[tuple[str, bool]]:
    async with database.begin() as uow:
        waiting = await uow.outbox.waiting(now=NOW, limit=100)
    alerts = [outgoing.message for outgoing in waiting if isinstance(outgoing.message, SendAlert)]
    assert {alert.kind for alert in alerts} <= {AlertKind.SOURCE}
    return [(alert.detail, alert.is_over) for alert in alerts]


async def test_a_bucket_that_stays_out_of_reach_is_told_once_and_when_it_is_back(
    source: LibrarySource, bucket: Bucket, database: Database
) -> None:
    bucket.is_down = True
    for _ in range(PATIENCE - 1):
        await source.follow()
    first_told = await told(database)
    for _ in range(PATIENCE):
        await source.follow()
    bucket.is_down = False
    for _ in range(2):
        await source.follow()

    assert first_told == []
    assert await told(database) == [("S3 could not be reached.", False), ("", True)]


async def test_one_stumble_is_no_news(source: LibrarySource, bucket: Bucket, database: Database) -> None:
    for is_down in (True, True, False) * 3:
        bucket.is_down = is_down
        await source.follow()

    assert await told(database) == []


async def test_files_that_cannot_be_fetched_are_named_the_first_of_them(
    source: LibrarySource, bucket: Bucket, database: Database
) -> None:
    bucket.names = [f"{number}.jpg" for number in range(10)]

    for _ in range(PATIENCE):
        await source.follow()

    ((detail, _),) = await told(database)
    assert detail.startswith("0.jpg: It broke off.\n")
    assert detail.endswith("\nand 2 more")


async def test_what_is_deleted_in_the_bucket_is_set_aside_until_it_is_back(
    source: LibrarySource,
    bucket: Bucket,
    database: Database,
    workspace_id: WorkspaceId,
    ingest: IngestService,
    tmp_path: Path,
) -> None:
    bucket.names, bucket.contents = ["pier.jpg"], {"pier.jpg": picture(400, 300)}
    watch = LibraryWatch(
        database=database,
        clock=FakeClock(NOW + dt.timedelta(days=3650)),
        ingest=ingest,
        alerts=AlertService(clock=FakeClock(NOW)),
        watcher=NobodyWatches(),
        folder=tmp_path / "s3",
        chat_id=ChatId(-1),
    )
    is_missing: list[bool] = []

    for names in (["pier.jpg"], [], ["pier.jpg"]):
        bucket.names = names
        await source.follow()
        await watch.reconcile()
        async with database.read() as look:
            (item,) = await look.media.find(workspace_id)
        is_missing.append(item.missing_since is not None)

    assert is_missing == [False, True, False]
