"""What goes with a post beside its media and its caption."""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class UserTag:
    """Somebody tagged in a picture or film."""

    username: str
    x: float | None = None
    """From 0, the left edge, to 1; None, as `y`, for a tag without a place: reels take those, and stories."""
    y: float | None = None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Details:
    """All of it; each kind of post may have a part of these only."""

    alt_text: str = ""
    user_tags: tuple[UserTag, ...] = ()
    collaborators: tuple[str, ...] = ()
    """Usernames that were invited."""
    location_id: str = ""
    audio_name: str = ""
    is_ai_generated: bool = False
    shares_to_feed: bool = False
    """For a reel: it shows among the posts too, and not on the reels' own page alone."""
    thumb_offset_ms: int = 0
    trial: str = ""
    """How a trial reel is to become a real one: `MANUAL` or `SS_PERFORMANCE`; empty for no trial."""


NO_DETAILS = Details()
