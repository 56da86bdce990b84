"""Prepared copies of media, and which publication goes out with which of them."""

import datetime as dt
from collections.abc import Collection, Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import MediaId, PublicationId
from domain.publication import FINAL, State
from repositories.jobs import load_jobs, select_jobs
from repositories.rows import read
from repositories.tables import post_media, prepared_files, prepared_uses, publications
from repositories.upsert import insert_into
from repositories.vault import TokenVault
from services.ports import Job
from services.repositories.prepared import Outcomes, PreparedFile

_IS_THERE = sa.and_(prepared_files.c.facts.is_not(None), prepared_files.c.deleted_at.is_(None))
_IS_NEEDED = sa.exists().where(
    prepared_uses.c.key == prepared_files.c.key,
    publications.c.id == prepared_uses.c.publication_id,
    publications.c.state.not_in(FINAL),
)


class SqlPrepared:
    """The `PreparedRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection, vault: TokenVault) -> None:
        self._connection = connection
        self._vault = vault

    async def find(self, keys: Collection[str]) -> dict[str, PreparedFile]:
        """Return the copies that were made and not deleted, by their keys."""
        return await self._files(
            sa.select(prepared_files).where(prepared_files.c.key.in_(list(keys)), _IS_THERE)
        )

    async def add(self, file: PreparedFile, *, at: dt.datetime) -> None:
        """Store a copy; what was stored under its key, or had failed, is replaced."""
        await self._put(
            file.key,
            {
                "path": file.path,
                "sha256": file.sha256,
                "facts": file.facts,
                "size_bytes": file.facts.size_bytes,
                "failure": "",
                "made_at": at,
                "last_used_at": at,
                "deleted_at": None,
            },
        )

    async def add_failure(self, key: str, why: str, *, at: dt.datetime) -> None:
        """Store that a copy could not be made."""
        await self._put(
            key,
            {
                "path": "",
                "sha256": "",
                "facts": None,
                "size_bytes": 0,
                "failure": why,
                "made_at": at,
                "last_used_at": at,
                "deleted_at": None,
            },
        )

    async def failed(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the keys whose copies could not be made."""
        rows = await self._connection.execute(
            sa.select(prepared_files.c.key).where(
                prepared_files.c.key.in_(list(keys)), prepared_files.c.failure != ""
            )
        )
        return frozenset(rows.scalars())

    async def use(
        self, uses: Mapping[PublicationId, Mapping[MediaId, str]], *, at: dt.datetime
    ) -> frozenset[str]:
        """Store with which copies, by their keys, publications go out; return those that are deleted."""
        rows = [
            {"publication_id": publication_id, "media_id": media_id, "key": key}
            for publication_id, keys in uses.items()
            for media_id, key in keys.items()
        ]
        if not rows:
            return frozenset()
        inserted = insert_into(self._connection, prepared_uses)
        await self._connection.execute(
            inserted.values(rows).on_conflict_do_update(
                index_elements=[prepared_uses.c.publication_id, prepared_uses.c.media_id],
                set_={"key": inserted.excluded.key},
            )
        )
        used = {str(row["key"]) for row in rows}
        there = await self._connection.scalars(
            sa.update(prepared_files)
            .where(prepared_files.c.key.in_(used), _IS_THERE)
            .values(last_used_at=at)
            .returning(prepared_files.c.key)
        )
        return frozenset(used).difference(there)

    async def used(self, publication_id: PublicationId) -> dict[MediaId, PreparedFile]:
        """Return with which copies a publication goes out, or went out, also those that are deleted."""
        rows = await self._connection.execute(
            sa.select(prepared_uses.c.media_id, *prepared_files.c)
            .join(prepared_files, prepared_files.c.key == prepared_uses.c.key)
            .where(prepared_uses.c.publication_id == publication_id, prepared_files.c.facts.is_not(None))
        )
        return {MediaId(row["media_id"]): read(PreparedFile, prepared_files, row) for row in rows.mappings()}

    async def coming(self, *, before: dt.datetime, limit: int) -> list[Job]:
        """Return what is scheduled and due before a time and has no copies yet, the next first."""
        has_copies = sa.exists().where(prepared_uses.c.publication_id == publications.c.id)
        return await load_jobs(
            self._connection,
            self._vault,
            select_jobs.where(
                publications.c.state == State.SCHEDULED, publications.c.due_at < before, ~has_copies
            ).limit(limit),
        )

    async def kept_bytes(self) -> int:
        """Return how large all copies are together."""
        total = sa.select(sa.func.coalesce(sa.func.sum(prepared_files.c.size_bytes), 0)).where(_IS_THERE)
        return int((await self._connection.execute(total)).scalar_one())

    async def dispensable(self, *, limit: int) -> dict[str, PreparedFile]:
        """Return copies that nothing which may still go out needs, the one not used for longest first."""
        return await self._files(_dispensable(limit))

    async def unused_since(self, before: dt.datetime, *, limit: int) -> dict[str, PreparedFile]:
        """Return copies as `dispensable` does that were last used before a time."""
        return await self._files(_dispensable(limit).where(prepared_files.c.last_used_at < before))

    async def needed(self, media_ids: Collection[MediaId], *, since: dt.datetime) -> frozenset[MediaId]:
        """Return those items that something still to be posted shows, or that was touched since a time."""
        rows = await self._connection.execute(
            sa.select(post_media.c.media_id)
            .join(publications, publications.c.post_id == post_media.c.post_id)
            .where(
                post_media.c.media_id.in_(list(media_ids)),
                sa.or_(publications.c.state.not_in(FINAL), publications.c.updated_at > since),
            )
        )
        return frozenset(rows.scalars())

    async def discard(self, keys: Collection[str], *, at: dt.datetime) -> frozenset[str]:
        """Store that copies are deleted, and return which: those that nothing needs, or used since `at`."""
        discarded = await self._connection.scalars(
            sa.update(prepared_files)
            # PostgreSQL looks again at the row alone when somebody used it in this moment.
            .where(
                prepared_files.c.key.in_(list(keys)),
                _IS_THERE,
                ~_IS_NEEDED,
                prepared_files.c.last_used_at <= at,
            )
            .values(deleted_at=at)
            .returning(prepared_files.c.key)
        )
        return frozenset(discarded)

    async def outcomes(self, *, since: dt.datetime) -> Outcomes:
        """Return how the preparation went since a time."""
        has_failed = prepared_files.c.failure != ""
        row = (
            await self._connection.execute(
                sa.select(
                    sa.func.count().filter(~has_failed).label("made"),
                    sa.func.count().filter(has_failed).label("failed"),
                ).where(prepared_files.c.made_at >= since)
            )
        ).one()
        return Outcomes(made=row.made, failed=row.failed)

    async def _put(self, key: str, values: Mapping[str, object]) -> None:
        await self._connection.execute(
            insert_into(self._connection, prepared_files)
            .values(key=key, **values)
            .on_conflict_do_update(index_elements=[prepared_files.c.key], set_=dict(values))
        )

    async def _files(self, statement: sa.Select[*tuple[object, ...]]) -> dict[str, PreparedFile]:
        rows = await self._connection.execute(statement)
        return {row["key"]: read(PreparedFile, prepared_files, row) for row in rows.mappings()}


def _dispensable(limit: int) -> sa.Select[*tuple[object, ...]]:
    return (
        sa.select(prepared_files)
        .where(_IS_THERE, ~_IS_NEEDED)
        .order_by(prepared_files.c.last_used_at, prepared_files.c.key)
        .limit(limit)
    )
