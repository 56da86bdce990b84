"""What Facebook's API takes for a Page. Another placement is another entry.

Sources: the references of Page feed, photos and videos, the Page Stories API and the Reels Publishing guide,
developers.facebook.com/documentation/graph-api/reference/page/{feed,photos,videos}, .../page-stories-api and
.../video-api/guides/reels-publishing, with what public clients have logged; as recorded 2026-11-20.
"""

import dataclasses
import datetime as dt
import types

from domain.capabilities import Capabilities, MediaLimits, Placement
from domain.post import MOST_MEDIA

STORY = "story"
FEED = "feed"
TEXT = "text"
LINK = "link"
PHOTO = "photo"
VIDEO = "video"
REEL = "reel"

MAX_MESSAGE_CHARS = 63_206
"""The cap that a large client uses; Meta's pages name none."""
MAX_PHOTO_BYTES = 10_000_000
"""Documented as 10 MB; a large client says 4 MB where Facebook refuses with 1366046."""
MAX_VIDEO_BYTES = 1_000_000_000
"""Not documented where the other limits are; what would take hours is left to a person."""
MAX_SIMPLE_VIDEO_BYTES = 10_000_000
"""Larger ones are sent in parts, so that an interruption costs a part and not the whole."""
MAX_STORY_VIDEO = dt.timedelta(seconds=60)
"""By the text of the Page Stories API; its table says 90 seconds."""

SHORTEST_AHEAD = dt.timedelta(minutes=10)
"""How far ahead Facebook publishes by itself at the least."""
LONGEST_AHEAD = dt.timedelta(days=29)
"""How far ahead Facebook publishes by itself at the most: what a client measured, and what the pages on posts
(30 days), the feed (75 days), videos (6 months) and reels (29 days) agree on."""

_PHOTO = MediaLimits(
    formats=frozenset({"JPEG", "PNG", "BMP", "GIF", "TIFF"}),
    max_bytes=MAX_PHOTO_BYTES,
)

_STORY_PHOTO = dataclasses.replace(_PHOTO, best_ratio=9 / 16)

_VIDEO = MediaLimits(formats=frozenset({"MP4", "MOV"}), max_bytes=MAX_VIDEO_BYTES)

_REEL = MediaLimits(
    formats=frozenset({"MP4", "MOV"}),
    max_bytes=MAX_VIDEO_BYTES,
    min_ratio=9 / 16,
    max_ratio=9 / 16,
    min_width=540,
    min_duration=dt.timedelta(seconds=3),
    max_duration=dt.timedelta(seconds=90),
    min_frames_per_second=24,
    max_frames_per_second=60,
)

_STORY_VIDEO = MediaLimits(
    formats=frozenset({"MP4", "MOV"}),
    max_bytes=MAX_VIDEO_BYTES,
    best_ratio=9 / 16,
    min_duration=dt.timedelta(seconds=3),
    max_duration=MAX_STORY_VIDEO,
)

CAPABILITIES = Capabilities(
    placements=types.MappingProxyType(
        {
            placement.name: placement
            for placement in (
                Placement(name=STORY, image=_STORY_PHOTO, video=_STORY_VIDEO),
                Placement(
                    name=FEED,
                    image=_PHOTO,
                    video=_VIDEO,
                    is_video_alone=True,
                    min_media=0,
                    max_media=MOST_MEDIA,
                    max_caption_chars=MAX_MESSAGE_CHARS,
                    takes_native_schedule=True,
                ),
                Placement(
                    name=TEXT,
                    image=None,
                    video=None,
                    needs_caption=True,
                    min_media=0,
                    max_media=0,
                    max_caption_chars=MAX_MESSAGE_CHARS,
                    takes_native_schedule=True,
                ),
                Placement(
                    name=LINK,
                    image=None,
                    video=None,
                    needs_link=True,
                    min_media=0,
                    max_media=0,
                    max_caption_chars=MAX_MESSAGE_CHARS,
                    takes_native_schedule=True,
                ),
                Placement(
                    name=PHOTO,
                    image=_PHOTO,
                    video=None,
                    instead_of_video="use the placement video or reel",
                    max_media=MOST_MEDIA,
                    max_caption_chars=MAX_MESSAGE_CHARS,
                    takes_native_schedule=True,
                ),
                Placement(
                    name=VIDEO,
                    image=None,
                    video=_VIDEO,
                    max_caption_chars=MAX_MESSAGE_CHARS,
                    takes_native_schedule=True,
                ),
                Placement(
                    name=REEL,
                    image=None,
                    video=_REEL,
                    max_caption_chars=MAX_MESSAGE_CHARS,
                    takes_native_schedule=True,
                ),
            )
        }
    )
)
