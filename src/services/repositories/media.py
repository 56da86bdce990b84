"""What the use cases need of the database for the library, and for what of it lies in the cloud."""

import datetime as dt
from collections.abc import Collection
from typing import Protocol

from domain.ids import AccountId, MediaId, PublicationId, UploadId, WorkspaceId
from domain.media import Description, LockReason, MediaFacts, MediaItem
from services.ports import HostedFile


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

    async def describe(self, media_id: MediaId, *, path: str, description: Description) -> None:
        """Store where a known file lies now, and what people say of it now."""
        ...

    async def by_sha256(self, workspace_id: WorkspaceId, sha256: str) -> MediaItem | None:
        """Return the item with this content."""
        ...

    async def get(self, media_ids: Collection[MediaId]) -> list[MediaItem]:
        """Return these items, in no special order."""
        ...

    async def find(self, workspace_id: WorkspaceId, *, limit: int = 1000) -> list[MediaItem]:
        """Return a workspace's items, oldest first."""
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


class UploadRepository(Protocol):
    """Files in the cloud, so that none is forgotten there."""

    async def add(
        self,
        publication_id: PublicationId,
        media_id: MediaId,
        file: HostedFile,
        *,
        provider: str,
        at: dt.datetime,
    ) -> None:
        """Store an upload; one of the same item for the same publication is replaced."""
        ...

    async def find(self, publication_id: PublicationId) -> dict[MediaId, tuple[UploadId, HostedFile]]:
        """Return a publication's uploads that were not deleted."""
        ...

    async def left_over(self, *, before: dt.datetime, limit: int) -> dict[UploadId, str]:
        """Return uploads older than this, or of final publications, with their references."""
        ...

    async def deleted(self, upload_ids: Collection[UploadId], *, at: dt.datetime) -> None:
        """Store that uploads are gone."""
        ...
