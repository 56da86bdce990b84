"""Folders that are taken in again when files or words have changed, and files that look like known ones."""

import dataclasses
import io
from pathlib import Path

from PIL import Image

from domain.ids import WorkspaceId
from services.media.ingest import IngestService
from services.media.thumbnails import Thumbnails
from services.unit_of_work import Database
from support import media_files
from support.libraries import imported, library, written


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
        assert (thumbnail.format, thumbnail.size) == ("JPEG", (225, 400))


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
