"""Publications with everything around them, in two statements however many there are."""

import dataclasses
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.card import Card
from domain.ids import CardId, PostId
from domain.media import MediaItem
from domain.post import Post
from domain.publication import Publication
from repositories.accounts import account_from
from repositories.rows import read
from repositories.tables import (
    accounts,
    cards,
    media_items,
    post_media,
    posts,
    publications,
    tokens,
    workspaces,
)
from repositories.vault import TokenVault
from repositories.workspaces import stored_settings, workspace_from
from services.ports import Job

select_jobs = (
    sa.select(publications, posts, accounts, workspaces, tokens.c.sealed, stored_settings)
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
    connection: AsyncConnection, vault: TokenVault, statement: sa.Select[*tuple[Any, ...]]
) -> list[Job]:
    """Return the publications that the statement, made from `select_jobs`, selects; in its order."""
    rows = (await connection.execute(statement)).mappings().all()
    media = await _media(connection, {row[posts.c.id] for row in rows})
    return [_job(row, media, vault) for row in rows]


async def load_cards(
    connection: AsyncConnection, vault: TokenVault, card_ids: Collection[CardId]
) -> dict[CardId, tuple[Card, Job]]:
    """Return these cards, each with the publication it stands for."""
    statement = (
        select_jobs.add_columns(*cards.c)
        .join(cards, cards.c.publication_id == publications.c.id)
        .where(cards.c.id.in_(list(card_ids)))
    )
    rows = (await connection.execute(statement)).mappings().all()
    media = await _media(connection, {row[posts.c.id] for row in rows})
    return {CardId(row[cards.c.id]): (read(Card, cards, row), _job(row, media, vault)) for row in rows}


async def _media(
    connection: AsyncConnection, post_ids: Collection[PostId]
) -> dict[PostId, tuple[MediaItem, ...]]:
    if not post_ids:
        return {}
    rows = await connection.execute(
        sa.select(post_media.c.post_id, media_items)
        .join(media_items, media_items.c.id == post_media.c.media_id)
        .where(post_media.c.post_id.in_(post_ids))
        .order_by(post_media.c.post_id, post_media.c.position)
    )
    found: dict[PostId, tuple[MediaItem, ...]] = {}
    for row in rows.mappings():
        post_id = row[post_media.c.post_id]
        found[post_id] = (*found.get(post_id, ()), read(MediaItem, media_items, row))
    return found


def _job(row: sa.RowMapping, media: dict[PostId, tuple[MediaItem, ...]], vault: TokenVault) -> Job:
    post = read(Post, posts, row, media=media.get(row[posts.c.id], ()))
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
    )
