"""Take media files into a workspace's library: hash, look up, probe, describe, store."""

import asyncio
import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from domain.errors import StorylineError
from domain.ids import WorkspaceId
from domain.media import Description, MediaFacts, MediaItem
from services.media.folder import list_folder
from services.media.sidecars import Problem, Sidecars
from services.ports import Clock, Prober, UnreadableMediaError
from services.repositories.records import AuditEntry
from services.unit_of_work import Database, UnitOfWork

T = TypeVar("T")

BATCH = 8
"""Files that are looked into at the same time and stored in one transaction."""


class Hasher(Protocol):
    """Hashes media files, in another process so that large ones hold nothing up."""

    async def sha256(self, path: Path) -> str:
        """Return the lower-case hex SHA-256 of a file.

        Raises:
            UnreadableMediaError: by its first bytes or its size it is nothing that can be used.
        """
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ImportProgress:
    """How far an import is, counted in files."""

    done: int
    total: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A file whose content the library has under another name."""

    path: Path
    original: str
    """Where the known one lies."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of the files of a folder."""

    added: int
    known: int
    """Were in the library already, from this very place, and are described as before."""
    updated: int
    """Were in the library already, but are described anew or were moved."""
    duplicates: tuple[Duplicate, ...]
    problems: tuple[Problem, ...]
    """Files that were left out, and sidecars whose media will go to the team."""
    ignored: int
    """Hidden files, sidecars, links within the folder."""


class IngestService:
    """Imports media. Running an import again, after an interruption say, passes over what is known."""

    def __init__(self, *, database: Database, clock: Clock, prober: Prober, hasher: Hasher) -> None:
        self._database = database
        self._clock = clock
        self._prober = prober
        self._hasher = hasher

    async def import_folder(
        self,
        folder: Path,
        *,
        workspace_id: WorkspaceId,
        category: str | None = None,
        actor: str,
        on_progress: Callable[[ImportProgress], object],
    ) -> ImportReport:
        """Import all media of a folder and below; what cannot be imported is in the report.

        `category` stands in for the names of the files' folders, not for what sidecars say. Files are stored
        in small batches, so that an interruption loses little.

        Raises:
            StorylineError: there is no such folder.
        """
        root = await asyncio.to_thread(_existing_folder, folder)
        listing = await asyncio.to_thread(list_folder, root)
        tally = _Tally(problems=list(listing.problems))
        sidecars = Sidecars(root)
        total = len(listing.files)
        on_progress(ImportProgress(done=0, total=total))
        for done, paths in _batches(listing.files):
            batch = await self._identified(paths, sidecars, category, tally)
            await self._store(workspace_id, batch, tally)
            on_progress(ImportProgress(done=done, total=total))
        report = tally.report(ignored=listing.ignored)
        async with self._database.begin() as uow:
            await uow.audit.add(self._audited(workspace_id, root, report, actor))
            await uow.commit()
        return report

    async def import_file(
        self,
        path: Path,
        *,
        workspace_id: WorkspaceId,
        category: str | None = None,
        actor: str,
        set_aside: bool = False,
    ) -> MediaItem:
        """Import one file and return its item; a known one is returned as the library has it.

        What is `set_aside` is retired from the beginning: it serves one post, such as a cover does, and the
        planner never picks it.

        Raises:
            UnreadableMediaError: it is no image or video that can be used.
        """
        path = await asyncio.to_thread(path.resolve)
        one = await self._identify(path, Sidecars(path.parent), category)
        async with self._database.read() as look:
            known = await look.media.by_sha256(workspace_id, one.sha256)
        if known is not None:
            return known
        facts = await self._prober.probe(path)
        tally = _Tally()
        async with self._database.begin() as uow:
            await self._add(uow, workspace_id, one, facts, tally, is_retired=set_aside)
            await uow.audit.add(self._audited(workspace_id, path, tally.report(ignored=0), actor))
            item = await uow.media.by_sha256(workspace_id, one.sha256)
            await uow.commit()
        if item is None:
            raise StorylineError(f"{path.name} left the library in the moment it was imported.")
        return item

    async def _identified(
        self, paths: list[Path], sidecars: Sidecars, category: str | None, tally: "_Tally"
    ) -> "list[_Identified]":
        results = await asyncio.gather(
            *(self._identify(path, sidecars, category) for path in paths), return_exceptions=True
        )
        return [one for _, one in tally.sort_out(zip(paths, results, strict=True))]

    async def _identify(self, path: Path, sidecars: Sidecars, category: str | None) -> "_Identified":
        sha256 = await self._hasher.sha256(path)
        description, problems = await asyncio.to_thread(sidecars.describe, path, category=category)
        return _Identified(path=path, sha256=sha256, description=description, problems=tuple(problems))

    async def _store(self, workspace_id: WorkspaceId, batch: "list[_Identified]", tally: "_Tally") -> None:
        known: dict[str, MediaItem] = {}
        async with self._database.read() as look:
            for one in batch:
                item = await look.media.by_sha256(workspace_id, one.sha256)
                if item is not None:
                    known[one.sha256] = item
        gone = await asyncio.to_thread(_gone, [item.path for item in known.values()])
        new = [one for one in batch if one.sha256 not in known]
        results = await asyncio.gather(*(self._prober.probe(one.path) for one in new), return_exceptions=True)
        facts = dict(tally.sort_out(zip((one.path for one in new), results, strict=True)))
        async with self._database.begin() as uow:
            for one in batch:
                item = known.get(one.sha256)
                if item is not None:
                    await self._settle_known(uow, one, item, tally, is_gone=item.path in gone)
                elif one.path in facts:
                    await self._add(uow, workspace_id, one, facts[one.path], tally)
            await uow.commit()

    async def _add(
        self,
        uow: UnitOfWork,
        workspace_id: WorkspaceId,
        one: "_Identified",
        facts: MediaFacts,
        tally: "_Tally",
        *,
        is_retired: bool = False,
    ) -> None:
        media_id = await uow.media.add(
            workspace_id,
            path=str(one.path),
            sha256=one.sha256,
            facts=facts,
            description=one.description,
            at=self._clock.now(),
            is_retired=is_retired,
        )
        if media_id is not None:
            tally.added += 1
            tally.add_problems(one.problems)
            return
        item = await uow.media.by_sha256(workspace_id, one.sha256)
        if item is not None:
            tally.duplicates.append(Duplicate(path=one.path, original=item.path))

    async def _settle_known(
        self, uow: UnitOfWork, one: "_Identified", item: MediaItem, tally: "_Tally", *, is_gone: bool
    ) -> None:
        path = str(one.path)
        if item.path != path and not is_gone:
            tally.duplicates.append(Duplicate(path=one.path, original=item.path))
            return
        tally.add_problems(one.problems)
        if item.path == path and item.description == one.description:
            tally.known += 1
        else:
            await uow.media.describe(item.id, path=path, description=one.description)
            tally.updated += 1

    def _audited(self, workspace_id: WorkspaceId, path: Path, report: ImportReport, actor: str) -> AuditEntry:
        return AuditEntry(
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
                "problems": len(report.problems),
            },
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Identified:
    path: Path
    sha256: str
    description: Description
    problems: tuple[Problem, ...]


