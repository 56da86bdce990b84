"""Publications with everything around them, in one statement however many there are."""

import dataclasses
import datetime as dt
import itertools
from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.card import Card
from domain.ids import CardId
from domain.media import MediaItem
from domain.post import Post
from domain.publication import Publication
from repositories.accounts import account_from
from repositories.rows import read
from repositories.switches import is_dry_run
from repositories.tables import (
    COVER,
    accounts,
    cards,
    media_items,
    post_media,
    posts,
    publications,
    tokens,
    workspaces,
)
from repositories.types import Document, adapter
from repositories.vault import TokenVault
from repositories.workspaces import stored_settings, workspace_from
from services.ports import Job


class _JsonObjects(FunctionElement[Any]):
    """Rows as an array of objects, made of a key, a column, a key and so on."""

    type = sa.JSON()
    inherit_cache = True
    name = "json_objects"


@compiles(_JsonObjects, "postgresql")
def _on_postgresql(element: _JsonObjects, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_agg(json_build_object({compiler.process(element.clauses, **options)}))"


@compiles(_JsonObjects, "sqlite")
def _on_sqlite(element: _JsonObjects, compiler: SQLCompiler, **options: Any) -> str:
    # SQLite keeps a document as text, and would put it in as such.
    arguments = [
        f"json({compiler.process(part, **options)})"
        if isinstance(part.type, Document)
        else compiler.process(part, **options)
        for part in element.clauses
    ]
    return f"json_group_array(json_object({', '.join(arguments)}))"


_media_of_post = (
    sa.select(
        _JsonObjects(
            sa.literal_column("'position'"),
            post_media.c.position,
            *itertools.chain.from_iterable(
                (sa.literal_column(f"'{field.name}'"), media_items.c[field.name])
                for field in dataclasses.fields(MediaItem)
            ),
        )
    )
    .select_from(post_media.join(media_items, media_items.c.id == post_media.c.media_id))
    .where(post_media.c.post_id == posts.c.id)
    .correlate(posts)
    .scalar_subquery()
    .label("media")
)
"""The media items of the post that a statement selects, as one column; `_media_from` reads it."""

select_jobs = (
    sa.select(
        publications,
        posts,
        accounts,
        workspaces,
        tokens.c.sealed,
        stored_settings,
        _media_of_post,
        is_dry_run,
    )
    .select_from(
        publications.join(posts, posts.c.id == publications.c.post_id)
        .join(accounts, accounts.c.id == publications.c.account_id)
        .join(workspaces, workspaces.c.id == publications.c.workspace_id)
        .outerjoin(tokens, tokens.c.account_id == accounts.c.id)
    )
    .order_by(publications.c.due_at, publications.c.id)
)
"""What `load_jobs` reads; add the conditions."""


async def load_jobs(
    connection: AsyncConnection,
    vault: TokenVault,
    statement: sa.Select[*tuple[Any, ...]],
    values: Mapping[str, Any] | None = None,
) -> list[Job]:
    """Return the publications that the statement, made from `select_jobs`, selects; in its order."""
    rows = await connection.execute(statement, values)
    return [_job(row, vault) for row in rows.mappings()]


async def load_cards(
    connection: AsyncConnection, vault: TokenVault, card_ids: Collection[CardId]
) -> dict[CardId, tuple[Card, Job]]:
    """Return these cards, each with the publication it stands for."""
    statement = (
        select_jobs.add_columns(*cards.c)
        .join(cards, cards.c.publication_id == publications.c.id)
        .where(cards.c.id.in_(list(card_ids)))
    )
    rows = await connection.execute(statement)
    return {CardId(row[cards.c.id]): (read(Card, cards, row), _job(row, vault)) for row in rows.mappings()}


def _job(row: sa.RowMapping, vault: TokenVault) -> Job:
    placed = _media_from(row["media"] or [])
    post = read(
        Post,
        posts,
        row,
        cover=placed.pop(COVER, None),
        media=tuple(placed[position] for position in sorted(placed)),
    )
    sealed = row[tokens.c.sealed]
    return Job(
        publication=read(Publication, publications, row),
        # What a file needs may have been described since the post was made.
        post=dataclasses.replace(
            post, needs=post.needs.union(*(item.description.needs for item in post.media))
        ),
        account=account_from(row),
        workspace=workspace_from(row),
        token=None if sealed is None else vault.open(sealed),
        is_dry_run=row[is_dry_run],
    )


def _media_from(objects: list[dict[str, Any]]) -> dict[int, MediaItem]:
    return {one["position"]: _in_utc(adapter(MediaItem).validate_python(one)) for one in objects}


def _in_utc(item: MediaItem) -> MediaItem:
    missing = item.missing_since
    return dataclasses.replace(
        item, added_at=_utc(item.added_at), missing_since=None if missing is None else _utc(missing)
    )


def _utc(at: dt.datetime) -> dt.datetime:
    return at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)  # SQLite keeps no zone
