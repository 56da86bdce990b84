"""Take media files into a workspace's library: pass over what is known, examine, describe, store."""

import asyncio
import collections
import contextlib
import dataclasses
from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from pathlib import Path

from domain.errors import StorylineError
from domain.ids import MediaId, WorkspaceId
from domain.media import Description, MediaItem
from services.media.examination import Examined, Examiner
from services.media.folder import list_folder
from services.media.found import Batch, FileStatus, FoundFile, Source, is_news
from services.media.import_report import Duplicate, ImportProgress, ImportReport, Tally
from services.media.sidecars import Problem, Sidecars
from services.media.thumbnails import Thumbnails
from services.media.vanished import is_drive_gone, lying_in, vanished_from
from services.ports import Clock, UnreadableMediaError
from services.repositories.media import KnownFile
from services.repositories.records import AuditEntry
from services.unit_of_work import Database

BATCH = 32
"""Files that are looked for with one statement and stored in one transaction."""
BATCHES_AHEAD = 2
"""How many are being examined while one is stored, so that the workers never wait."""


class IngestService:
    """Imports media. Running an import again, after an interruption say, passes over what is unchanged."""

    def __init__(
        self, *, database: Database, clock: Clock, examiner: Examiner, thumbnails: Thumbnails
    ) -> None:
        self._database = database
        self._clock = clock
        self._examiner = examiner
        self._thumbnails = thumbnails

    async def import_folder(
        self,
        folder: Path,
        *,
        workspace_id: WorkspaceId,
        category: str | None = None,
        actor: str,
        on_progress: Callable[[ImportProgress], object],
        sets_aside_most: bool = False,
    ) -> ImportReport:
        """Import all media of a folder and below; what cannot be imported is in the report.

        `category` stands in for the names of the files' folders, not for what sidecars say. Files are stored
        in small batches, so that an interruption loses little. Items whose files are gone are set aside; if
        that is most of the folder, only where `sets_aside_most`.

        Raises:
            StorylineError: there is no such folder.
        """
        root = await asyncio.to_thread(_existing_folder, folder)
        before = await lying_in(self._database, workspace_id, root)
        listing = await asyncio.to_thread(list_folder, root)
        source = Source(workspace_id=workspace_id, sidecars=Sidecars(root), category=category)
        tally = Tally()
        tally.add_problems((*listing.problems, *listing.lone_sidecars))
        await self._take_in(listing.files, source, tally, on_progress)
        gone = vanished_from(listing, before)
        if gone:
            gone &= (await lying_in(self._database, workspace_id, root)).keys()  # without what was moved
        is_safe = sets_aside_most or not is_drive_gone(len(gone), of=len(before))
        if gone and is_safe:
            async with self._database.begin() as uow:
                await uow.media.missing(gone, at=self._clock.now())
                await uow.commit()
        report = dataclasses.replace(
            tally.report(ignored=listing.ignored),
            set_aside=len(gone) if is_safe else 0,
            gone=0 if is_safe else len(gone),
        )
        await self._record(workspace_id, root, report, actor)
        return report

    async def import_files(
        self, files: Sequence[Path], *, root: Path, workspace_id: WorkspaceId, actor: str
    ) -> ImportReport:
        """Import some files of a folder, whose sidecars are heeded; it is recorded if it has news."""
        source = Source(workspace_id=workspace_id, sidecars=Sidecars(root), category=None)
        tally = Tally()
        await self._take_in(files, source, tally, lambda _: None)
        report = tally.report()
        if report.has_news:
            await self._record(workspace_id, root, report, actor)
        return report

    async def import_file(
        self,
        path: Path,
        *,
        workspace_id: WorkspaceId,
        category: str | None = None,
        description: Description | None = None,
        actor: str,
        set_aside: bool = False,
    ) -> MediaItem:
        """Import one file and return its item; a known one is returned as the library has it.

        A `description` stands in for what sidecars say. What is `set_aside` is retired from the beginning: it
        serves one post, such as a cover does, and the planner never picks it.

        Raises:
            UnreadableMediaError: it is no image or video that can be used.
        """
        path = await asyncio.to_thread(path.resolve)
        source = Source(
            workspace_id=workspace_id,
            sidecars=Sidecars(path.parent),
            category=category,
            set_aside=set_aside,
            description=description,
        )
        tally = Tally()
        found = await self._look_into([path], source)
        for problem in found.unreadable:
            raise UnreadableMediaError(problem.sentence)
        await self._store(found, source, tally)
        (file,) = found.files
        async with self._database.read() as look:
            known = await look.media.by_sha256(workspace_id, file.sha256)
        if known is None:
            raise StorylineError(f"{path.name} left the library in the moment it was imported.")
        if tally.added:
            await self._record(workspace_id, path, tally.report(), actor)
        return known

    async def _take_in(
        self,
        files: Sequence[Path],
        source: Source,
        tally: Tally,
        on_progress: Callable[[ImportProgress], object],
    ) -> None:
        done, total = 0, len(files)
        on_progress(ImportProgress(done=done, total=total))
        async with contextlib.aclosing(self._looked_into(files, source)) as batches:
            async for found in batches:
                await self._store(found, source, tally)
                done += len(found.files) + len(found.unreadable)
                on_progress(ImportProgress(done=done, total=total))
        if tally.added:
            await asyncio.to_thread(self._thumbnails.prune)

    async def _looked_into(self, files: Sequence[Path], source: Source) -> AsyncGenerator[Batch]:
        """Yield the files in batches, in order, while the next ones are examined."""
        coming = collections.deque[asyncio.Task[Batch]]()
        try:
            for start in range(0, len(files), BATCH):
                batch = files[start : start + BATCH]
                coming.append(asyncio.create_task(self._look_into(batch, source)))
                if len(coming) > BATCHES_AHEAD:
                    yield await coming.popleft()
            while coming:
                yield await coming.popleft()
        finally:
            for task in coming:
                task.cancel()
            await asyncio.gather(*coming, return_exceptions=True)

    async def _look_into(self, paths: Sequence[Path], source: Source) -> Batch:
        statuses = await asyncio.to_thread(_statuses, paths)
        async with self._database.read() as look:
            lying_there = await look.media.known(source.workspace_id, paths=[str(path) for path in paths])
        known = collections.defaultdict[Path, list[KnownFile]](list)
        for file in lying_there:
            known[Path(file.item.path)].append(file)
        unchanged = {
            path: file for path, status in statuses.items() for file in known[path] if _is_as(file, status)
        }
        examined, unreadable = await self._examined([path for path in paths if path not in unchanged])
        described = await asyncio.to_thread(source.describe, [*unchanged, *examined])
        files = [
            FoundFile(
                path=path,
                status=statuses[path],
                said=described[path],
                unchanged=unchanged.get(path),
                examined=examined.get(path),
                displaces=path in examined
                and any(file.item.sha256 != examined[path].sha256 for file in known[path]),
            )
            for path in paths
            if path in described and path in statuses
        ]
        return Batch(files=tuple(files), unreadable=tuple(unreadable))

    async def _examined(self, paths: Sequence[Path]) -> tuple[dict[Path, Examined], list[Problem]]:
        """Keep what is wrong with files as problems, let other errors out, and return what is right."""
        results = await asyncio.gather(
            *(self._examiner.examine(path) for path in paths), return_exceptions=True
        )
        examined, unreadable = dict[Path, Examined](), list[Problem]()
        for path, result in zip(paths, results, strict=True):
            if isinstance(result, UnreadableMediaError):
                unreadable.append(Problem(path, str(result)))
            elif isinstance(result, BaseException):
                raise result
            else:
                examined[path] = result
        return examined, unreadable

    async def _store(self, found: Batch, source: Source, tally: Tally) -> None:
        tally.add_problems(found.unreadable)
        new, seen = await self._sorted_out(found.files, source.workspace_id, tally)
        displacing = {str(file.path): file.sha256 for file in found.files if file.displaces}
        if not (new or seen or displacing):
            return
        await asyncio.to_thread(self._keep_thumbnails, [*new, *(file for file, _ in seen)])
        now, added = self._clock.now(), dict[str, MediaId]()
        async with self._database.begin() as uow:
            if new:
                files = [file.new(is_retired=source.set_aside) for file in new]
                added = await uow.media.add_all(source.workspace_id, files, at=now)
            if seen:
                known = [(item.item.id, file.as_item(item)) for file, item in seen]
                await uow.media.seen(source.workspace_id, known)
            if displacing:
                # Only now, because an item that lay there may be one that was seen elsewhere.
                lying = await uow.media.known(source.workspace_id, paths=displacing)
                displaced = [file.item.id for file in lying if file.item.sha256 != displacing[file.item.path]]
                await uow.media.missing(displaced, at=now)
            first_seen = {item.item.id for _, item in seen if item.fingerprint is None}
            near = await uow.media.mark_near(source.workspace_id, {*added.values(), *first_seen})
            await uow.commit()
        tally.added += len(added)
        tally.known += len(new) - len(added)  # somebody else imported these in this moment
        tally.lookalikes += sorted(near)

    async def _sorted_out(
        self, files: Sequence[FoundFile], workspace_id: WorkspaceId, tally: Tally
    ) -> tuple[list[FoundFile], list[tuple[FoundFile, KnownFile]]]:
        """Return new files, and those whose items are to be updated; what else there is, is counted."""
        contents = [file.sha256 for file in files if file.examined]
        known = dict[str, KnownFile]()
        if contents:
            async with self._database.read() as look:
                same = await look.media.known(workspace_id, sha256s=contents)
            known = {file.item.sha256: file for file in same}
        places = await self._places(known.values(), files)
        new, seen = list[FoundFile](), list[tuple[FoundFile, KnownFile]]()
        for file in files:
            there = file.unchanged or known.get(file.sha256)
            place = places.setdefault(file.sha256, str(file.path))
            if place != str(file.path):
                tally.duplicates.append(Duplicate(path=file.path, original=place))
                continue
            tally.add_problems(file.said.problems)
            if there is None:
                new.append(file)
                continue
            has_news = is_news(file.as_item(there), there)
            tally.updated += has_news
            tally.known += not has_news
            if has_news or file.examined:
                seen.append((file, there))
        return new, seen

    async def _places(self, known: Iterable[KnownFile], files: Sequence[FoundFile]) -> dict[str, str]:
        """Return where contents lie that have not left the place that the library knows."""
        found = {str(file.path): file.sha256 for file in files}
        places = {file.sha256: str(file.path) for file in files if file.unchanged}
        elsewhere = list[KnownFile]()
        for file in known:
            if file.item.path in found:
                if found[file.item.path] == file.item.sha256:
                    places[file.item.sha256] = file.item.path
            elif file.item.missing_since is None:
                elsewhere.append(file)
        statuses = await asyncio.to_thread(_statuses, [Path(file.item.path) for file in elsewhere])
        for file in elsewhere:
            status = statuses.get(Path(file.item.path))
            if status and (
                _is_as(file, status) or await self._contains(Path(file.item.path), file.item.sha256)
            ):
                places[file.item.sha256] = file.item.path
        return places

    async def _contains(self, path: Path, sha256: str) -> bool:
        try:
            examined = await self._examiner.examine(path)
        except UnreadableMediaError:
            return False
        return examined.sha256 == sha256

    def _keep_thumbnails(self, files: Iterable[FoundFile]) -> None:
        for file in files:
            if file.examined:
                self._thumbnails.keep(file.sha256, file.examined.thumbnail)

    async def _record(self, workspace_id: WorkspaceId, path: Path, report: ImportReport, actor: str) -> None:
        entry = AuditEntry(
            at=self._clock.now(),
            actor=actor,
            action="media_imported",
            workspace_id=workspace_id,
            detail={
                "path": str(path),
                "added": report.added,
                "known": report.known,
                "updated": report.updated,
                "duplicates": len(report.duplicates),
                "near": report.near,
                "problems": len(report.problems),
                "set_aside": report.set_aside,
            },
        )
        async with self._database.begin() as uow:
            await uow.audit.add(entry)
            await uow.commit()


def _existing_folder(folder: Path) -> Path:
    root = folder.resolve()
    try:
        is_there, is_file = root.is_dir(), root.is_file()
    except OSError as error:
        raise StorylineError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    if is_file:
        raise StorylineError(f"{folder} is a file; name the folder it lies in.")
    if not is_there:
        raise StorylineError(f"There is no folder {folder}.")
    return root


def _statuses(paths: Iterable[Path]) -> dict[Path, FileStatus]:
    found = dict[Path, FileStatus]()
    for path in paths:
        with contextlib.suppress(OSError):  # whoever examines it says what is wrong
            status = path.stat()
            found[path] = FileStatus(size_bytes=status.st_size, modified_ns=status.st_mtime_ns)
    return found


def _is_as(known: KnownFile, status: FileStatus) -> bool:
    return known.modified_ns == status.modified_ns and known.item.facts.size_bytes == status.size_bytes