@dataclasses.dataclass(slots=True, kw_only=True)
class _Tally:
    added: int = 0
    known: int = 0
    updated: int = 0
    duplicates: list[Duplicate] = dataclasses.field(default_factory=list[Duplicate])
    problems: list[Problem] = dataclasses.field(default_factory=list[Problem])

    def sort_out(self, results: Iterable[tuple[Path, T | BaseException]]) -> Iterator[tuple[Path, T]]:
        """Keep what is wrong with files as problems, let other errors out, and yield what is right."""
        for path, result in results:
            if isinstance(result, UnreadableMediaError):
                self.problems.append(Problem(path, str(result)))
            elif isinstance(result, BaseException):
                raise result
            else:
                yield path, result

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Add what is not known; a folder's malformed defaults are wrong for each of its files."""
        self.problems.extend(problem for problem in problems if problem not in self.problems)

    def report(self, *, ignored: int) -> ImportReport:
        return ImportReport(
            added=self.added,
            known=self.known,
            updated=self.updated,
            duplicates=tuple(self.duplicates),
            problems=tuple(self.problems),
            ignored=ignored,
        )


def _existing_folder(folder: Path) -> Path:
    root = folder.resolve()
    try:
        is_there = root.is_dir()
    except OSError as error:
        raise StorylineError(f"The folder {folder} cannot be read: {error.strerror}.") from error
    if not is_there:
        raise StorylineError(f"There is no folder {folder}.")
    return root


def _gone(paths: Iterable[str]) -> frozenset[str]:
    return frozenset(path for path in paths if not Path(path).exists())


def _batches(files: Sequence[Path]) -> Iterator[tuple[int, list[Path]]]:
    """Yield the files in batches, each with how many are done after it."""
    for start in range(0, len(files), BATCH):
        batch = list(files[start : start + BATCH])
        yield start + len(batch), batch
