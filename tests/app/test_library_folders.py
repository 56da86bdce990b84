"""Which media folders are watched, and for whom."""

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path

from app.library import WATCH_AGAIN_AFTER, LibraryWatches
from domain.ids import ChatId
from services.media.watch import LOOK_AGAIN_AFTER
from services.unit_of_work import Database
from support.builders import NOW
from support.fake_clock import FakeClock

FIRST, OTHER, THIRD = ChatId(-1), ChatId(-2), ChatId(-3)
DEFAULT = Path("/srv/media")


@dataclasses.dataclass(slots=True)
class Watched:
    """Which folders are watched now; some fail."""

    now: set[tuple[ChatId, Path]] = dataclasses.field(default_factory=set[tuple[ChatId, Path]])
    begun: list[Path] = dataclasses.field(default_factory=list[Path])
    broken: frozenset[Path] = frozenset()

    def watch(self, chat_id: ChatId, folder: Path) -> "Watch":
        return Watch(self, chat_id, folder)


@dataclasses.dataclass(frozen=True, slots=True)
class Watch:
    """Watches until it is cancelled, unless its folder is broken."""

    watched: Watched
    chat_id: ChatId
    folder: Path

    async def run(self) -> None:
        self.watched.begun.append(self.folder)
        if self.folder in self.watched.broken:
            raise OSError("too many watches")
        self.watched.now.add((self.chat_id, self.folder))
        try:
            await asyncio.Event().wait()
        finally:
            self.watched.now.discard((self.chat_id, self.folder))


async def add(database: Database, chat_id: ChatId, folder: str = "") -> None:
    async with database.begin() as uow:
        workspace_id = await uow.workspaces.add(name=f"Team {chat_id}", chat_id=chat_id, at=NOW)
        if folder:
            await uow.workspaces.set_setting(workspace_id, "media_folder", folder, at=NOW)
        await uow.commit()


class LookingClock(FakeClock):
    """Lets a test wait until the folders were looked at, and what that began has begun."""

    def __init__(self) -> None:
        super().__init__()
        self._is_looked = asyncio.Event()

    async def sleep(self, duration: dt.timedelta) -> None:
        if duration == LOOK_AGAIN_AFTER:
            self._is_looked.set()
        await super().sleep(duration)

    async def looked(self) -> None:
        await self._is_looked.wait()
        self._is_looked.clear()
        for _ in range(3):
            await asyncio.sleep(0)  # noqa: TID251 -- lets others run; takes no time

    async def look_again(self, after: dt.timedelta = LOOK_AGAIN_AFTER) -> None:
        self.advance(after)
        await self.looked()


@contextlib.asynccontextmanager
async def watching(
    database: Database, watched: Watched, *, bucket_copies: Path | None = None
) -> AsyncGenerator[LookingClock]:
    clock = LookingClock()
    watches = LibraryWatches(
        database=database,
        clock=clock,
        watch=watched.watch,
        first=(FIRST, DEFAULT),
        bucket_copies=bucket_copies,
    )
    task = asyncio.create_task(watches.run())
    await clock.looked()
    yield clock
    task.cancel()
    await asyncio.wait([task])


async def test_each_workspace_that_has_a_folder_is_watched(database: Database) -> None:
    await add(database, FIRST)
    await add(database, OTHER, "/srv/other")
    await add(database, THIRD)
    watched = Watched()

    async with watching(database, watched):
        meanwhile = set(watched.now)

    assert meanwhile == {(FIRST, DEFAULT), (OTHER, Path("/srv/other"))}
    assert watched.now == set()


async def test_a_folder_that_is_set_meanwhile_takes_the_place_of_the_former(database: Database) -> None:
    watched = Watched()

    async with watching(database, watched) as clock:
        before = set(watched.now)
        await add(database, FIRST, "/srv/own")
        await clock.look_again()
        after = set(watched.now)

    assert (before, after) == ({(FIRST, DEFAULT)}, {(FIRST, Path("/srv/own"))})


async def test_what_comes_from_the_bucket_is_watched_beside_the_folder_that_the_team_names(
    database: Database,
) -> None:
    await add(database, FIRST, "/srv/own")
    watched = Watched()

    async with watching(database, watched, bucket_copies=DEFAULT / "s3"):
        meanwhile = set(watched.now)

    assert meanwhile == {(FIRST, Path("/srv/own")), (FIRST, DEFAULT / "s3")}


async def test_what_comes_from_the_bucket_is_watched_once_where_the_folder_has_it(database: Database) -> None:
    await add(database, FIRST, str(DEFAULT))
    watched = Watched()

    async with watching(database, watched, bucket_copies=DEFAULT / "s3"):
        meanwhile = set(watched.now)

    assert meanwhile == {(FIRST, DEFAULT)}


async def test_a_folder_within_that_of_another_team_is_not_watched(database: Database) -> None:
    await add(database, FIRST)
    await add(database, OTHER, str(DEFAULT / "other"))
    await add(database, THIRD, "/srv")
    watched = Watched()

    async with watching(database, watched):
        meanwhile = set(watched.now)

    assert meanwhile == {(FIRST, DEFAULT)}


async def test_a_folder_that_cannot_be_watched_is_tried_again_and_holds_up_no_other(
    database: Database,
) -> None:
    await add(database, OTHER, "/srv/broken")
    watched = Watched(broken=frozenset({Path("/srv/broken")}))

    async with watching(database, watched) as clock:
        await clock.look_again(WATCH_AGAIN_AFTER)
        meanwhile = set(watched.now)

    assert watched.begun.count(Path("/srv/broken")) == 2
    assert meanwhile == {(FIRST, DEFAULT)}
