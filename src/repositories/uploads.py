"""Files in the cloud, so that none is forgotten there."""

import datetime as dt
import functools
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import MediaId, PublicationId, UploadId
from domain.publication import FINAL, State
from repositories.tables import in_state, publications, uploads
from repositories.upsert import Insert, insert_for
from services.ports import HostedFile
from services.repositories.media import Upload


class SqlUploads:
    """The `UploadRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

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
        values = {
            "publication_id": publication_id,
            "media_id": media_id,
            "provider": provider,
            "url": file.url,
            "reference": file.reference,
            "sha256": sha256,
            "expires_at": file.expires_at,
            "created_at": at,
            "deleted_at": None,
        }
        await self._connection.execute(_add(self._connection.dialect.name), values)

    async def find(self, publication_id: PublicationId) -> dict[MediaId, Upload]:
        """Return a publication's uploads that were not deleted."""
        rows = await self._connection.execute(
            sa.select(uploads).where(
                uploads.c.publication_id == publication_id, uploads.c.deleted_at.is_(None)
            )
        )
        return {
            MediaId(row.media_id): Upload(
                id=UploadId(row.id),
                provider=row.provider,
                sha256=row.sha256,
                file=HostedFile(url=row.url, reference=row.reference, expires_at=row.expires_at),
            )
            for row in rows
        }

    async def left_over(
        self, provider: str, *, before: dt.datetime, after: UploadId | None = None, limit: int
    ) -> dict[UploadId, str]:
        """Return a provider's uploads that nothing needs, with their references."""
        is_idle = sa.and_(publications.c.updated_at < before, ~in_state(State.PUBLISHING))
        rows = await self._connection.execute(
            sa.select(uploads.c.id, uploads.c.reference)
            .join(publications)
            .where(
                uploads.c.deleted_at.is_(None),
                uploads.c.provider == provider,
                uploads.c.id > (after or 0),
                sa.or_(sa.and_(uploads.c.created_at < before, is_idle), publications.c.state.in_(FINAL)),
            )
            .order_by(uploads.c.id)
            .limit(limit)
        )
        return {UploadId(row.id): row.reference for row in rows}

    async def deleted(self, upload_ids: Collection[UploadId], *, at: dt.datetime) -> None:
        """Store that uploads are gone."""
        await self._connection.execute(
            sa.update(uploads).where(uploads.c.id.in_(list(upload_ids))).values(deleted_at=at)
        )


@functools.cache
def _add(dialect: str) -> Insert:
    insert = insert_for(dialect, uploads)
    key = [uploads.c.publication_id, uploads.c.media_id]
    of_the_file = (column for column in uploads.c if column is not uploads.c.id and column not in key)
    return insert.on_conflict_do_update(
        index_elements=key,
        set_={column.name: insert.excluded[column.name] for column in of_the_file},
    )
