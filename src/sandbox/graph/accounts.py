"""Instagram accounts and what has been posted to them."""

import dataclasses
import datetime as dt
import enum

from sandbox.graph.details import NO_DETAILS, Details
from sandbox.graph.kept_files import KeptFile

STORY_LIFE = dt.timedelta(hours=24)


class Login(enum.StrEnum):
    """The two ways to Instagram: each has its own host and its own family of tokens."""

    FACEBOOK = "facebook"
    """graph.facebook.com, tokens `EAA…`, through a linked Page."""
    INSTAGRAM = "instagram"
    """graph.instagram.com, tokens `IGAA…`."""

    @property
    def token_prefix(self) -> str:
        """How this family's tokens begin."""
        return "EAA" if self is Login.FACEBOOK else "IGAA"


@dataclasses.dataclass(kw_only=True, slots=True)
class Account:
    """An Instagram professional account."""

    id: str
    username: str
    name: str
    login: Login
    profile_picture_url: str | None = None
    calls: int = 0
    """Answered so far; the usage headers are worked out from it."""

    @property
    def page_id(self) -> str:
        """Id of the Facebook Page that an account comes with unless told otherwise."""
        return f"1{self.id[-14:]}"

    @property
    def app_scoped_id(self) -> str:
        """The `id` that graph.instagram.com gives beside `user_id`."""
        return f"9{self.id[-16:]}"


class Surface(enum.StrEnum):
    """What a container becomes, and where it shows."""

    FEED = "feed"
    STORY = "story"
    REEL = "reel"
    CAROUSEL = "carousel"
    ITEM = "item"
    """A part of a carousel, no post by itself."""

    @property
    def product_type(self) -> str:
        """Meta's `media_product_type`."""
        return {"story": "STORY", "reel": "REELS"}.get(self.value, "FEED")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """The picture or film of a container or post."""

    is_video: bool
    file: KeptFile
    width: int | None = None
    """None, as the height: not looked into."""
    height: int | None = None
    seconds: float | None = None
    """None: a picture, or not looked into."""
    thumbnail: KeptFile | None = None
    """A film's cover: one that was given, else one of its frames; None: not looked into."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What went live."""

    id: str
    account_id: str
    container_id: str
    surface: Surface
    media: Media
    """A carousel's is its first item's."""
    caption: str
    published_at: dt.datetime
    shortcode: str
    permalink: str
    """Empty for a part of a carousel."""
    details: Details = NO_DETAILS
    children: "tuple[Post, ...]" = ()
    """The parts of a carousel."""

    @property
    def media_type(self) -> str:
        """Meta's `media_type`."""
        if self.surface is Surface.CAROUSEL:
            return "CAROUSEL_ALBUM"
        return "VIDEO" if self.media.is_video else "IMAGE"

    @property
    def expires_at(self) -> dt.datetime | None:
        """When a story is over; None for what stays."""
        return self.published_at + STORY_LIFE if self.surface is Surface.STORY else None

    def is_alive(self, now: dt.datetime) -> bool:
        """Whether it can still be seen."""
        return self.expires_at is None or now < self.expires_at
