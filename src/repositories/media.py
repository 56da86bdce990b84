"""The library, and which of its items rest."""

import datetime as dt
import functools
import hashlib
import itertools
from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import AccountId, MediaId, PublicationId, WorkspaceId
from domain.media import Description, LockReason, MediaFacts, MediaItem
from repositories.likeness import add_to_index, older_alike, signed, unsigned
from repositories.media_filter import conditions, lock_holds
from repositories.rows import read
from repositories.tables import accounts, media_items, media_locks, post_media, publications
from repositories.upsert import Insert, insert_for, insert_into
from services.repositories.media import EVERY_ITEM, KnownFile, MediaFilter, MediaLock, MediaUse, SeenFile

SAME_LENGTH = dt.timedelta(seconds=1)


class SqlMedia:
    """The `MediaRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

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
        file = SeenFile(path=path, sha256=sha256, facts=facts, description=description, is_retired=is_retired)
        added = await self.add_all(workspace_id, [file], at=at)
        return added.get(sha256)

    async def add_all(
        self, workspace_id: WorkspaceId, files: Sequence[SeenFile], *, at: dt.datetime
    ) -> dict[str, MediaId]:
        """Add files; return those that are new by their SHA-256, without those whose content is there."""
        rows = await self._connection.execute(
            insert_into(self._connection, media_items)
            .on_conflict_do_nothing(index_elements=[media_items.c.workspace_id, media_items.c.sha256])
            .returning(media_items.c.sha256, media_items.c.id),
            [
                _values(file)
                | {
                    "workspace_id": workspace_id,
                    "sha256": file.sha256,
                    "added_at": at,
                    "is_retired": file.is_retired,
                    "fingerprint": None if file.fingerprint is None else signed(file.fingerprint),
                }
                for file in files
            ],
        )
        added = {row.sha256: MediaId(row.id) for row in rows}
        await add_to_index(
            self._connection,
            workspace_id,
            {
                added[file.sha256]: file.fingerprint
                for file in files
                if file.fingerprint is not None and file.sha256 in added
            },
        )
        return added

    async def seen(self, workspace_id: WorkspaceId, files: Sequence[tuple[MediaId, SeenFile]]) -> None:
        """Store what known items' files are like now, and that they are there; `is_retired` stays."""
        fingerprint = sa.bindparam("b_fingerprint", type_=sa.BigInteger)
        await self._connection.execute(
            sa.update(media_items)
            .where(media_items.c.id == sa.bindparam("b_id"))
            .values(
                fingerprint=sa.func.coalesce(fingerprint, media_items.c.fingerprint),
                missing_since=None,
                **{name: sa.bindparam(name) for name in _values(files[0][1])},
            ),
            [
                _values(file)
                | {
                    "b_id": media_id,
                    "b_fingerprint": None if file.fingerprint is None else signed(file.fingerprint),
                }
                for media_id, file in files
            ],
        )
        fingerprints = {
            media_id: file.fingerprint for media_id, file in files if file.fingerprint is not None
        }
        await add_to_index(self._connection, workspace_id, fingerprints)

    async def missing(self, media_ids: Collection[MediaId], *, at: dt.datetime) -> None:
        """Store that items' files are gone."""
        await self._connection.execute(
            sa.update(media_items)
            .where(media_items.c.id.in_(list(media_ids)), media_items.c.missing_since.is_(None))
            .values(missing_since=at)
        )

    async def describe(self, item: MediaItem, description: Description) -> None:
        """Store what people say of an item by hand; it holds until its sidecars say something new."""
        await self._connection.execute(
            sa.update(media_items)
            .where(media_items.c.id == item.id)
            .values(
                said=sa.func.coalesce(media_items.c.said, media_items.c.description),
                description=description,
                search=_search(item.path, description),
            )
        )

    async def retire(self, media_ids: Collection[MediaId], *, is_retired: bool) -> None:
        """Take items out of the planner's choice, or give them back."""
        await self._connection.execute(
            sa.update(media_items).where(media_items.c.id.in_(list(media_ids))).values(is_retired=is_retired)
        )

    async def known(
        self, workspace_id: WorkspaceId, *, paths: Collection[str] = (), sha256s: Collection[str] = ()
    ) -> list[KnownFile]:
        """Return the items that lie at these paths or have these contents, in no special order."""
        # What is not asked for is left out: of two conditions that may both hold, SQLite would use no index.
        asked = [
            *([_lies_at(paths)] if paths else []),
            *([media_items.c.sha256.in_(list(sha256s))] if sha256s else []),
        ]
        rows = await self._connection.execute(
            sa.select(media_items).where(
                media_items.c.workspace_id == workspace_id, sa.or_(sa.false(), *asked)
            )
        )
        return [
            KnownFile(
                item=read(MediaItem, media_items, row),
                said=row["said"] or row["description"],
                modified_ns=row["modified_ns"],
                fingerprint=None if row["fingerprint"] is None else unsigned(row["fingerprint"]),
            )
            for row in rows.mappings()
        ]

    async def by_sha256(self, workspace_id: WorkspaceId, sha256: str) -> MediaItem | None:
        """Return the item with this content."""
        found = await self._items(
            sa.select(media_items).where(
                media_items.c.workspace_id == workspace_id, media_items.c.sha256 == sha256
            )
        )
        return found[0] if found else None

    async def get(self, media_ids: Collection[MediaId]) -> list[MediaItem]:
        """Return these items, in no special order."""
        return await self._items(sa.select(media_items).where(media_items.c.id.in_(list(media_ids))))

    async def find(
        self,
        workspace_id: WorkspaceId,
        wanted: MediaFilter = EVERY_ITEM,
        *,
        now: dt.datetime | None = None,
        limit: int = 1000,
    ) -> list[MediaItem]:
        """Return a workspace's items, oldest first; `now`, where the team is, says which locks hold."""
        return await self._items(
            sa.select(media_items)
            .where(media_items.c.workspace_id == workspace_id, *conditions(wanted, now))
            .order_by(media_items.c.id)
            .limit(limit)
        )

    async def lying_in(
        self, workspace_id: WorkspaceId, folder: str, *, after: MediaId | None, limit: int
    ) -> list[tuple[MediaId, str]]:
        """Return the items below a folder that are not missing, and where they lie, in the order of ids."""
        rows = await self._connection.execute(
            sa.select(media_items.c.id, media_items.c.path)
            .where(
                media_items.c.workspace_id == workspace_id,
                media_items.c.missing_since.is_(None),
                media_items.c.path.startswith(folder.rstrip("/") + "/", autoescape=True),
                media_items.c.id > (after or 0),
            )
            .order_by(media_items.c.id)
            .limit(limit)
        )
        return [(MediaId(row.id), row.path) for row in rows]

    async def mark_near(
        self, workspace_id: WorkspaceId, media_ids: Collection[MediaId]
    ) -> dict[MediaId, MediaId]:
        """Mark those of these items that look like older ones; return them, each with the oldest of those."""
        rows = await self._connection.execute(
            sa.select(media_items.c.id, media_items.c.fingerprint).where(
                media_items.c.id.in_(list(media_ids)), media_items.c.fingerprint.is_not(None)
            )
        )
        fingerprints = {MediaId(row.id): unsigned(row.fingerprint) for row in rows}
        alike = await older_alike(self._connection, workspace_id, fingerprints) if fingerprints else {}
        involved = {
            item.id: item.facts for item in await self.get({*alike, *itertools.chain(*alike.values())})
        }
        near = {
            media_id: original
            for media_id, others in alike.items()
            if (original := next((o for o in others if _may_be_one(involved[media_id], involved[o])), None))
        }
        if near:
            await self._connection.execute(
                sa.update(media_items)
                .where(media_items.c.id == sa.bindparam("b_id"))
                .values(near_of=sa.bindparam("b_near_of")),
                [{"b_id": media_id, "b_near_of": original} for media_id, original in near.items()],
            )
        return near

    async def near(self, workspace_id: WorkspaceId, *, limit: int) -> list[tuple[MediaItem, MediaItem]]:
        """Return items that look like others, each with that other, oldest first; neither is retired."""
        others = media_items.alias()
        marked = await self._items(
            sa.select(media_items)
            .join(others, others.c.id == media_items.c.near_of)
            .where(
                media_items.c.workspace_id == workspace_id,
                media_items.c.near_of.is_not(None),
                media_items.c.is_retired.is_(False),
                others.c.is_retired.is_(False),
            )
            .order_by(media_items.c.id)
            .limit(limit)
        )
        originals = {
            item.id: item for item in await self.get([item.near_of for item in marked if item.near_of])
        }
        return [(item, originals[item.near_of]) for item in marked if item.near_of]

    async def locks_of(self, media_id: MediaId) -> list[MediaLock]:
        """Return the locks of an item, also those that are over, newest first."""
        rows = await self._connection.execute(
            sa.select(media_locks, accounts.c.name.label("account"))
            .join(accounts, accounts.c.id == media_locks.c.account_id)
            .where(media_locks.c.media_id == media_id)
            .order_by(media_locks.c.locked_at.desc(), media_locks.c.account_id)
        )
        return [
            MediaLock(account=row.account, reason=LockReason(row.reason), until=row.until, at=row.locked_at)
            for row in rows
        ]

    async def uses_of(self, media_id: MediaId, *, limit: int) -> list[MediaUse]:
        """Return the publications of an item, newest first."""
        rows = await self._connection.execute(
            sa.select(publications, accounts.c.name.label("account"))
            .join(accounts, accounts.c.id == publications.c.account_id)
            .where(
                publications.c.post_id.in_(
                    sa.select(post_media.c.post_id).where(post_media.c.media_id == media_id)
                )
            )
            .order_by(publications.c.id.desc())
            .limit(limit)
        )
        return [
            MediaUse(
                publication_id=PublicationId(row.id),
                account=row.account,
                placement=row.placement,
                state=row.state,
                due_at=row.due_at,
                posted_at=row.posted_at,
                permalink=row.permalink,
            )
            for row in rows
        ]

    async def keep(self, media_ids: Collection[MediaId]) -> None:
        """Store that these items stay, whatever they look like."""
        await self._connection.execute(
            sa.update(media_items).where(media_items.c.id.in_(list(media_ids))).values(near_of=None)
        )

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
        await self._connection.execute(
            _lock(self._connection.dialect.name),
            [
                {
                    "media_id": media_id,
                    "account_id": account_id,
                    "reason": reason,
                    "until": until,
                    "locked_at": at,
                }
                for media_id in media_ids
            ],
        )

    async def locked(
        self, media_ids: Collection[MediaId], account_id: AccountId, *, now: dt.datetime
    ) -> dict[MediaId, dt.datetime | None]:
        """Return which of these are locked, and until when."""
        rows = await self._connection.execute(
            sa.select(media_locks.c.media_id, media_locks.c.until)
            .where(
                media_locks.c.media_id.in_(list(media_ids)),
                media_locks.c.account_id == account_id,
                lock_holds(now),
            )
            # The lock that stands when several do comes last: the longest, and for ever after all others.
            .order_by(media_locks.c.until.nulls_last())
        )
        return {MediaId(row.media_id): row.until for row in rows}

    async def _items(self, statement: sa.Select[*tuple[Any, ...]]) -> list[MediaItem]:
        rows = await self._connection.execute(statement)
        return [read(MediaItem, media_items, row) for row in rows.mappings()]


