"""Files that change places, and what the library makes of it."""

import os
from pathlib import Path

import pytest

from domain.ids import MediaId, WorkspaceId
from services.media.folder import FolderListing
from services.media.ingest import BATCH, IngestService
from services.media.vanished import FEW, is_drive_gone, vanished_from
from services.unit_of_work import Database
from support import media_files
from support.libraries import imported, library, written


async def test_two_files_that_swap_their_names_stay_what_they_are(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    written(folder / "a.jpg", media_files.image())
    written(folder / "b.jpg", media_files.image(shade=1))
    await imported(ingest, workspace_id, folder)

    swap(folder / "a.jpg", folder / "b.jpg")
    report = await imported(ingest, workspace_id, folder)

    first, second = await library(database, workspace_id)
    assert (report.updated, report.duplicates) == (2, ())
    assert (first.path, second.path) == (str(folder / "b.jpg"), str(folder / "a.jpg"))
    assert (first.missing_since, second.missing_since) == (None, None)


async def test_files_that_swap_their_names_stay_what_they_are_however_far_apart_they_are(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    for number in range(BATCH + 2):
        written(folder / f"{number:03}.png", media_files.image("PNG", size=(16, 16), shade=number))
    await imported(ingest, workspace_id, folder)

    swap(folder / "000.png", folder / f"{BATCH + 1:03}.png")
    report = await imported(ingest, workspace_id, folder)

    first, *_, last = await library(database, workspace_id)
    assert (report.updated, report.duplicates) == (2, ())
    assert (Path(first.path).name, Path(last.path).name) == (f"{BATCH + 1:03}.png", "000.png")
    assert (first.missing_since, last.missing_since) == (None, None)


async def test_a_copy_of_a_file_that_was_only_touched_is_a_duplicate(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    original = written(folder / "b.jpg", media_files.image())
    await imported(ingest, workspace_id, folder)

    written(folder / "a.jpg", media_files.image())
    os.utime(original, ns=(0, 0))
    report = await imported(ingest, workspace_id, folder)

    [item] = await library(database, workspace_id)
    assert [one.original for one in report.duplicates] == [str(original)]
    assert (item.path, item.missing_since) == (str(original), None)


async def test_the_category_that_an_import_names_holds_when_the_folder_is_looked_at_again(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    path = written(folder / "a.jpg", media_files.image())
    named = written(folder / "b.jpg", media_files.image(shade=1))
    written(folder / "b.yml", b"category: of its own")

    await ingest.import_folder(
        folder, workspace_id=workspace_id, category="sea", actor="test", on_progress=lambda _: None
    )
    again = await ingest.import_files([path, named], root=folder, workspace_id=workspace_id, actor="test")

    assert again.known == 2
    assert [item.description.category for item in await library(database, workspace_id)] == [
        "sea",
        "of its own",
    ]


async def test_an_import_may_give_another_category_to_what_is_known(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    written(folder / "a.jpg", media_files.image())
    for category in (None, "sea", "sea", "coast"):
        await ingest.import_folder(
            folder, workspace_id=workspace_id, category=category, actor="test", on_progress=lambda _: None
        )

    [item] = await library(database, workspace_id)
    assert item.description.category == "coast"


def swap(one: Path, other: Path) -> None:
    """Let two files change their names."""
    aside = one.with_suffix(".aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


async def test_what_is_gone_is_set_aside_by_an_import_too_and_returns(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    gone = written(folder / "a.jpg", media_files.image())
    written(folder / "b.jpg", media_files.image(shade=1))
    elsewhere = written(folder.with_name("elsewhere") / "c.jpg", media_files.image(shade=2))
    await imported(ingest, workspace_id, folder)
    await imported(ingest, workspace_id, elsewhere.parent)

    gone.unlink()
    elsewhere.unlink()
    report = await imported(ingest, workspace_id, folder)
    missing = [Path(item.path).name for item in await library(database, workspace_id) if item.missing_since]
    written(gone, media_files.image())
    again = await imported(ingest, workspace_id, folder)

    assert (report.set_aside, missing) == (1, ["a.jpg"])
    assert (again.updated, again.set_aside) == (1, 0)


async def test_most_of_a_folder_is_set_aside_only_if_that_is_asked_for(
    workspace_id: WorkspaceId, ingest: IngestService, database: Database, folder: Path
) -> None:
    for number in range(FEW):
        written(folder / f"{number}.png", media_files.image("PNG", size=(16, 16), shade=number))
    await imported(ingest, workspace_id, folder)
    for number in range(FEW):
        (folder / f"{number}.png").unlink()

    careful = await imported(ingest, workspace_id, folder)
    meant = await ingest.import_folder(
        folder, workspace_id=workspace_id, actor="test", on_progress=lambda _: None, sets_aside_most=True
    )

    assert (careful.set_aside, careful.gone) == (0, FEW)
    assert (meant.set_aside, meant.gone) == (FEW, 0)
    assert all(item.missing_since for item in await library(database, workspace_id))


@pytest.mark.parametrize(
    ("vanished", "of", "is_drive"),
    [(4, 4, False), (5, 5, True), (18, 19, False), (10, 20, False), (11, 20, True), (0, 0, False)],
)
def test_many_files_that_vanish_at_once_are_a_drive(vanished: int, of: int, *, is_drive: bool) -> None:
    assert is_drive_gone(vanished, of=of) is is_drive


def test_of_a_folder_that_cannot_be_read_nothing_is_known(tmp_path: Path) -> None:
    listing = FolderListing(files=(), problems=(), ignored=0, unreadable=(tmp_path / "locked",))
    items = {MediaId(1): str(tmp_path / "locked" / "sub" / "a.jpg"), MediaId(2): str(tmp_path / "b.jpg")}

    assert vanished_from(listing, items) == {2}
