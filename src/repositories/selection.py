"""Which items of the library may be posted next.

`media_standing` has a row for each item on each account, and an index of those that are free in the order in
which they are chosen. So a choice reads a row or two for each category, and steps over what is in the
account's queue and what the terms of single items forbid, however large the library is.
"""

import collections
import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import AccountId, MediaId, WorkspaceId
from domain.media import MediaItem, MediaKind
from domain.publication import State
from domain.terms import Terms
from repositories.columns import written_out
from repositories.rows import read
from repositories.tables import (
    IS_FREE,
    in_state,
    media_items,
    media_standing,
    media_terms,
    post_media,
    publications,
)
from repositories.upsert import insert_into

_WAITING = [state for state in State if not state.is_final]
_ACCOUNT = sa.bindparam("account_id", type_=sa.BigInteger)
_AT = sa.bindparam("at", type_=media_terms.c.not_after.type)
_DAY = sa.bindparam("day", type_=sa.Text)

# A part of the terms of an item, and when they forbid it.
_FIRST = media_terms.c.season["first"].as_string()
_LAST = media_terms.c.season["last"].as_string()
_OUT_OF_SEASON = sa.case(
    (_FIRST <= _LAST, sa.or_(_DAY < _FIRST, _DAY > _LAST)), else_=sa.and_(_DAY < _FIRST, _DAY > _LAST)
)
_ITS_TERMS_FORBID = (
    sa.exists()
    .where(
        media_terms.c.media_id == media_standing.c.media_id,
        sa.or_(media_terms.c.not_after < _AT, sa.and_(media_terms.c.season.is_not(None), _OUT_OF_SEASON)),
    )
    .correlate(media_standing)
)
_IS_QUEUED = (
    sa.exists()
    .where(
        post_media.c.media_id == media_standing.c.media_id,
        publications.c.post_id == post_media.c.post_id,
        publications.c.account_id == media_standing.c.account_id,
        in_state(*_WAITING),
    )
    .correlate(media_standing)
)
_ORDER = (media_standing.c.last_posted_at, media_standing.c.shuffle, media_standing.c.media_id)


