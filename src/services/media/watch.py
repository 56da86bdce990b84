"""Keep the library as the media folder is: take in what appears, follow what moves, set aside the rest."""

import asyncio
import collections
import contextlib
import dataclasses
import datetime as dt
import os
import stat
from collections.abc import AsyncGenerator, Collection, Iterable
from pathlib import Path
from typing import Protocol

from domain.ids import ChatId, MediaId, WorkspaceId
from domain.workspace import Workspace
from services.alerts import AlertService
from services.media.folder import FolderListing, is_nobodys, list_folder
from services.media.import_report import ImportReport
from services.media.ingest import IngestService
from services.media.sidecars import DEFAULTS_NAME, Problem, is_sidecar, shown
from services.media.vanished import FEW, is_drive_gone, lying_in, vanished_from
from services.messages import AlertKind, SendAlert, SendNewLookalikes, Urgency
from services.ports import Clock
from services.unit_of_work import Database

WATCHER = "folder watch"
"""Who took it in, for the audit log."""
RECONCILE_EVERY = dt.timedelta(hours=1)
"""How often the whole folder is compared, for what no event told of, such as on network drives."""
LOOK_AGAIN_AFTER = dt.timedelta(seconds=30)
"""How soon it is looked whether a folder that was not there is."""
STILL_FOR = dt.timedelta(seconds=2)
"""A file that was changed less long ago may still be written."""
STILL_LOOKS = 2
"""How many beats a file must stay as it is: a copy over a network has its pauses."""
MOST_SHOWN = 10
"""Pairs of pictures that look alike in one message."""
TOLD_BY_NAME = 8
"""Files that a message names; of the others it says how many they are."""

_Status = tuple[int, int] | None
"""Bytes and time of the last change; None: there is no such file."""


class FolderWatcher(Protocol):
    """Notices what changes in a folder."""

    def changes(self, folder: Path) -> AsyncGenerator[frozenset[Path]]:
        """Yield what changed below a folder, and every second or so nothing, until the folder is gone.

        From the first yield on, nothing that happens is missed.
        """
        ...


