"""Content."""

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.ids import MediaId, PostId, WorkspaceId
from domain.media import Need
from repositories.tables import post_media, posts


class SqlPosts:
    """The `PostRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(
        self,
        workspace_id: WorkspaceId,
        *,
        caption: str,
        link: str,
        needs: frozenset[Need],
        media: Sequence[MediaId],
        at: dt.datetime,
    ) -> PostId:
        """Add a post with its media in this order."""
        added = await self._connection.execute(
            sa.insert(posts)
            .values(workspace_id=workspace_id, caption=caption, link=link, needs=needs, created_at=at)
            .returning(posts.c.id)
        )
        post_id = PostId(added.scalar_one())
        if media:
            await self._connection.execute(
                sa.insert(post_media),
                [
                    {"post_id": post_id, "position": position, "media_id": media_id}
                    for position, media_id in enumerate(media)
                ],
            )
        return post_id