def _categories() -> sa.CTE:
    """Return the categories that have something free, one step into the index for each."""
    free = media_standing.alias("free")

    def next_category(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[str]:
        return (
            sa.select(free.c.category)
            .where(free.c.account_id == _ACCOUNT, free.c.rests_until.is_(None), *conditions)
            .order_by(free.c.category)
            .limit(1)
            .scalar_subquery()
        )

    found = sa.select(next_category().label("category")).cte("categories", recursive=True)
    return found.union_all(
        sa.select(next_category(free.c.category > found.c.category)).where(found.c.category.is_not(None))
    )


_CATEGORIES = _categories()
_KINDS = sa.union_all(
    *(sa.select(sa.literal_column(f"'{kind}'", sa.Text).label("kind")) for kind in MediaKind)
).subquery("kinds")
_IS_ELIGIBLE = sa.and_(media_standing.c.account_id == _ACCOUNT, IS_FREE, ~_IS_QUEUED, ~_ITS_TERMS_FORBID)
_OF_EACH = (
    sa.select(media_standing.c.media_id)
    .where(
        _IS_ELIGIBLE,
        media_standing.c.category == _CATEGORIES.c.category,
        media_standing.c.kind == _KINDS.c.kind,
    )
    .correlate(_CATEGORIES, _KINDS)
)
_EACH = sa.and_(_CATEGORIES.c.category.is_not(None), _KINDS.c.kind.in_(sa.bindparam("kinds", expanding=True)))
_CHOICES = (
    sa.select(_CATEGORIES.c.category, _OF_EACH.order_by(*_ORDER).limit(1).scalar_subquery().label("media_id"))
    .select_from(_CATEGORIES.join(_KINDS, sa.true()))
    .where(_EACH)
)
_COUNTS = (
    sa.select(
        _CATEGORIES.c.category,
        sa.select(sa.func.count())
        .select_from(_OF_EACH.limit(sa.bindparam("most", type_=sa.Integer)).subquery("eligible"))
        .scalar_subquery()
        .label("count"),
    )
    .select_from(_CATEGORIES.join(_KINDS, sa.true()))
    .where(_EACH)
)


def _next_of_kind(kind: MediaKind) -> sa.Select[Any]:
    """Return the next items of a category that are of this kind, by the index that has them in order."""
    found = (
        sa.select(media_standing.c.media_id, *_ORDER[:-1])
        .where(
            _IS_ELIGIBLE,
            media_standing.c.category == sa.bindparam("category", type_=sa.Text),
            media_standing.c.kind == written_out(kind),
            # Not asked for, it costs nothing.
            written_out(kind).in_(sa.bindparam("kinds", expanding=True)),
        )
        .order_by(*_ORDER)
        .limit(sa.bindparam("most", type_=sa.Integer))
    )
    return sa.select(found.subquery(f"next_{kind}"))


_NEXT = sa.union_all(*map(_next_of_kind, MediaKind)).subquery("next")
_NEXT_ITEMS = (
    sa.select(media_items)
    .join(_NEXT, _NEXT.c.media_id == media_items.c.id)
    .order_by(_NEXT.c.last_posted_at, _NEXT.c.shuffle, _NEXT.c.media_id)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


class SqlSelection:
    """The `SelectionRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def wake(self, now: dt.datetime) -> None:
        """Let what rested until now be chosen again."""
        await self._connection.execute(
            sa.update(media_standing)
            .where(media_standing.c.rests_until.is_not(None), media_standing.c.rests_until <= now)
            .values(rests_until=None)
        )

    async def choices(
        self,
        account_id: AccountId,
        *,
        at: dt.datetime,
        local_date: dt.date,
        kinds: Collection[MediaKind] = tuple(MediaKind),
    ) -> dict[str, list[MediaId]]:
        """Return, of each category that has some, the item of each kind that would be posted next then."""
        rows = await self._connection.execute(_CHOICES, _moment(account_id, at, local_date, kinds))
        found: dict[str, list[MediaId]] = {}
        for row in rows:
            if row.media_id is not None:
                found.setdefault(row.category, []).append(MediaId(row.media_id))
        return found

    async def next_items(
        self,
        account_id: AccountId,
        category: str,
        *,
        at: dt.datetime,
        local_date: dt.date,
        kinds: Collection[MediaKind],
        most: int,
    ) -> list[MediaItem]:
        """Return what would be posted next of a category at this time, the first first."""
        rows = await self._connection.execute(
            _NEXT_ITEMS, _moment(account_id, at, local_date, kinds) | {"category": category, "most": most}
        )
        return [read(MediaItem, media_items, row) for row in rows.mappings()]

    async def categories(self, account_id: AccountId) -> list[str]:
        """Return the categories of which something does not rest on an account."""
        found = await self._connection.scalars(
            sa.select(_CATEGORIES.c.category).where(_CATEGORIES.c.category.is_not(None)),
            {_ACCOUNT.key: account_id},
        )
        return list(found)

    async def next_of(self, account_id: AccountId, media_ids: Collection[MediaId]) -> MediaId:
        """Return which of these items, of which there must be one, would be posted next."""
        found = await self._connection.execute(
            sa.select(media_standing.c.media_id)
            .where(media_standing.c.account_id == account_id, media_standing.c.media_id.in_(list(media_ids)))
            .order_by(*_ORDER)
            .limit(1)
        )
        return MediaId(found.scalar_one())

    async def eligible(
        self,
        account_id: AccountId,
        *,
        at: dt.datetime,
        local_date: dt.date,
        kinds: Collection[MediaKind] = tuple(MediaKind),
        most: int,
    ) -> dict[str, int]:
        """Count the items of each category that may be posted at this time, up to `most` of each kind."""
        rows = await self._connection.execute(
            _COUNTS, _moment(account_id, at, local_date, kinds) | {"most": most}
        )
        counts = collections.Counter[str]()
        for row in rows:
            counts[row[0]] += row[1]
        return {category: count for category, count in counts.items() if count}

    async def candidates(self, account_id: AccountId, *, now: dt.datetime, limit: int) -> list[MediaItem]:
        """Return items that may be posted on the account now, of whatever category, in order."""
        rows = await self._connection.execute(
            sa.select(media_items)
            .join(media_standing, media_standing.c.media_id == media_items.c.id)
            .where(
                media_standing.c.account_id == account_id,
                sa.or_(IS_FREE, media_standing.c.rests_until <= now),
                ~_IS_QUEUED,
            )
            .order_by(*_ORDER)
            .limit(limit)
        )
        return [read(MediaItem, media_items, row) for row in rows.mappings()]

    async def used(
        self, workspace_id: WorkspaceId, account_id: AccountId, *, since: dt.datetime
    ) -> dict[str, int]:
        """Count by category what was posted on an account since then, and what is still to be."""
        return await self._counted(
            sa.and_(publications.c.account_id == account_id, publications.c.posted_at >= since),
            # Not by the account's index, which leads through all that it ever had.
            sa.and_(
                publications.c.workspace_id == workspace_id,
                in_state(*_WAITING),
                publications.c.account_id + 0 == account_id,
            ),
        )

    async def posted(self, account_ids: Collection[AccountId], *, since: dt.datetime) -> dict[str, int]:
        """Count by category what was posted since then on these accounts."""
        return await self._counted(
            sa.and_(publications.c.account_id.in_(list(account_ids)), publications.c.posted_at >= since)
        )

    async def set_terms(self, media_id: MediaId, terms: Terms) -> None:
        """Store when an item may be posted at all, in place of what was stored."""
        values = {
            "held_until": terms.held_until,
            "not_after": terms.not_after,
            "season": terms.season,
        }
        await self._connection.execute(
            insert_into(self._connection, media_terms)
            .values(media_id=media_id, **values)
            .on_conflict_do_update(index_elements=[media_terms.c.media_id], set_=values)
        )

    async def terms(self, media_ids: Collection[MediaId]) -> dict[MediaId, Terms]:
        """Return the terms of those that have some."""
        rows = await self._connection.execute(
            sa.select(media_terms).where(media_terms.c.media_id.in_(list(media_ids)))
        )
        return {MediaId(row["media_id"]): read(Terms, media_terms, row) for row in rows.mappings()}

    async def _counted(self, *conditions: sa.ColumnElement[bool]) -> dict[str, int]:
        """Count publications for each of the conditions, each of which has an index of its own."""
        parts = [
            sa.select(publications.c.post_id, publications.c.account_id).where(each) for each in conditions
        ]
        counted = sa.union_all(*parts).subquery("counted")
        rows = await self._connection.execute(
            sa.select(media_standing.c.category, sa.func.count())
            .select_from(counted)
            .join(
                post_media,
                sa.and_(post_media.c.post_id == counted.c.post_id, post_media.c.position == 0),
            )
            .join(
                media_standing,
                sa.and_(
                    media_standing.c.account_id == counted.c.account_id,
                    media_standing.c.media_id == post_media.c.media_id,
                ),
            )
            .group_by(media_standing.c.category)
        )
        return {row[0]: row[1] for row in rows}


def _moment(
    account_id: AccountId, at: dt.datetime, local_date: dt.date, kinds: Collection[MediaKind]
) -> dict[str, Any]:
    return {"account_id": account_id, "at": at, "day": f"{local_date:%m-%d}", "kinds": list(kinds)}
