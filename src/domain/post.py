"""Content, before it is anywhere."""

import dataclasses

from domain.ids import PostId, WorkspaceId
from domain.media import MediaItem, Need

MOST_MEDIA = 10
"""A post has no more media items."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """What is to be said and shown; the same content may go to several accounts."""

    id: PostId
    workspace_id: WorkspaceId
    caption: str
    link: str
    needs: frozenset[Need]
    """What a person must add; from the media items and from who made the post."""
    media: tuple[MediaItem, ...]
