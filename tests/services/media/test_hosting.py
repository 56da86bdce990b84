"""Uploads: made once, recorded, and deleted when they are no longer needed."""

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from domain.errors import RejectedError, TransientError
from domain.ids import PublicationId
from domain.media import MediaItem
from domain.publication import BOT, Event
from services.media.hosting import HostedFiles, UploadCleaner
from services.ports import HostedFile
from services.unit_of_work import Database
from support.builders import NOW, Team, add_team, queue
from support.fake_clock import FakeClock

RETENTION = dt.timedelta(hours=24)


class FakeStore:
    """A cloud in memory; `broken` references cannot be deleted."""

    def __init__(self, *, name: str = "fake", lifetime: dt.timedelta | None = None) -> None:
        self.name = name
        self.lifetime = lifetime
        self.files: dict[str, bytes] = {}
        self.uploads: list[str] = []
        self.broken: set[str] = set()

    async def upload(self, path: Path, *, name: str, content_type: str) -> HostedFile:
        self.uploads.append(name)
        self.files[name] = path.read_bytes()  # noqa: ASYNC240 -- a few bytes
        expires_at = None if self.lifetime is None else NOW + self.lifetime
        return HostedFile(url=f"https://cloud.example/{name}", reference=name, expires_at=expires_at)

    async def delete(self, reference: str) -> None:
        if reference in self.broken:
            raise TransientError("The cloud is down.")
        self.files.pop(reference, None)

    async def usage(self) -> int:
        return sum(map(len, self.files.values()))


class FakePreflight:
    """Lets everything pass but the next so many."""

    def __init__(self, *, refuses: int = 0) -> None:
        self.refuses = refuses
        self.checked: list[tuple[str, Path, str]] = []

    async def check(self, url: str, path: Path, *, content_type: str) -> None:
        self.checked.append((url, path, content_type))
        if self.refuses:
            self.refuses -= 1
            raise TransientError("The platform could not fetch the media.")


@pytest.fixture
def store() -> FakeStore:
    return FakeStore()


async def test_a_file_is_uploaded_once_for_a_publication(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)

    first = await files(database, store, publication_id).url(item)
    second = await files(database, store, publication_id).url(item)

    assert first == second == f"https://cloud.example/storyline/{publication_id}-{item.sha256}"
    assert len(store.uploads) == 1


