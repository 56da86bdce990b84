"""Folders of real files, taken into the library by the real workers."""

import asyncio
import hashlib
import itertools
import os
import time
from pathlib import Path

import pytest

from app.media_workers.pool import MediaWorkers
from domain.errors import StorylineError
from domain.ids import ChatId, WorkspaceId
from domain.media import Need
from domain.publication import COMMAND_LINE
from services.media.examination import Examined
from services.media.import_report import ImportProgress, ImportReport
from services.media.ingest import BATCH, IngestService
from services.media.thumbnails import Thumbnails
from services.ports import UnreadableMediaError
from services.repositories.records import AuditEntry
from services.unit_of_work import Database
from support import media_files
from support.builders import NOW
from support.fake_clock import FakeClock
from support.libraries import imported, library, written


async def test_media_of_all_subfolders_is_taken_in(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    written(folder / "coast" / "pier.jpg", media_files.image())
    written(folder / "workshop" / "saw.mp4", media_files.video())
    written(folder / "top 🌊.png", media_files.image("PNG", shade=1))
    written(folder / "workshop" / "saw.yml", b"caption: Saw.\nneeds: music\n")

    report = await imported(ingest, workspace_id, folder)

    assert report == ImportReport(added=3, known=0, updated=0, duplicates=(), problems=(), ignored=1)
    items = {Path(item.path).name: item for item in await library(database, workspace_id)}
    assert {name: item.description.category for name, item in items.items()} == {
        "pier.jpg": "coast",
        "saw.mp4": "workshop",
        "top 🌊.png": "library",
    }
    assert items["pier.jpg"].sha256 == hashlib.sha256(media_files.image()).hexdigest()
    assert items["saw.mp4"].facts.video_codec == "h264"
    assert items["saw.mp4"].description.caption == "Saw."
    assert items["saw.mp4"].description.needs == {Need.MUSIC}


async def test_what_cannot_be_used_is_told_one_by_one_and_stops_nothing(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    written(folder / "a empty.jpg", b"")
    written(folder / "b broken.jpg", media_files.image()[:-600])
    written(folder / "c words.jpg", b"just words")
    written(folder / "d good.jpg", media_files.image())
    written(folder / "e bomb.png", media_files.bomb())
    written(folder / "f cut.mp4", media_files.video()[:-200])
    written(folder / "g huge.mp4", bytes(4) + b"ftypisom")
    os.truncate(folder / "g huge.mp4", 5_000_000_000)
    (folder / "h out.jpg").symlink_to("/etc/hostname")

    report = await imported(ingest, workspace_id, folder)

    assert report.added == 1
    told = {problem.path.name[:1]: problem.sentence for problem in report.problems}
    assert told.pop("b").startswith("the JPEG image is broken")
    assert told == {
        "a": "the file is empty",
        "c": "it is neither an image nor a video",
        "e": "the image has 20,000 × 20,000 pixels, at most 100,000,000 go",
        "f": "the video is cut short: at least 200 bytes are missing",
        "g": "the video has 5,000 MB, at most 1,074 MB go",
        "h": "it is a link that leads nowhere within the folder",
    }


async def test_a_duplicate_is_refused_with_the_name_of_the_original(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    other_workspace_id = await add_workspace(database)
    written(folder / "a.jpg", media_files.image())
    await imported(ingest, workspace_id, folder)
    for name in ("b.jpg", "new.jpg", "new too.jpg"):
        written(folder / name, media_files.image(shade=1 if "new" in name else 0))

    report = await imported(ingest, workspace_id, folder)
    elsewhere = await imported(ingest, other_workspace_id, folder)

    assert (report.added, report.known) == (1, 1)
    assert [(one.path, one.original) for one in report.duplicates] == [
        (folder / "b.jpg", str(folder / "a.jpg")),
        (folder / "new.jpg", str(folder / "new too.jpg")),
    ]
    assert elsewhere.added == 2


async def test_running_it_again_reads_nothing_that_is_unchanged(
    workspace_id: WorkspaceId,
    database: Database,
    workers: MediaWorkers,
    thumbnails: Thumbnails,
    folder: Path,
) -> None:
    written(folder / "a.jpg", media_files.image())
    changed = written(folder / "b.jpg", media_files.image(shade=1))
    examiner = CountingExaminer(workers)
    ingest = IngestService(database=database, clock=FakeClock(), examiner=examiner, thumbnails=thumbnails)

    first = await imported(ingest, workspace_id, folder)
    os.utime(changed, ns=(0, 0))
    second = await imported(ingest, workspace_id, folder)
    third = await imported(ingest, workspace_id, folder)

    assert (first.added, second.known, third.known) == (2, 2, 2)
    assert [path.name for path in examiner.examined] == ["a.jpg", "b.jpg", "b.jpg"]


async def test_an_interrupted_import_goes_on_where_it_was(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    count = 4 * BATCH + 4
    for number in range(count):
        written(folder / f"{number:03}.png", media_files.image("PNG", size=(16, 16), shade=number))
    halfway = asyncio.Event()
    importing = asyncio.create_task(
        imported(ingest, workspace_id, folder, on_progress=lambda at: halfway.set() if at.done else None)
    )

    await halfway.wait()
    importing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await importing
    kept = len(await library(database, workspace_id))
    report = await imported(ingest, workspace_id, folder)

    assert BATCH <= kept < count
    assert (report.added, report.known) == (count - kept, kept)


async def test_a_malformed_sidecar_is_told_and_its_item_is_marked(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    written(folder / "a.jpg", media_files.image())
    written(folder / "b.jpg", media_files.image(shade=1))
    written(folder / "b.yml", b"caption: [b]")
    written(folder / "_defaults.yml", b"tag: sea")

    report = await imported(ingest, workspace_id, folder)

    assert report.added == 2
    assert [(problem.path.name, problem.sentence[:6]) for problem in report.problems] == [
        ("_defaults.yml", "line 1"),
        ("b.yml", "line 1"),
    ]
    assert all(item.description.problem for item in await library(database, workspace_id))


async def test_progress_is_told_from_nothing_to_all(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    for number in range(BATCH + 2):
        written(folder / f"{number}.txt", b"words")
    told: list[ImportProgress] = []

    await imported(ingest, workspace_id, folder, on_progress=told.append)

    assert [(at.done, at.total) for at in told] == [
        (0, BATCH + 2),
        (BATCH, BATCH + 2),
        (BATCH + 2, BATCH + 2),
    ]


async def test_an_import_is_in_the_audit_log(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    written(folder / "a.jpg", media_files.image())

    await imported(ingest, workspace_id, folder)

    (entry,) = await audit(database, workspace_id)
    assert (entry.action, entry.actor) == ("media_imported", COMMAND_LINE)
    assert entry.detail["added"] == 1


async def test_a_folder_that_is_not_there_is_refused(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:

    with pytest.raises(StorylineError, match="There is no folder"):
        await imported(ingest, workspace_id, folder)


async def test_a_single_file_is_taken_in_once(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    path = written(folder / "pier.jpg", media_files.image())
    written(folder / "pier.yml", b"caption: The pier.")

    first = await ingest.import_file(path, workspace_id=workspace_id, actor=COMMAND_LINE)
    second = await ingest.import_file(path, workspace_id=workspace_id, actor=COMMAND_LINE)

    assert first == second
    assert (first.path, first.description.caption) == (str(path), "The pier.")
    assert len(await audit(database, workspace_id)) == 1


async def test_a_single_file_that_is_no_media_is_refused(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    path = written(folder / "words.jpg", b"words")

    with pytest.raises(UnreadableMediaError, match="neither an image nor a video"):
        await ingest.import_file(path, workspace_id=workspace_id, actor=COMMAND_LINE)


async def test_a_failure_that_is_not_the_files_stops_the_import(
    workspace_id: WorkspaceId, database: Database, thumbnails: Thumbnails, folder: Path
) -> None:
    written(folder / "a.jpg", media_files.image())
    ingest = IngestService(
        database=database, clock=FakeClock(), examiner=BrokenExaminer(), thumbnails=thumbnails
    )

    with pytest.raises(ZeroDivisionError):
        await imported(ingest, workspace_id, folder)


async def test_the_event_loop_goes_on_while_large_files_are_looked_into(
    workspace_id: WorkspaceId, ingest: IngestService, folder: Path
) -> None:
    for number in range(8):
        written(folder / f"{number}.jpg", media_files.image(size=(4000, 3000), shade=number))
    woken_at = [time.perf_counter()]

    async def tick() -> None:
        while True:
            await asyncio.sleep(0.001)  # noqa: TID251 -- real time is what is measured
            woken_at.append(time.perf_counter())

    ticking = asyncio.create_task(tick())
    report = await imported(ingest, workspace_id, folder)
    ticking.cancel()

    longest = max(later - earlier for earlier, later in itertools.pairwise(woken_at))
    assert report.added == 8
    assert longest < (woken_at[-1] - woken_at[0]) / 3


class CountingExaminer:
    """Remembers what it was asked."""

    def __init__(self, workers: MediaWorkers) -> None:
        self.examined: list[Path] = []
        self._workers = workers

    async def examine(self, path: Path) -> Examined:
        self.examined.append(path)
        return await self._workers.examine(path)


class BrokenExaminer:
    """Has a bug."""

    async def examine(self, path: Path) -> Examined:
        raise ZeroDivisionError


async def add_workspace(database: Database) -> WorkspaceId:
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Other", chat_id=ChatId(-2), at=NOW)
        await uow.commit()
    return workspace_id


async def audit(database: Database, workspace_id: WorkspaceId) -> list[AuditEntry]:
    async with database.begin() as uow:
        return [entry for entry in await uow.audit.find(workspace_id) if entry.action == "media_imported"]
