"""Files as an import finds them, beside what the library knows of them."""

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import TypedDict

from domain.ids import WorkspaceId
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
    description: Description | None = None
    """What a person says of all of them; None: what the sidecars say holds."""

    def describe(self, paths: Collection[Path]) -> dict[Path, "Said"]:
        """Return what is said of files. Blocks."""
        return {path: self._said_of(path) for path in paths}

    def _said_of(self, path: Path) -> "Said":
        if self.description is not None:
            return Said(description=self.description, problems=(), category=None)
        description, problems = self.sidecars.describe(path)
        category = None
        if self.category is not None:
            category = self.sidecars.describe(path, category=self.category)[0].category
        return Said(description=description, problems=tuple(problems), category=category)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a file."""

    description: Description
    """By its sidecars and its place."""
    problems: tuple[Problem, ...]
    """What is wrong with its sidecars."""
    category: str | None
    """As the import names it, unless a sidecar does; it counts as said by hand."""


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
    said: Said
    unchanged: KnownFile | None = None
    """What the library knows of it, where it lies there as it did."""
    examined: Examined | None = None
    """What was found out; None: it is unchanged, so it was not read."""
    displaces: bool = False
    """The library has another content at this path."""

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
            **self._described(self.said.description),
            modified_ns=self.status.modified_ns,
            fingerprint=self.examined.fingerprint,
            is_retired=is_retired,
        )

    def as_item(self, known: KnownFile) -> SeenFile:
        """Return what is stored of it as the file of an item that is there."""
        item = known.item
        described = item.description.updated(before=known.said, now=self.said.description)
        return SeenFile(
            path=str(self.path),
            sha256=item.sha256,
            facts=self.examined.facts if self.examined else item.facts,
            **self._described(described),
            modified_ns=self.status.modified_ns,
            fingerprint=self.examined.fingerprint if self.examined else known.fingerprint,
        )

    def _described(self, description: Description) -> "_Described":
        if self.said.category is not None:
            description = dataclasses.replace(description, category=self.said.category)
        said = self.said.description
        return {"description": description, "said": None if description == said else said}


class _Described(TypedDict):
    description: Description
    said: Description | None


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
