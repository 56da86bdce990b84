"""A media folder that people work in, beside the library that follows it."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
import os
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path

import pytest

from app.media_workers.pool import MediaWorkers
from domain.ids import ChatId, UserId, WorkspaceId
from domain.media import MediaItem
from services.alerts import AlertService
from services.media.ingest import IngestService
from services.media.thumbnails import Thumbnails
from services.media.watch import LOOK_AGAIN_AFTER, LibraryWatch
from services.messages import AlertKind, Message, SendAlert, SendNewLookalikes
from services.unit_of_work import Database
from support import media_files
from support.builders import NOW
from support.fake_clock import FakeClock

CHAT = ChatId(-1)


class ToldChanges:
    """A watcher that is told by the test what changed."""

    def __init__(self) -> None:
        self.told = asyncio.Queue[frozenset[Path] | None]()

    async def changes(self, folder: Path) -> AsyncGenerator[frozenset[Path]]:
        yield frozenset()
        while (paths := await self.told.get()) is not None:
            yield paths
            self.told.task_done()

    async def tell(self, *paths: Path) -> None:
        """Tell of changes, and let two beats pass, after which they are settled."""
        for batch in (frozenset(paths), frozenset[Path](), frozenset[Path]()):
            await self.told.put(batch)
        await self.told.join()


class NoticedClock(FakeClock):
    """Says when somebody sleeps by it."""

    def __init__(self) -> None:
        super().__init__(NOW)
        self.is_slept_by = asyncio.Event()

    async def sleep(self, duration: dt.timedelta) -> None:
        self.is_slept_by.set()
        await super().sleep(duration)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A folder, and the library that follows it."""

    folder: Path
    watch: LibraryWatch
    changes: ToldChanges
    clock: NoticedClock
    database: Database
    workspace_id: WorkspaceId

    def write(self, name: str, data: bytes) -> Path:
        """Write a file as it would be long ago."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        long_ago = (NOW - dt.timedelta(days=1)).timestamp()
        os.utime(path, (long_ago, long_ago))
        return path

    async def items(self) -> dict[str, MediaItem]:
        """Return the library by the names of the files."""
        async with self.database.read() as look:
            return {Path(item.path).name: item for item in await look.media.find(self.workspace_id)}

    async def told(self) -> list[Message]:
        """Return what waits to be told in the chat."""
        async with self.database.read() as look:
            return [each.message for each in await look.outbox.waiting(now=NOW, limit=99)]

    async def alerts(self) -> list[SendAlert]:
        """Return what was told in the chat since it was asked last."""
        async with self.database.begin() as uow:
            outgoing = await uow.outbox.waiting(now=NOW, limit=99)
            for each in outgoing:
                await uow.outbox.sent(each.id, at=NOW)
            await uow.commit()
        return [each.message for each in outgoing if isinstance(each.message, SendAlert)]


@pytest.fixture
async def watched(workspace_id: WorkspaceId, database: Database, tmp_path: Path) -> AsyncIterator[Watched]:
    folder = (tmp_path / "media").resolve()
    folder.mkdir()
    changes, clock = ToldChanges(), NoticedClock()
    async with MediaWorkers() as workers:
        ingest = IngestService(
            database=database,
            clock=clock,
            examiner=workers,
            thumbnails=Thumbnails(tmp_path / "thumbnails", thumbnailer=workers),
        )
        watch = LibraryWatch(
            database=database,
            clock=clock,
            ingest=ingest,
            alerts=AlertService(clock=clock),
            watcher=changes,
            folder=folder,
            chat_id=CHAT,
        )
        yield Watched(
            folder=folder,
            watch=watch,
            changes=changes,
            clock=clock,
            database=database,
            workspace_id=workspace_id,
        )


@contextlib.asynccontextmanager
async def running(watched: Watched) -> AsyncGenerator[None]:
    task = asyncio.create_task(watched.watch.run())
    await watched.changes.tell()
    yield
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


async def test_what_appears_is_taken_in(watched: Watched) -> None:
    watched.write("coast/there before.jpg", media_files.image())
    async with running(watched):
        path = watched.write("coast/new.jpg", media_files.image(shade=1))
        await watched.changes.tell(path)

    assert sorted(await watched.items()) == ["new.jpg", "there before.jpg"]


async def test_a_file_that_grows_is_left_until_it_is_whole(watched: Watched) -> None:
    whole = media_files.image(size=(400, 400))
    async with running(watched):
        path = watched.write("large.jpg", whole[:2000])
        await watched.changes.told.put(frozenset({path}))
        await watched.changes.told.join()
        path.write_bytes(whole)
        await watched.changes.tell(path)

    assert list(await watched.items()) == ["large.jpg"]
    assert await watched.alerts() == []


async def test_a_file_that_was_just_written_at_the_start_is_taken_in_a_little_later(watched: Watched) -> None:
    (watched.folder / "fresh.jpg").write_bytes(media_files.image())
    async with running(watched):
        await watched.changes.tell()

    assert list(await watched.items()) == ["fresh.jpg"]


async def test_pictures_that_look_alike_are_shown_once_the_folder_is_quiet(watched: Watched) -> None:
    for number in range(2):
        watched.write(f"{number}.jpg", media_files.image(size=(400, 400), shade=number))
    async with running(watched):
        for number in range(2):
            picture = media_files.image("PNG", size=(400, 400), shade=number)
            await watched.changes.told.put(frozenset({watched.write(f"{number} again.png", picture)}))
        await watched.changes.tell()
        await watched.changes.tell()

    [message] = await watched.told()
    items = await watched.items()
    again = [items[name] for name in ("0 again.png", "1 again.png")]
    assert message == SendNewLookalikes(media_ids=tuple(item.id for item in again), count=2)
    assert [item.near_of for item in again] == [items["0.jpg"].id, items["1.jpg"].id]


async def test_a_folder_that_is_renamed_takes_its_items_with_it(watched: Watched) -> None:
    watched.write("coast/pier.jpg", media_files.image())
    async with running(watched):
        before = await watched.items()
        (watched.folder / "coast").rename(watched.folder / "sea")
        await watched.changes.tell(watched.folder / "coast", watched.folder / "sea")
        after = await watched.items()

    assert after["pier.jpg"].id == before["pier.jpg"].id
    assert after["pier.jpg"].path == str(watched.folder / "sea" / "pier.jpg")
    assert after["pier.jpg"].description.category == "sea"
    assert after["pier.jpg"].missing_since is None


async def test_what_vanishes_is_set_aside_and_returns_with_its_file(watched: Watched) -> None:
    path = watched.write("pier.jpg", media_files.image())
    watched.write("sub/saw.jpg", media_files.image(shade=1))
    async with running(watched):
        path.unlink()
        shutil.rmtree(watched.folder / "sub")
        await watched.changes.tell(path, watched.folder / "sub")
        gone = await watched.items()
        watched.write("again.jpg", media_files.image())
        await watched.changes.tell(watched.folder / "again.jpg")
        back = await watched.items()

    assert {name: item.missing_since for name, item in gone.items()} == {"pier.jpg": NOW, "saw.jpg": NOW}
    assert back["again.jpg"].id == gone["pier.jpg"].id
    assert back["again.jpg"].missing_since is None


async def test_what_vanished_while_nobody_watched_is_set_aside_at_the_start(watched: Watched) -> None:
    path = watched.write("pier.jpg", media_files.image())
    await watched.watch.reconcile()
    path.unlink()

    await watched.watch.reconcile()

    assert (await watched.items())["pier.jpg"].missing_since == NOW


async def test_a_sidecar_that_appears_or_goes_describes_its_item_anew(watched: Watched) -> None:
    watched.write("coast/pier.jpg", media_files.image())
    async with running(watched):
        sidecar = watched.write("coast/pier.yml", b"caption: The pier.")
        await watched.changes.tell(sidecar)
        described = await watched.items()
        defaults = watched.write("coast/_defaults.yml", b"tags: sea")
        sidecar.unlink()
        await watched.changes.tell(defaults, sidecar)
        anew = await watched.items()

    assert described["pier.jpg"].description.caption == "The pier."
    assert (anew["pier.jpg"].description.caption, anew["pier.jpg"].description.tags) == ("", ("sea",))


async def test_what_cannot_be_taken_in_is_told_in_the_chat_once_a_batch(watched: Watched) -> None:
    async with running(watched):
        broken = [watched.write(f"{number:02}.jpg", b"words") for number in range(10)]
        await watched.changes.tell(*broken)
        first = await watched.alerts()
        await watched.changes.tell(watched.write("more.jpg", b"words"))
        second = await watched.alerts()
    await watched.watch.reconcile()
    again = await watched.alerts()
    await watched.watch.reconcile()

    assert [alert.kind for alert in first + second] == [AlertKind.NOT_IMPORTED] * 2
    assert first[0].detail.splitlines()[0] == "00.jpg: it is neither an image nor a video"
    assert first[0].detail.splitlines()[-1] == "and 2 more"
    assert [alert.level for alert in again] == [11]
    assert await watched.alerts() == []


@pytest.mark.parametrize("is_root_there", [True, False])
async def test_a_drive_that_is_gone_sets_nothing_aside(watched: Watched, *, is_root_there: bool) -> None:
    away = watched.folder.with_name("away")
    for number in range(20):
        watched.write(f"{number}.png", media_files.image("PNG", size=(16, 16), shade=number))
    await watched.watch.reconcile()
    watched.folder.rename(away)
    if is_root_there:
        watched.folder.mkdir()

    await watched.watch.reconcile()
    await watched.watch.reconcile()
    [told] = await watched.alerts()
    meanwhile = await watched.items()
    if is_root_there:
        watched.folder.rmdir()
    away.rename(watched.folder)
    await watched.watch.reconcile()
    [over] = await watched.alerts()

    assert (told.kind, told.is_over) == (AlertKind.LIBRARY_GONE, False)
    assert [item for item in meanwhile.values() if item.missing_since] == []
    assert (over.kind, over.is_over) == (AlertKind.LIBRARY_GONE, True)


async def test_hidden_files_and_links_are_not_looked_at(watched: Watched) -> None:
    async with running(watched):
        hidden = watched.write(".trash/pier.jpg", media_files.image())
        link = watched.folder / "link.jpg"
        link.symlink_to(hidden)
        await watched.changes.tell(hidden, link, hidden.parent)

    assert await watched.items() == {}


async def test_without_the_workspace_of_the_chat_nothing_happens(watched: Watched) -> None:
    async with watched.database.begin() as uow:
        await uow.workspaces.set_chat(watched.workspace_id, ChatId(UserId(-2)))
        await uow.commit()
    watched.write("pier.jpg", media_files.image())

    assert await watched.watch.reconcile() == []
    assert await watched.items() == {}


async def test_a_folder_that_comes_later_is_watched_from_then_on(watched: Watched) -> None:
    watched.folder.rmdir()
    task = asyncio.create_task(watched.watch.run())
    await watched.clock.is_slept_by.wait()
    watched.write("pier.jpg", media_files.image())
    watched.clock.advance(LOOK_AGAIN_AFTER)
    await watched.changes.tell()
    task.cancel()
    await asyncio.wait([task])

    assert list(await watched.items()) == ["pier.jpg"]
    assert await watched.alerts() == []
