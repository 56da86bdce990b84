"""What the use cases need of the database for the copies of media that were made to fit a platform."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from typing import Protocol

from domain.ids import MediaId, PublicationId
from domain.media import MediaFacts
from services.ports import Job


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PreparedFile:
    """A copy that fits, as it was probed after it was made."""

    key: str
    """Of its recipe and its original."""
    path: str
    sha256: str
    facts: MediaFacts


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """How often the preparation of a file worked, and how often not."""

    made: int
    failed: int


class PreparedRepository(Protocol):
    """The prepared copies, and which publication goes out with which of them."""

    async def find(self, keys: Collection[str]) -> dict[str, PreparedFile]:
        """Return the copies that were made and not deleted, by their keys."""
        ...

    async def add(self, file: PreparedFile, *, at: dt.datetime) -> None:
        """Store a copy; what was stored under its key, or had failed, is replaced."""
        ...

    async def add_failure(self, key: str, why: str, *, at: dt.datetime) -> None:
        """Store that a copy could not be made."""
        ...

    async def failed(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the keys whose copies could not be made."""
        ...

    async def use(
        self, uses: Mapping[PublicationId, Mapping[MediaId, str]], *, at: dt.datetime
    ) -> frozenset[str]:
        """Store with which copies, by their keys, publications go out; return those that are deleted."""
        ...

    async def used(self, publication_id: PublicationId) -> dict[MediaId, PreparedFile]:
        """Return with which copies a publication goes out, or went out, also those that are deleted."""
        ...

    async def coming(self, *, before: dt.datetime, limit: int) -> list[Job]:
        """Return what is scheduled and due before a time and has no copies yet, the next first."""
        ...

    async def kept_bytes(self) -> int:
        """Return how large all copies are together."""
        ...

    async def dispensable(self, *, limit: int) -> dict[str, PreparedFile]:
        """Return copies that nothing which may still go out needs, the one not used for longest first."""
        ...

    async def unused_since(self, before: dt.datetime, *, limit: int) -> dict[str, PreparedFile]:
        """Return copies as `dispensable` does that were last used before a time."""
        ...

    async def needed(self, media_ids: Collection[MediaId], *, since: dt.datetime) -> frozenset[MediaId]:
        """Return those items that something still to be posted shows, or that was touched since a time."""
        ...

    async def discard(self, keys: Collection[str], *, at: dt.datetime) -> frozenset[str]:
        """Store that copies are deleted, and return which: those that nothing needs, or used since `at`."""
        ...

    async def outcomes(self, *, since: dt.datetime) -> Outcomes:
        """Return how the preparation went since a time."""
        ...
