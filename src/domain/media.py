"""One file of the library, and what is known of it."""

import dataclasses
import datetime as dt
import enum

from domain.ids import MediaId, WorkspaceId


class MediaKind(enum.StrEnum):
    """What a file is to a platform."""

    IMAGE = "image"
    VIDEO = "video"


class Need(enum.StrEnum):
    """Something that only a person can add while posting."""

    STICKER = "sticker"
    LINK = "link"
    POLL = "poll"
    PRODUCT = "product"
    MUSIC = "music"


class LockReason(enum.StrEnum):
    """Why a media item rests."""

    POSTED = "posted"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    """A person took it out of the plan."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MediaFacts:
    """What was measured on the file itself."""

    kind: MediaKind
    format: str
    """The container or image format in upper case: `JPEG`, `PNG`, `MP4`, `MOV`, …"""
    size_bytes: int
    width: int
    """Pixels as shown: after EXIF orientation or the video's display matrix."""
    height: int
    duration: dt.timedelta | None = None
    """Videos only."""
    video_codec: str | None = None
    """FFmpeg's name, such as `h264`."""
    audio_codec: str | None = None
    """FFmpeg's name, such as `aac`; None for silent files."""
    frames_per_second: float | None = None
    pixel_format: str | None = None
    """FFmpeg's name, such as `yuv420p`."""
    bits_per_second: int | None = None
    is_progressive: bool = False
    """A JPEG in several scans; platforms want baseline ones."""
    is_streamable: bool = True
    """For MP4 and MOV: one index for the whole file stands before the data."""
    orientation: int = 1
    """Images only: the EXIF orientation, 1 to 8; 1 is upright."""
    color_mode: str | None = None
    """Images only: Pillow's name, such as `RGB`, `CMYK`, `P` or `I;16`."""
    bits_per_channel: int | None = None
    """Images only: 8, or 10, 12 and 16 for those that hold more than a screen shows."""
    has_alpha: bool = False
    """Some of an image may be transparent."""
    has_location: bool = False
    """Says where it was taken; that must not be published."""
    frame_count: int | None = None
    """Images only: more than one for animated ones."""
    is_plain: bool = True
    """Every viewer shows the same. Not so with videos of half pictures, an unsteady rate, HDR, pixels that
    are not square, or open groups of pictures; nor with images that bring a profile of their colours, or
    words of any sort beside the picture."""
    is_sound_plain: bool = True
    """Videos only: no more than stereo, 48 kHz and 128 kbit/s."""
    has_edit_list: bool = False
    """For MP4 and MOV: a list says which parts are shown when."""

    @property
    def ratio(self) -> float:
        """Width over height."""
        return self.width / self.height


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What people say of a file, beside it or in its folder."""

    caption: str = ""
    alt: str = ""
    link: str = ""
    products: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    needs: frozenset[Need] = frozenset()
    category: str = ""
    problem: str = ""
    """Why the description cannot be trusted, such as a malformed sidecar; such an item goes to the team."""

    def updated(self, *, before: "Description", now: "Description") -> "Description":
        """Return this description with what the files say `now` where that is not what they said `before`.

        So what a person said by hand of one thing holds until a sidecar says something new of that thing.
        """
        changes = {
            field.name: value
            for field in dataclasses.fields(now)
            if (value := getattr(now, field.name)) != getattr(before, field.name)
        }
        return dataclasses.replace(self, **changes)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MediaItem:
    """One file of a workspace's library."""

    id: MediaId
    workspace_id: WorkspaceId
    path: str
    """Where the original lies, absolute."""
    sha256: str
    """Lower-case hex of the content."""
    facts: MediaFacts
    description: Description
    added_at: dt.datetime
    is_retired: bool = False
    near_of: MediaId | None = None
    """The older item that it looks like, until a person says that both stay."""
    missing_since: dt.datetime | None = None
    """Since when there is no file at `path`, or one with other content; the planner passes it over."""
