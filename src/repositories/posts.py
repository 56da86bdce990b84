"""Content."""

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import PostId
from repositories.tables import COVER, post_media, posts
from services.repositories.publications import NewPost


class SqlPosts:
    """The `PostRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, new: NewPost, *, at: dt.datetime) -> PostId:
        """Add a post with its media."""
        added = await self._connection.execute(
            sa.insert(posts)
            .values(
                workspace_id=new.workspace_id,
                caption=new.caption,
                link=new.link,
                needs=new.needs,
                details=new.details,
                variant_of=new.variant_of,
                created_at=at,
            )
            .returning(posts.c.id)
        )
        post_id = PostId(added.scalar_one())
        placed = list(enumerate(new.media))
        if new.cover is not None:
            placed.append((COVER, new.cover))
        if placed:
            await self._connection.execute(
                sa.insert(post_media),
                [
                    {"post_id": post_id, "position": position, "media_id": media_id}
                    for position, media_id in placed
                ],
            )
        return post_id
