"""What the use cases need of the database for the library, and for what of it lies in the cloud."""

import dataclasses
import datetime as dt
import enum
from collections.abc import Collection, Sequence
from typing import Protocol

from domain.ids import AccountId, MediaId, PublicationId, UploadId, WorkspaceId
from domain.media import Description, LockReason, MediaFacts, MediaItem, MediaKind, Need
from domain.publication import State
from services.ports import HostedFile


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SeenFile:
    """What is stored of a file once it was examined."""

    path: str
    sha256: str
    facts: MediaFacts
    description: Description
    said: Description | None = None
    """What its sidecars say, where people said something else by hand; None: what `description` says."""
    modified_ns: int | None = None
    """When the file was changed last, by the file system's clock; None: that is not known."""
    fingerprint: int | None = None
    """What it looks like, in 64 bits; None: like nothing that could be told from others."""
    is_retired: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class KnownFile:
    """An item with what is known of the file it was made from."""

    item: MediaItem
    said: Description
    """What its sidecars said last."""
    modified_ns: int | None
    fingerprint: int | None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MediaLock:
    """Why and until when an item rests on an account."""

    account: str
    reason: LockReason
    until: dt.datetime | None
    """None: for ever."""
    at: dt.datetime


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MediaUse:
    """A publication that has an item."""

    publication_id: PublicationId
    account: str
    placement: str
    state: State
    due_at: dt.datetime
    posted_at: dt.datetime | None
    permalink: str | None


class MediaState(enum.StrEnum):
    """Whether an item may be posted, and why not."""

    AVAILABLE = "available"
    """None of the others."""
    LOCKED = "locked"
    """On one account or more."""
    HELD = "held"
    """For now or for good, by what a person said of its time."""
    RETIRED = "retired"
    MISSING = "missing"
    PROBLEM = "problem"
    """Its description cannot be trusted."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MediaFilter:
    """Which items are wanted; None stands for any."""

    category: str | None = None
    kind: MediaKind | None = None
    need: Need | None = None
    tag: str | None = None
    search: str | None = None
    """Part of the caption, the file's name or a tag, in whatever case."""
    state: MediaState | None = None
    after: MediaId | None = None
    """Only items that follow this one."""


EVERY_ITEM = MediaFilter()


class MediaRepository(Protocol):
    """The library."""

    async def add(
        self,
        workspace_id: WorkspaceId,
        *,
        path: str,
        sha256: str,
        facts: MediaFacts,
        description: Description,
        at: dt.datetime,
        is_retired: bool = False,
    ) -> MediaId | None:
        """Add a file; None: the workspace has one with this content."""
        ...

    async def add_all(
        self, workspace_id: WorkspaceId, files: Sequence[SeenFile], *, at: dt.datetime
    ) -> dict[str, MediaId]:
        """Add files; return those that are new by their SHA-256, without those whose content is there."""
        ...

    async def seen(self, workspace_id: WorkspaceId, files: Sequence[tuple[MediaId, SeenFile]]) -> None:
        """Store what known items' files are like now, and that they are there; `is_retired` stays."""
        ...

    async def missing(self, media_ids: Collection[MediaId], *, at: dt.datetime) -> None:
        """Store that items' files are gone."""
        ...

    async def describe(self, item: MediaItem, description: Description) -> None:
        """Store what people say of an item by hand; it holds until its sidecars say something new."""
        ...

    async def retire(self, media_ids: Collection[MediaId], *, is_retired: bool) -> None:
        """Take items out of the planner's choice, or give them back."""
        ...

    async def known(
        self, workspace_id: WorkspaceId, *, paths: Collection[str] = (), sha256s: Collection[str] = ()
    ) -> list[KnownFile]:
        """Return the items that lie at these paths or have these contents, in no special order."""
        ...

    async def lying_in(
        self, workspace_id: WorkspaceId, folder: str, *, after: MediaId | None, limit: int
    ) -> list[tuple[MediaId, str]]:
        """Return the items below a folder that are not missing, and where they lie, in the order of ids."""
        ...

    async def mark_near(
        self, workspace_id: WorkspaceId, media_ids: Collection[MediaId]
    ) -> dict[MediaId, MediaId]:
        """Mark those of these items that look like older ones; return them, each with the oldest of those."""
        ...

    async def near(self, workspace_id: WorkspaceId, *, limit: int) -> list[tuple[MediaItem, MediaItem]]:
        """Return items that look like others, each with that other, oldest first; neither is retired."""
        ...

    async def locks_of(self, media_id: MediaId) -> list[MediaLock]:
        """Return the locks of an item, also those that are over, newest first."""
        ...

    async def uses_of(self, media_id: MediaId, *, limit: int) -> list[MediaUse]:
        """Return the publications of an item, newest first."""
        ...

    async def keep(self, media_ids: Collection[MediaId]) -> None:
        """Store that these items stay, whatever they look like."""
        ...

    async def by_sha256(self, workspace_id: WorkspaceId, sha256: str) -> MediaItem | None:
        """Return the item with this content."""
        ...

    async def get(self, media_ids: Collection[MediaId]) -> list[MediaItem]:
        """Return these items, in no special order."""
        ...

    async def find(
        self,
        workspace_id: WorkspaceId,
        wanted: MediaFilter = EVERY_ITEM,
        *,
        now: dt.datetime | None = None,
        limit: int = 1000,
    ) -> list[MediaItem]:
        """Return a workspace's items, oldest first; `now`, where the team is, says which locks hold."""
        ...

    async def lock(
        self,
        media_ids: Collection[MediaId],
        account_id: AccountId,
        *,
        until: dt.datetime | None,
        reason: LockReason,
        at: dt.datetime,
    ) -> None:
        """Lock items for an account until a time; None: for ever. A longer lock stands against a shorter."""
        ...

    async def locked(
        self, media_ids: Collection[MediaId], account_id: AccountId, *, now: dt.datetime
    ) -> dict[MediaId, dt.datetime | None]:
        """Return which of these are locked, and until when."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file in the cloud, and in which: with other settings it cannot be deleted."""

    id: UploadId
    provider: str
    sha256: str
    """Of what was uploaded: the item itself, or a copy made to fit."""
    file: HostedFile


class UploadRepository(Protocol):
    """Files in the cloud, so that none is forgotten there."""

    async def add(
        self,
        publication_id: PublicationId,
        media_id: MediaId,
        file: HostedFile,
        *,
        sha256: str,
        provider: str,
        at: dt.datetime,
    ) -> None:
        """Store an upload; one of the same item for the same publication is replaced."""
        ...

    async def find(self, publication_id: PublicationId) -> dict[MediaId, Upload]:
        """Return a publication's uploads that were not deleted."""
        ...

    async def left_over(
        self, provider: str, *, before: dt.datetime, after: UploadId | None = None, limit: int
    ) -> dict[UploadId, str]:
        """Return a provider's uploads that nothing needs, with their references.

        They are of final publications, or older than this and of such as nobody worked on since then: what is
        being worked on may still be fetched. They come in the order of their ids, from behind `after` on.
        """
        ...

    async def deleted(self, upload_ids: Collection[UploadId], *, at: dt.datetime) -> None:
        """Store that uploads are gone."""
        ...
