"""Folders of real files, taken into the library by the real workers."""

import asyncio
import dataclasses
import hashlib
import io
import itertools
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image

from app.media_workers.pool import MediaWorkers
from domain.errors import StorylineError
from domain.ids import ChatId, WorkspaceId
from domain.media import MediaItem, Need
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


@pytest.fixture
async def workers() -> AsyncIterator[MediaWorkers]:
    async with MediaWorkers() as workers:
        yield workers


@pytest.fixture
def thumbnails(workers: MediaWorkers, tmp_path: Path) -> Thumbnails:
    return Thumbnails(tmp_path / "thumbnails", thumbnailer=workers)


@pytest.fixture
def ingest(database: Database, workers: MediaWorkers, thumbnails: Thumbnails) -> IngestService:
    return IngestService(database=database, clock=FakeClock(), examiner=workers, thumbnails=thumbnails)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return (tmp_path / "library").resolve()


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


async def test_a_file_that_was_overwritten_leaves_its_old_item_missing_until_that_is_back(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    path = written(folder / "a.jpg", media_files.image())
    await imported(ingest, workspace_id, folder)
    written(path, media_files.image(shade=1))
    report = await imported(ingest, workspace_id, folder)
    old, new = await library(database, workspace_id)

    written(folder / "back.jpg", media_files.image())
    later = await imported(ingest, workspace_id, folder)
    back, _ = await library(database, workspace_id)

    assert (report.added, later.updated) == (1, 1)
    assert (old.missing_since is None, new.missing_since) == (False, None)
    assert (back.path, back.missing_since) == (str(folder / "back.jpg"), None)


async def test_a_picture_in_another_size_is_taken_in_and_marked_as_near(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    for name, size, quality in (("a", (900, 1600), 90), ("b", (450, 800), 40)):
        (folder / name).mkdir(parents=True)
        media_files.noise(size, 3, grain=(56, 100)).save(folder / name / "x.jpg", quality=quality)
    written(folder / "c" / "other.jpg", media_files.image(size=(900, 1600), shade=4))

    report = await imported(ingest, workspace_id, folder)

    first, second, other = await library(database, workspace_id)
    assert (report.added, report.near) == (3, 1)
    assert [item.near_of for item in (first, second, other)] == [None, first.id, None]


async def test_plain_surfaces_are_like_nothing(
    workspace_id: WorkspaceId, ingest: IngestService, folder: Path
) -> None:
    for number, color in enumerate(("white", "black", "navy")):
        path = written(folder / f"{number}.png", b"")
        Image.new("RGB", (90, 160), color).save(path)

    assert (await imported(ingest, workspace_id, folder)).near == 0


async def test_thumbnails_are_made_with_the_import(
    workspace_id: WorkspaceId,
    ingest: IngestService,
    database: Database,
    thumbnails: Thumbnails,
    folder: Path,
) -> None:
    path = written(folder / "a.jpg", media_files.image(size=(900, 1600)))
    await imported(ingest, workspace_id, folder)
    path.unlink()

    [item] = await library(database, workspace_id)
    with Image.open(io.BytesIO(await thumbnails.thumbnail(item))) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("JPEG", (180, 320))


async def test_what_was_said_by_hand_holds_until_the_sidecar_says_something_new_of_it(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    written(folder / "a.jpg", media_files.image())
    sidecar = written(folder / "a.yml", b"caption: From the file.\nalt: A pier.\n")
    await imported(ingest, workspace_id, folder)
    [item] = await library(database, workspace_id)
    async with database.begin() as uow:
        await uow.media.describe(
            item, dataclasses.replace(item.description, caption="By hand.", alt="By hand too.")
        )
        await uow.commit()

    await imported(ingest, workspace_id, folder)
    [unchanged] = await library(database, workspace_id)
    written(sidecar, b"caption: New words.\nalt: A pier.\n")
    await imported(ingest, workspace_id, folder)
    [changed] = await library(database, workspace_id)

    assert (unchanged.description.caption, unchanged.description.alt) == ("By hand.", "By hand too.")
    assert (changed.description.caption, changed.description.alt) == ("New words.", "By hand too.")


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


async def test_a_sidecar_that_was_put_right_takes_effect_with_the_next_import(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    written(folder / "a.jpg", media_files.image())
    written(folder / "a.yml", b"caption: [a]")
    await imported(ingest, workspace_id, folder)

    written(folder / "a.yml", b"caption: The pier.")
    report = await imported(ingest, workspace_id, folder)

    (item,) = await library(database, workspace_id)
    assert (report.updated, report.problems) == (1, ())
    assert (item.description.caption, item.description.problem) == ("The pier.", "")


async def test_a_file_that_was_moved_is_followed(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    written(folder / "coast" / "a.jpg", media_files.image())
    await imported(ingest, workspace_id, folder)

    (folder / "coast").rename(folder / "sea")
    report = await imported(ingest, workspace_id, folder)

    (item,) = await library(database, workspace_id)
    assert report.updated == 1
    assert (item.path, item.description.category) == (str(folder / "sea" / "a.jpg"), "sea")


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


async def imported(
    ingest: IngestService,
    workspace_id: WorkspaceId,
    folder: Path,
    on_progress: Callable[[ImportProgress], object] = lambda at: None,
) -> ImportReport:
    return await ingest.import_folder(
        folder, workspace_id=workspace_id, actor=COMMAND_LINE, on_progress=on_progress
    )


async def add_workspace(database: Database) -> WorkspaceId:
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name="Other", chat_id=ChatId(-2), at=NOW)
        await uow.commit()
    return workspace_id


async def library(database: Database, workspace_id: WorkspaceId) -> list[MediaItem]:
    async with database.begin() as uow:
        return await uow.media.find(workspace_id)


async def audit(database: Database, workspace_id: WorkspaceId) -> list[AuditEntry]:
    async with database.begin() as uow:
        return [entry for entry in await uow.audit.find(workspace_id) if entry.action == "media_imported"]


def written(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path