class LibraryWatch:
    """Watches the media folder for one workspace. Only one process may."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        ingest: IngestService,
        alerts: AlertService,
        watcher: FolderWatcher,
        folder: Path,
        chat_id: ChatId,
    ) -> None:
        """Take the folder, and the chat whose workspace it belongs to."""
        self._database = database
        self._clock = clock
        self._ingest = ingest
        self._alerts = alerts
        self._watcher = watcher
        self._folder = folder.absolute()
        self._chat_id = chat_id
        self._lookalikes = list[MediaId]()

    async def run(self) -> None:
        """Watch until cancelled, whether the folder is there or not."""
        while True:
            root = await asyncio.to_thread(self._folder.resolve)
            if await asyncio.to_thread(root.is_dir):
                await self._watch(root)
            await self.reconcile()  # it tells that the folder is gone, if there was something in it
            while not await asyncio.to_thread(root.is_dir):
                await self._clock.sleep(LOOK_AGAIN_AFTER)

    async def _watch(self, root: Path) -> None:
        pending, reconcile_at = _Pending(), self._clock.now()
        async with contextlib.aclosing(self._watcher.changes(root)) as changes:
            async for paths in changes:
                settled = await asyncio.to_thread(pending.settled, paths)
                if settled:
                    await self.follow(root, settled)
                if self._clock.now() >= reconcile_at:
                    unsettled = await self.reconcile()
                    await asyncio.to_thread(pending.add, unsettled)
                    reconcile_at = self._clock.now() + RECONCILE_EVERY
                if not pending.seen:
                    await self._show_lookalikes()

    async def reconcile(self) -> list[Path]:
        """Compare the whole folder with the library; return the files that may still be written, left out."""
        root = await asyncio.to_thread(self._folder.resolve)
        workspace = await self._workspace()
        if workspace is None:
            return []
        if not await asyncio.to_thread(root.is_dir):
            async with self._database.read() as look:
                had_some = await look.media.lying_in(workspace.id, str(root), after=None, limit=1)
            if had_some:
                await self._tell_gone(workspace, f"There is no folder {root}.")
            return []
        items = await lying_in(self._database, workspace.id, root)
        listing = await asyncio.to_thread(list_folder, root)
        now = self._clock.now()
        unsettled = await asyncio.to_thread(_changed_since, listing.files, now - STILL_FOR)
        settled = dataclasses.replace(
            listing,
            files=tuple(file for file in listing.files if file not in unsettled),
            problems=(*listing.problems, *listing.lone_sidecars),
        )
        if not await self._import(workspace, root, settled, is_repeated=True):
            await self._end(workspace, AlertKind.NOT_IMPORTED, quietly=True)
        vanished = vanished_from(listing, items)
        if vanished:
            vanished &= (await lying_in(self._database, workspace.id, root)).keys()  # without what was moved
        if await self._set_aside(workspace, root, vanished, of=len(items)):
            await self._end(workspace, AlertKind.LIBRARY_GONE)
        return sorted(unsettled)

    async def follow(self, root: Path, paths: Collection[Path]) -> None:
        """Do what changes of these files and folders ask for."""
        workspace = await self._workspace()
        if workspace is None:
            return
        listing = await asyncio.to_thread(_to_import, root, paths)
        if listing.files or listing.problems:
            await self._import(workspace, root, listing)
        gone = await asyncio.to_thread(_gone, paths)
        vanished = await self._items_of(workspace.id, root, gone)
        if vanished:
            is_little = len(vanished) < FEW
            of = 0 if is_little else len(await lying_in(self._database, workspace.id, root))
            await self._set_aside(workspace, root, vanished, of=of)

    async def _import(
        self, workspace: Workspace, root: Path, listing: FolderListing, *, is_repeated: bool = False
    ) -> bool:
        """Import files and tell what is wrong with some, `is_repeated` only if it is more than was told."""
        report = await self._ingest.import_files(
            listing.files, root=root, workspace_id=workspace.id, actor=WATCHER
        )
        self._lookalikes += report.lookalikes
        report = dataclasses.replace(report, problems=(*listing.problems, *report.problems))
        wrong = len(report.problems) + len(report.duplicates)
        if not wrong:
            return False
        alert = SendAlert(kind=AlertKind.NOT_IMPORTED, level=wrong, detail=_told(report))
        if not is_repeated:
            await self._end(workspace, AlertKind.NOT_IMPORTED, quietly=True)
        await self._raise(workspace, alert)
        return True

    async def _items_of(self, workspace_id: WorkspaceId, root: Path, gone: Collection[Path]) -> set[MediaId]:
        """Return the items that lay at these paths, or below one that was a folder."""
        async with self._database.read() as look:
            known = await look.media.known(workspace_id, paths=[str(path) for path in gone])
        folders = set(gone) - {Path(file.item.path) for file in known}
        found = {file.item.id for file in known if file.item.missing_since is None}
        if folders:
            items = await lying_in(self._database, workspace_id, root)
            found |= {
                media_id for media_id, path in items.items() if folders.intersection(Path(path).parents)
            }
        return found

    async def _set_aside(
        self, workspace: Workspace, root: Path, vanished: Collection[MediaId], *, of: int
    ) -> bool:
        """Mark items as missing; False: so many at once are no tidying up, but a drive that is not there."""
        if is_drive_gone(len(vanished), of=of):
            await self._tell_gone(workspace, f"{len(vanished):,} of {of:,} files are no longer below {root}.")
            return False
        if vanished:
            async with self._database.begin() as uow:
                await uow.media.missing(vanished, at=self._clock.now())
                await uow.commit()
        return True

    async def _show_lookalikes(self) -> None:
        """Show what came in since the folder was quiet last and looks like something else, all at once."""
        found, self._lookalikes = self._lookalikes, []
        workspace = await self._workspace() if found else None
        if workspace is None:
            return
        async with self._database.begin() as uow:
            message = SendNewLookalikes(media_ids=tuple(found[:MOST_SHOWN]), count=len(found))
            await uow.outbox.add(workspace.chat_id, message, urgency=Urgency.CARD, at=self._clock.now())
            await uow.commit()

    async def _tell_gone(self, workspace: Workspace, detail: str) -> None:
        await self._raise(workspace, SendAlert(kind=AlertKind.LIBRARY_GONE, detail=detail))

    async def _raise(self, workspace: Workspace, alert: SendAlert) -> None:
        async with self._database.begin() as uow:
            if await self._alerts.raise_(uow, workspace, alert):
                await uow.commit()

    async def _end(self, workspace: Workspace, kind: AlertKind, *, quietly: bool = False) -> None:
        async with self._database.begin() as uow:
            if await self._alerts.end(uow, workspace, SendAlert(kind=kind), quietly=quietly):
                await uow.commit()

    async def _workspace(self) -> Workspace | None:
        async with self._database.read() as look:
            return await look.workspaces.by_chat(self._chat_id)


@dataclasses.dataclass(slots=True)
class _Pending:
    """Paths that changed, until nothing about them has changed for some looks in a row."""

    seen: dict[Path, tuple[_Status, int]] = dataclasses.field(default_factory=dict[Path, tuple[_Status, int]])
    """What each was like at the last look, and how many looks before had been the same."""

    def add(self, changed: Iterable[Path]) -> None:
        """Add paths as they are now. Blocks."""
        self.seen |= {path: (_status(path), 0) for path in changed}

    def settled(self, changed: Iterable[Path]) -> list[Path]:
        """Add paths, and take out those that are as they were at the last looks. Blocks."""
        for path, (before, looks) in self.seen.items():
            now = _status(path)
            self.seen[path] = (now, looks + 1 if now == before else 0)
        self.add(path for path in changed if path not in self.seen)
        settled = [path for path, (_, looks) in self.seen.items() if looks >= STILL_LOOKS]
        for path in settled:
            del self.seen[path]
        return settled


def _status(path: Path) -> _Status:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def _to_import(root: Path, paths: Iterable[Path]) -> FolderListing:
    """Return which files are to be imported after changes of these. Blocks."""
    files, problems = set[Path](), set[Problem]()
    described = collections.defaultdict[Path, set[str]](set)
    for path in paths:
        if any(is_nobodys(part) for part in path.relative_to(root).parts):
            continue
        is_folder = os.path.isdir(path)  # noqa: PTH112 -- unlike that of `Path` it never fails
        if is_folder or path.name == DEFAULTS_NAME:
            listing = list_folder(path if is_folder else path.parent)
            files.update(listing.files)
            problems.update(listing.problems)
        elif is_sidecar(path):
            described[path.parent].add(path.stem)
        elif _is_plain(path):
            files.add(path)
    for folder, names in described.items():
        beside = (Path(entry) for entry in _entries(folder))
        files.update(file for file in beside if {file.name, file.stem} & names and _is_plain(file))
    return FolderListing(files=tuple(sorted(files)), problems=tuple(problems), ignored=0)


def _entries(folder: Path) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries if not is_nobodys(entry.name)]
    except OSError:
        return []


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode) and not is_sidecar(path)
    except OSError:
        return False


def _gone(paths: Iterable[Path]) -> list[Path]:
    return [path for path in paths if not os.path.exists(path)]  # noqa: PTH110 -- it never fails


def _changed_since(files: Iterable[Path], moment: dt.datetime) -> set[Path]:
    since = moment.timestamp() * 1e9
    return {file for file in files if (status := _status(file)) and status[1] > since}


def _told(report: ImportReport) -> str:
    lines = [f"{shown(problem.path.name)}: {problem.sentence}" for problem in report.problems]
    lines += [
        f"{shown(duplicate.path.name)}: the library has it already, as {shown(Path(duplicate.original).name)}"
        for duplicate in report.duplicates
    ]
    more = len(lines) - TOLD_BY_NAME
    return "\n".join([*lines[:TOLD_BY_NAME], *([f"and {more} more"] if more > 0 else [])])
