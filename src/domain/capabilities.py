"""What a platform's API takes, as data. `violations.py` checks posts against it."""

import dataclasses
import datetime as dt
from collections.abc import Mapping


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """What one placement takes of one kind of file. Bounds are inclusive; None: no bound."""

    formats: frozenset[str]
    """As in `MediaFacts.format`."""
    max_bytes: int
    min_ratio: float | None = None
    max_ratio: float | None = None
    best_ratio: float | None = None
    """What fills the surface; files of another ratio are taken too."""
    min_width: int | None = None
    max_width: int | None = None
    shown_widths: tuple[int, int] | None = None
    """The least and the most that is shown; the platform scales what is outside of these by itself."""
    min_duration: dt.timedelta | None = None
    max_duration: dt.timedelta | None = None
    video_codecs: frozenset[str] = frozenset()
    audio_codecs: frozenset[str] = frozenset()
    min_frames_per_second: float | None = None
    max_frames_per_second: float | None = None
    pixel_formats: frozenset[str] = frozenset()
    max_bits_per_second: int | None = None
    takes_progressive: bool = True
    needs_streamable: bool = False


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One surface of a platform. A bound of None: the API has none of its own, or passes the detail over."""

    name: str
    image: MediaLimits | None
    """None: takes no images."""
    video: MediaLimits | None
    """None: takes no videos."""
    instead_of_video: str = ""
    """Where a video goes that this placement does not take, in a few words."""
    min_media: int = 1
    max_media: int = 1
    is_video_alone: bool = False
    """Whether a video takes no other file beside it."""
    needs_caption: bool = False
    needs_link: bool = False
    is_cropped_to_first: bool = False
    """Whether all files are shown in the ratio of the first."""
    max_caption_chars: int | None = None
    max_hashtags: int | None = None
    """In the caption."""
    max_mentions: int | None = None
    """In the caption."""
    max_alt_chars: int | None = None
    max_user_tags: int | None = None
    needs_tag_places: bool = False
    """Whether people in a picture are tagged where they are in it."""
    max_collaborators: int | None = None
    cover: MediaLimits | None = None
    """What a video's cover picture must be; None: covers are passed over."""
    takes_thumb_offset: bool = False
    """Whether a moment of the video may be its cover."""
    takes_native_schedule: bool = False
    """Whether the platform can publish it at the planned time by itself."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform's API can do."""

    placements: Mapping[str, Placement]
