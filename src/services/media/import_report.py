"""What became of the files of an import."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path

from domain.ids import MediaId
from services.media.sidecars import Problem


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
    """Were in the library already, but are described anew, were moved, or are back."""
    duplicates: tuple[Duplicate, ...]
    problems: tuple[Problem, ...]
    """Files that were left out, and sidecars whose media will go to the team."""
    ignored: int
    """Hidden files, sidecars, links within the folder."""
    lookalikes: tuple[MediaId, ...] = ()
    """What of it looks like something that was there before."""

    set_aside: int = 0
    """Items whose files are gone."""
    gone: int = 0
    """The same, of so many that nothing was set aside: it may be a drive that is not there."""

    @property
    def near(self) -> int:
        """How many look like something that was there before."""
        return len(self.lookalikes)

    @property
    def has_news(self) -> bool:
        """Whether the library is another one now, or there is something to tell."""
        return bool(self.added or self.updated or self.duplicates or self.problems)


@dataclasses.dataclass(slots=True, kw_only=True)
class Tally:
    """A report that is being made."""

    added: int = 0
    known: int = 0
    updated: int = 0
    lookalikes: list[MediaId] = dataclasses.field(default_factory=list[MediaId])
    duplicates: list[Duplicate] = dataclasses.field(default_factory=list[Duplicate])
    problems: dict[Problem, None] = dataclasses.field(default_factory=dict[Problem, None])

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Add what is not known; a folder's malformed defaults are wrong for each of its files."""
        self.problems.update(dict.fromkeys(problems))

    def report(self, *, ignored: int = 0) -> ImportReport:
        """Return what was counted so far."""
        return ImportReport(
            added=self.added,
            known=self.known,
            updated=self.updated,
            duplicates=tuple(self.duplicates),
            problems=tuple(self.problems),
            ignored=ignored,
            lookalikes=tuple(self.lookalikes),
        )