def _values(file: SeenFile) -> dict[str, Any]:
    return {
        "path": file.path,
        "path_key": _path_key(file.path),
        "facts": file.facts,
        "description": file.description,
        "said": file.said,
        "search": _search(file.path, file.description),
        "modified_ns": file.modified_ns,
    }


def _path_key(path: str) -> int:
    return int.from_bytes(hashlib.blake2b(path.encode(), digest_size=8).digest(), signed=True)


def _search(path: str, description: Description) -> str:
    return "\n".join((path.rpartition("/")[2], description.caption, *description.tags)).casefold()


def _lies_at(paths: Collection[str]) -> sa.ColumnElement[bool]:
    return sa.and_(
        media_items.c.path_key.in_([_path_key(path) for path in paths]), media_items.c.path.in_(list(paths))
    )


def _may_be_one(one: MediaFacts, other: MediaFacts) -> bool:
    """Whether what looks alike may be alike: films that begin alike are not, unless they are as long."""
    if one.kind is not other.kind:
        return False
    if one.duration is None or other.duration is None:
        return True
    return abs(one.duration - other.duration) <= SAME_LENGTH


@functools.cache
def _lock(dialect: str) -> Insert:
    insert = insert_for(dialect, media_locks)
    new = insert.excluded.until
    return insert.on_conflict_do_update(
        index_elements=list(media_locks.primary_key),
        set_={"until": new, "locked_at": insert.excluded.locked_at},
        where=sa.and_(media_locks.c.until.is_not(None), _later(new, media_locks.c.until)),
    )


def _later(new: sa.ColumnElement[Any], old: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.or_(new.is_(None), new > old)
