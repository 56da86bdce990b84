"""Content, before it is anywhere."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

from domain.ids import MediaId, PostId, WorkspaceId
from domain.media import MediaItem, Need

MOST_MEDIA = 10
"""A post has no more media items."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class UserTag:
    """A person who is seen in a post."""

    name: str
    """The user name, without @."""
    x: float | None = None
    """Where, from 0 at the left edge to 1; None: nowhere in particular."""
    y: float | None = None
    """Where, from 0 at the top edge to 1; None: nowhere in particular."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PostDetails:
    """What some placements of some platforms show beside caption and media; the others pass it over."""

    alt: str = ""
    """For those who cannot see the first picture; empty: what its media item says."""
    thumb_offset: dt.timedelta | None = None
    """Where in the video its cover picture is; None: the platform chooses."""
    share_to_feed: bool = True
    """Whether a reel is shown in the feed as well."""
    user_tags: tuple[UserTag, ...] = ()
    collaborators: tuple[str, ...] = ()
    """User names, without @, who are asked to share the post as their own."""
    location_id: str = ""
    """The platform's id of a place."""
    is_ai_generated: bool = False
    """Whether it is to be labelled as made by AI."""
    native_schedule: bool = False
    """Whether the platform itself is to publish it at the planned time, where it can."""


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
    cover: MediaItem | None = None
    """The cover picture of a video."""
    details: PostDetails = dataclasses.field(default_factory=PostDetails)
    variant_of: PostId | None = None
    """The post whose other wording or media this is, for one account of several."""

    @property
    def root(self) -> PostId:
        """What all variants of one post have in common."""
        return self.variant_of or self.id

    def showing(self, files: Mapping[MediaId, MediaItem]) -> "Post":
        """Return this post with other files for some of its items, and its cover among them."""
        return dataclasses.replace(
            self,
            media=tuple(files.get(item.id, item) for item in self.media),
            cover=self.cover and files.get(self.cover.id, self.cover),
        )

    def alt_of(self, item: MediaItem) -> str:
        """Return the words for those who cannot see one of the pictures; empty: there are none."""
        if self.details.alt and self.media and item.id == self.media[0].id:
            return self.details.alt
        return item.description.alt
