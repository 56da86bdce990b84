"""Media where a platform can fetch it, for as long as it is needed and not longer."""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Mapping
from pathlib import Path

from domain.content_types import content_type
from domain.errors import PublishingError, RejectedError, TransientError
from domain.ids import MediaId, PublicationId, UploadId
from domain.media import MediaItem
from services.ports import Clock, HostedFile, MediaStore, Preflight
from services.repositories.media import Upload
from services.unit_of_work import Database

LEAST_LIFE = dt.timedelta(minutes=20)
"""A URL that ends sooner is not given to a platform, which may fetch it more than once while it processes it.
No container is waited for so long."""
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
        preflight: Preflight | None = None,
        publication_id: PublicationId,
        is_untried: bool = False,
    ) -> None:
        """Take the publication.

        Args:
            database: remembers the uploads.
            clock: URLs end by it.
            store: where the files are uploaded to.
            preflight: fetches each URL once before it is given away; None: nobody does.
            publication_id: whose files they are.
            is_untried: spares the look for what an earlier try uploaded.
        """
        self._database = database
        self._clock = clock
        self._store = store
        self._preflight = preflight
        self._publication_id = publication_id
        self._urls: dict[MediaId, str] = {}
        self._earlier: dict[MediaId, Upload] | None = {} if is_untried else None

    async def url(self, item: MediaItem) -> str:
        """Return a public URL of the item's file, uploading it when what is there cannot be used.

        Raises:
            RejectedError: the file is gone, or is not the one that was imported.
            TransientError: it was uploaded, but cannot be fetched.
            PublishingError: the upload failed.
        """
        if item.id not in self._urls:
            self._urls[item.id] = await self._earlier_url(item) or await self._uploaded(item)
        return self._urls[item.id]

    async def _earlier_url(self, item: MediaItem) -> str | None:
        """Return the URL that an earlier try uploaded the item to; None: there is none that works still."""
        if self._earlier is None:
            async with self._database.read() as look:
                self._earlier = await look.uploads.find(self._publication_id)
        upload = self._earlier.get(item.id)
        if upload is None:
            return None
        if upload.sha256 != item.sha256:  # another copy was made to fit since, which gets another name
            if upload.provider == self._store.name:
                await self._store.delete(upload.file.reference)
            return None
        if upload.provider != self._store.name and self._preflight is None:
            return None  # that may serve nothing any more, and nobody would notice
        ends = upload.file.expires_at
        if ends is not None and ends - self._clock.now() < LEAST_LIFE:
            return None
        try:
            await self._check(item, upload.file)
        except TransientError:
            return None
        return upload.file.url

    async def _uploaded(self, item: MediaItem) -> str:
        path = await self.path(item)
        # Always the same name: an upload that a crash kept from being recorded is replaced, not doubled.
        name = f"storyline/{self._publication_id}-{item.sha256}"
        uploaded = await self._store.upload(path, name=name, content_type=content_type(item.facts))
        await self._record(item, uploaded)  # first of all, so that it is deleted whatever comes
        await self._check(item, uploaded)
        return uploaded.url

    async def _check(self, item: MediaItem, file: HostedFile) -> None:
        if self._preflight is not None:
            path = await self.path(item)
            await self._preflight.check(file.url, path, content_type=content_type(item.facts))

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
                sha256=item.sha256,
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
class Removed:
    """What was deleted at a provider."""

    uploads: tuple[UploadId, ...]
    failures: tuple[PublishingError, ...]
    """One for each upload that could not be deleted; the next sweep tries it again."""


class UploadCleaner:
    """Deletes uploads that are no longer needed."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        store: MediaStore,
        retention: dt.timedelta,
        at_once: int = SWEEP_LIMIT,
    ) -> None:
        """Take how long uploads are kept, and how many a sweep looks after at most."""
        self._database = database
        self._clock = clock
        self._store = store
        self._retention = retention
        self._at_once = at_once
        self._passed: UploadId | None = None
        """Where the last sweep stopped; None: at the end."""

    async def remove(self, publication_id: PublicationId) -> Removed:
        """Delete the uploads of a publication at the provider; to record it is left to the caller."""
        async with self._database.read() as look:
            uploads = await look.uploads.find(publication_id)
        return await self._remove(
            {each.id: each.file.reference for each in uploads.values() if each.provider == self._store.name}
        )

    async def sweep(self, now: dt.datetime) -> Removed:
        """Delete what was left over: uploads of final publications, and those past the retention time.

        What lies with another provider waits until the settings name that one again.
        """
        async with self._database.read() as look:
            left_over = await look.uploads.left_over(
                self._store.name,
                before=now - self._retention,
                after=self._passed,
                limit=self._at_once,
            )
        # The next sweep goes on from here, so that what can never be deleted holds up nothing.
        self._passed = max(left_over) if len(left_over) == self._at_once else None
        removed = await self._remove(left_over)
        if removed.uploads:
            async with self._database.begin() as uow:
                await uow.uploads.deleted(removed.uploads, at=self._clock.now())
                await uow.commit()
        return removed

    async def _remove(self, references: Mapping[UploadId, str]) -> Removed:
        removed: list[UploadId] = []
        failures: list[PublishingError] = []
        for upload_id, reference in references.items():
            try:
                await self._store.delete(reference)
            except PublishingError as error:
                failures.append(error)
            else:
                removed.append(upload_id)
        return Removed(uploads=tuple(removed), failures=tuple(failures))
