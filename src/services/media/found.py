"""Files as an import finds them, beside what the library knows of them."""

import dataclasses
from collections.abc import Collection
from pathlib import Path

from domain.ids import MediaId, WorkspaceId
from domain.media import Description
from services.media.examination import Examined
from services.media.sidecars import Problem, Sidecars
from services.repositories.media import KnownFile, SeenFile


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an import takes its files from, and what holds for all of them."""

    workspace_id: WorkspaceId
    sidecars: Sidecars
    category: str | None
    set_aside: bool = False

    def describe(self, paths: Collection[Path]) -> dict[Path, tuple[Description, list[Problem]]]:
        """Return what the sidecars say of files, and what is wrong with how they say it. Blocks."""
        return {path: self.sidecars.describe(path, category=self.category) for path in paths}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FileStatus:
    """What tells whether a file was changed, without reading it."""

    size_bytes: int
    modified_ns: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FoundFile:
    """A file that can be used."""

    path: Path
    status: FileStatus
    said: Description
    """What its sidecars say now."""
    problems: tuple[Problem, ...]
    """What is wrong with its sidecars."""
    unchanged: KnownFile | None = None
    """What the library knows of it, where it lies there as it did."""
    examined: Examined | None = None
    """What was found out; None: it is unchanged, so it was not read."""
    displaced: tuple[MediaId, ...] = ()
    """Items of this path whose content was another one."""

    @property
    def sha256(self) -> str:
        """What it contains."""
        if self.examined is not None:
            return self.examined.sha256
        assert self.unchanged is not None  # noqa: S101 -- it is one or the other
        return self.unchanged.item.sha256

    def new(self, *, is_retired: bool) -> SeenFile:
        """Return what is stored of it as an item of its own."""
        assert self.examined is not None  # noqa: S101 -- what is new was examined
        return SeenFile(
            path=str(self.path),
            sha256=self.sha256,
            facts=self.examined.facts,
            description=self.said,
            modified_ns=self.status.modified_ns,
            fingerprint=self.examined.fingerprint,
            is_retired=is_retired,
        )

    def as_item(self, known: KnownFile) -> SeenFile:
        """Return what is stored of it as the file of an item that is there."""
        item = known.item
        description = item.description.updated(before=known.said, now=self.said)
        return SeenFile(
            path=str(self.path),
            sha256=item.sha256,
            facts=self.examined.facts if self.examined else item.facts,
            description=description,
            said=None if description == self.said else self.said,
            modified_ns=self.status.modified_ns,
            fingerprint=self.examined.fingerprint if self.examined else known.fingerprint,
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some of an import's files, looked into."""

    files: tuple[FoundFile, ...]
    unreadable: tuple[Problem, ...]


def is_news(seen: SeenFile, known: KnownFile) -> bool:
    """Whether people would notice what has changed about an item."""
    return (
        seen.path != known.item.path
        or seen.description != known.item.description
        or (seen.said or seen.description) != known.said
        or known.item.missing_since is not None
    )
