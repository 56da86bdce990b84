"""Media where a platform can fetch it, for as long as it is needed and not longer."""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from domain.content_types import content_type
from domain.errors import PublishingError, RejectedError
from domain.ids import MediaId, PublicationId, UploadId
from domain.media import MediaItem
from services.ports import Clock, HostedFile, MediaStore
from services.unit_of_work import Database

SWEEP_LIMIT = 100
"""Uploads that one sweep deletes at most; the next sweep goes on."""


class HostedFiles:
    """The `Files` of one publication: each item is uploaded once and remembered."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        store: MediaStore,
        publication_id: PublicationId,
        is_untried: bool = False,
    ) -> None:
        """Take the publication; `is_untried` spares the look for what an earlier try uploaded."""
        self._database = database
        self._clock = clock
        self._store = store
        self._publication_id = publication_id
        self._urls: dict[MediaId, str] | None = {} if is_untried else None

    async def url(self, item: MediaItem) -> str:
        """Return a public URL of the item's file, uploading it when it is not there yet.

        Raises:
            RejectedError: the file is gone, or is not the one that was imported.
            PublishingError: the upload failed.
        """
        if self._urls is None:
            async with self._database.read() as look:
                uploads = await look.uploads.find(self._publication_id)
            self._urls = {media_id: file.url for media_id, (_, file) in uploads.items()}
        if item.id in self._urls:
            return self._urls[item.id]
        path = await self.path(item)
        # Always the same name: an upload that a crash kept from being recorded is replaced, not doubled.
        name = f"storyline/{self._publication_id}-{item.sha256}"
        uploaded = await self._store.upload(path, name=name, content_type=content_type(item.facts))
        await self._record(item, uploaded)
        self._urls[item.id] = uploaded.url
        return uploaded.url

    async def path(self, item: MediaItem) -> Path:
        """Return where the item's file lies.

        Raises:
            RejectedError: the file is gone, or is not the one that was imported.
        """
        path = Path(item.path)
        await asyncio.to_thread(_check_unchanged, path, item.facts.size_bytes)
        return path

    async def _record(self, item: MediaItem, uploaded: HostedFile) -> None:
        async with self._database.begin() as uow:
            await uow.uploads.add(
                self._publication_id,
                item.id,
                uploaded,
                provider=self._store.name,
                at=self._clock.now(),
            )
            await uow.commit()


def _check_unchanged(path: Path, size_bytes: int) -> None:
    try:
        found_bytes = path.stat().st_size
    except OSError as error:
        raise RejectedError(f"The file {path.name} is gone from the media folder.") from error
    if found_bytes != size_bytes:
        raise RejectedError(
            f"The file {path.name} has changed since it was imported; import it again to post the new one."
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep did."""

    deleted: int
    failures: tuple[PublishingError, ...]
    """One for each upload that could not be deleted; the next sweep tries it again."""


class UploadCleaner:
    """Deletes uploads that are no longer needed."""

    def __init__(
        self, *, database: Database, clock: Clock, store: MediaStore, retention: dt.timedelta
    ) -> None:
        self._database = database
        self._clock = clock
        self._store = store
        self._retention = retention

    async def delete_for(self, publication_id: PublicationId) -> None:
        """Delete the uploads of a publication.

        Raises:
            PublishingError: one or more could not be deleted; they are left for the sweep.
        """
        async with self._database.read() as look:
            uploads = await look.uploads.find(publication_id)
        swept = await self._delete({upload_id: file.reference for upload_id, file in uploads.values()})
        if swept.failures:
            raise swept.failures[0]

    async def sweep(self, now: dt.datetime) -> Swept:
        """Delete what was left over: uploads of final publications, and those past the retention time."""
        async with self._database.read() as look:
            left_over = await look.uploads.left_over(before=now - self._retention, limit=SWEEP_LIMIT)
        return await self._delete(left_over)

    async def _delete(self, references: Mapping[UploadId, str]) -> Swept:
        deleted: list[UploadId] = []
        failures: list[PublishingError] = []
        for upload_id, reference in references.items():
            try:
                await self._store.delete(reference)
            except PublishingError as error:
                failures.append(error)
            else:
                deleted.append(upload_id)
        if deleted:
            async with self._database.begin() as uow:
                await uow.uploads.deleted(deleted, at=self._clock.now())
                await uow.commit()
        return Swept(deleted=len(deleted), failures=tuple(failures))
