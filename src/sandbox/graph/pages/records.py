"""Facebook Pages and what is on them."""

import dataclasses
import datetime as dt
import enum

from sandbox.graph.accounts import STORY_LIFE, Media

UNUSED_PHOTO_LIFE = dt.timedelta(hours=24)
"""An unpublished photo that nothing took up is gone after about this. Source: facts of 2026-11-20."""


@dataclasses.dataclass(kw_only=True, slots=True)
class Page:
    """A Facebook Page."""

    id: str
    name: str
    instagram_id: str | None = None
    """The professional account linked to it."""
    business_id: str | None = None
    """The Business portfolio that holds it; such a Page is absent from its people's own list."""
    category: str = "Shopping & retail"
    profile_picture_url: str | None = None
    calls: int = 0
    """Answered so far; the usage headers are worked out from it."""


@dataclasses.dataclass(kw_only=True, slots=True)
class PagePost:
    """What stands, or will stand, on a Page's timeline."""

    id: str
    """`<page>_<post>`."""
    page_id: str
    message: str
    created_at: dt.datetime
    goes_live_at: dt.datetime | None
    """None: never by itself, a draft; in the future: scheduled."""
    link: str | None = None
    photo_ids: list[str] = dataclasses.field(default_factory=list[str])
    video_id: str | None = None


@dataclasses.dataclass(kw_only=True, slots=True)
class PagePhoto:
    """A photo, on the timeline or waiting to be used."""

    id: str
    page_id: str
    media: Media
    caption: str
    alt_text: str
    created_at: dt.datetime
    is_published: bool
    """Asked for as such; an unpublished one waits for a post or a story that takes it up."""
    post_id: str | None = None
    """The post or story that shows it."""

    def is_gone(self, now: dt.datetime) -> bool:
        """Whether nothing took it up in time."""
        return not self.is_published and self.post_id is None and now >= self.created_at + UNUSED_PHOTO_LIFE


class VideoUse(enum.StrEnum):
    """Which way a video was given to the Page."""

    VIDEO = "video"
    REEL = "reel"
    STORY = "story"


@dataclasses.dataclass(kw_only=True, slots=True)
class PageVideo:
    """A video from its announcement to its place on the Page."""

    id: str
    page_id: str
    use: VideoUse
    started_at: dt.datetime
    session_id: str | None = None
    """Of an upload in parts."""
    size: int | None = None
    """Bytes announced."""
    media: Media | None = None
    """Once it is whole."""
    failure: tuple[int, str] | None = None
    """Code and sentence, once it failed."""
    finished_at: dt.datetime | None = None
    """When the client said that this was all."""
    ready_after: dt.timedelta = dt.timedelta(0)
    """How long processing takes from then on."""
    is_stuck: bool = False
    title: str = ""
    description: str = ""
    goes_live_at: dt.datetime | None = None
    """When it may be seen at the earliest; None: a draft."""
    post_id: str | None = None

    def ready_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return when processing was over; None while it is not, or when it failed."""
        if self.finished_at is None or self.failure is not None or not self.is_processed(now):
            return None
        return self.finished_at + self.ready_after

    def is_processed(self, now: dt.datetime) -> bool:
        """Whether processing is over."""
        return (
            self.finished_at is not None and not self.is_stuck and now >= self.finished_at + self.ready_after
        )


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PageStory:
    """A photo or a video that is shown for a day."""

    id: str
    """Meta calls it `post_id`."""
    page_id: str
    is_video: bool
    media_id: str
    published_at: dt.datetime

    @property
    def expires_at(self) -> dt.datetime:
        """When it goes from the ring into the archive."""
        return self.published_at + STORY_LIFE