async def test_an_upload_that_was_not_recorded_is_replaced_by_the_next(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    name = f"storyline/{publication_id}-{item.sha256}"
    await store.upload(Path(item.path), name=name, content_type="image/jpeg")

    await files(database, store, publication_id).url(item)

    assert list(store.files) == [name]


async def test_a_file_that_is_gone_is_refused(database: Database, store: FakeStore, tmp_path: Path) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    Path(item.path).unlink()  # noqa: ASYNC240 -- one file

    with pytest.raises(RejectedError, match=r"The file pier\.jpg is gone from the media folder"):
        await files(database, store, publication_id).url(item)


async def test_a_file_that_changed_is_refused(database: Database, store: FakeStore, tmp_path: Path) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    Path(item.path).write_bytes(b"other bytes")  # noqa: ASYNC240 -- a few bytes

    with pytest.raises(RejectedError, match="has changed since it was imported"):
        await files(database, store, publication_id).url(item)


async def test_the_uploads_of_a_publication_are_deleted_and_forgotten(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    await files(database, store, publication_id).url(item)

    removed = await cleaner(database, store).remove(publication_id)
    async with database.begin() as uow:
        await uow.uploads.deleted(removed.uploads, at=NOW)
        await uow.commit()
    await files(database, store, publication_id).url(item)

    assert (removed.failures, len(store.uploads)) == ((), 2)


async def test_an_upload_that_cannot_be_deleted_is_left_for_the_sweep(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    await files(database, store, publication_id).url(item)
    store.broken = set(store.files)

    removed = await cleaner(database, store).remove(publication_id)
    store.broken = set()
    swept = await cleaner(database, store).sweep(NOW + RETENTION * 2)

    assert (removed.uploads, len(removed.failures)) == ((), 1)
    assert (len(swept.uploads), store.files) == (1, {})


async def test_the_sweep_takes_what_is_old_or_of_no_more_use(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    team, waiting, item = await a_publication(database, tmp_path)
    (cancelled,) = await queue(database, team.publication())
    for publication_id in (waiting, cancelled):
        await files(database, store, publication_id).url(item)
    await cancel(database, cancelled)

    early = await cleaner(database, store).sweep(NOW + dt.timedelta(minutes=1))
    late = await cleaner(database, store).sweep(NOW + RETENTION + dt.timedelta(minutes=1))
    later = await cleaner(database, store).sweep(NOW + RETENTION * 2)

    assert (len(early.uploads), len(late.uploads), len(later.uploads)) == (1, 1, 0)
    assert store.files == {}


async def test_one_upload_that_cannot_be_deleted_does_not_keep_the_others(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    team, one, item = await a_publication(database, tmp_path)
    (two,) = await queue(database, team.publication())
    for publication_id in (one, two):
        await files(database, store, publication_id).url(item)
    store.broken = {store.uploads[0]}

    swept = await cleaner(database, store).sweep(NOW + RETENTION * 2)

    assert len(swept.uploads) == 1
    assert [str(failure) for failure in swept.failures] == ["The cloud is down."]


async def test_uploads_that_can_never_be_deleted_do_not_keep_those_behind_them(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    team, first, item = await a_publication(database, tmp_path)
    others = await queue(database, *[team.publication() for _ in range(3)])
    for publication_id in (first, *others):
        await files(database, store, publication_id).url(item)
    store.broken = set(store.uploads[:2])
    sweeping = cleaner(database, store, at_once=2)

    swept = [await sweeping.sweep(NOW + RETENTION * 2) for _ in range(3)]

    assert [len(each.uploads) for each in swept] == [0, 2, 0]
    assert set(store.files) == store.broken


async def test_what_another_provider_serves_is_given_away_only_when_it_is_seen_to_work(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    await files(database, store, publication_id).url(item)
    other = FakeStore(name="other")

    await files(database, other, publication_id, preflight=FakePreflight()).url(item)
    seen_to_work = list(other.uploads)
    await files(database, other, publication_id).url(item)

    assert (seen_to_work, len(other.uploads)) == ([], 1)


async def test_an_untried_publication_is_not_looked_up_and_uploads_each_file_once(
    database: Database, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    store = FakeStore()
    hosted = HostedFiles(
        database=database,
        clock=FakeClock(NOW),
        store=store,
        publication_id=publication_id,
        is_untried=True,
    )

    first, second = await hosted.url(item), await hosted.url(item)

    assert first == second
    assert len(store.uploads) == 1


async def test_a_url_that_ends_soon_is_replaced_by_a_new_upload(database: Database, tmp_path: Path) -> None:
    store = FakeStore(lifetime=dt.timedelta(minutes=40))
    _, publication_id, item = await a_publication(database, tmp_path)
    await files(database, store, publication_id).url(item)

    await files(database, store, publication_id, now=NOW + dt.timedelta(minutes=15)).url(item)
    uploads_before_the_end = len(store.uploads)
    await files(database, store, publication_id, now=NOW + dt.timedelta(minutes=25)).url(item)

    assert (uploads_before_the_end, len(store.uploads)) == (1, 2)


async def test_an_upload_is_fetched_before_its_url_is_given_away_and_once_for_a_try(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    preflight = FakePreflight()
    hosted = files(database, store, publication_id, preflight=preflight)

    url = await hosted.url(item)
    await hosted.url(item)

    assert preflight.checked == [(url, Path(item.path), "image/jpeg")]


async def test_an_upload_that_cannot_be_fetched_is_not_given_away_and_not_forgotten(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)

    with pytest.raises(TransientError, match="could not fetch"):
        await files(database, store, publication_id, preflight=FakePreflight(refuses=1)).url(item)
    await cleaner(database, store).remove(publication_id)

    assert store.files == {}


async def test_an_earlier_upload_that_cannot_be_fetched_any_more_is_made_anew(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    await files(database, store, publication_id).url(item)
    preflight = FakePreflight(refuses=1)

    await files(database, store, publication_id, preflight=preflight).url(item)

    assert (len(store.uploads), len(preflight.checked)) == (2, 2)


async def test_an_upload_of_another_copy_of_the_item_is_replaced_and_deleted(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    await files(database, store, publication_id).url(item)

    fitted = dataclasses.replace(item, sha256="fitted")
    url = await files(database, store, publication_id).url(fitted)

    assert url.endswith("-fitted")
    assert list(store.files) == [f"storyline/{publication_id}-fitted"]


async def test_what_lies_with_another_provider_waits_until_the_settings_name_that_one_again(
    database: Database, store: FakeStore, tmp_path: Path
) -> None:
    _, publication_id, item = await a_publication(database, tmp_path)
    await files(database, store, publication_id).url(item)
    other = FakeStore(name="other")
    other.files = dict(store.files)

    await cleaner(database, other).remove(publication_id)
    swept_elsewhere = await cleaner(database, other).sweep(NOW + RETENTION * 2)
    swept = await cleaner(database, store).sweep(NOW + RETENTION * 2)

    assert (swept_elsewhere.uploads, len(other.files)) == ((), 1)
    assert (len(swept.uploads), store.files) == (1, {})


def files(
    database: Database,
    store: FakeStore,
    publication_id: PublicationId,
    *,
    preflight: FakePreflight | None = None,
    now: dt.datetime = NOW,
) -> HostedFiles:
    return HostedFiles(
        database=database,
        clock=FakeClock(now),
        store=store,
        preflight=preflight,
        publication_id=publication_id,
    )


def cleaner(database: Database, store: FakeStore, *, at_once: int = 100) -> UploadCleaner:
    return UploadCleaner(
        database=database, clock=FakeClock(NOW), store=store, retention=RETENTION, at_once=at_once
    )


async def a_publication(database: Database, folder: Path) -> tuple[Team, PublicationId, MediaItem]:
    path = folder / "pier.jpg"
    path.write_bytes(b"a picture")
    team = await add_team(database)
    async with database.begin() as uow:
        (item,) = await uow.media.get([team.media_id])
    (publication_id,) = await queue(database, team.publication())
    facts = dataclasses.replace(item.facts, size_bytes=9)
    return team, publication_id, dataclasses.replace(item, path=str(path), facts=facts)


async def cancel(database: Database, publication_id: PublicationId) -> None:
    async with database.begin() as uow:
        publication = await uow.publications.get(publication_id)
        assert publication is not None
        await uow.publications.apply(publication, Event.CANCELLED, at=NOW, actor=BOT)
        await uow.commit()
