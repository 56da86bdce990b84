"""What Instagram's API takes. Another placement is another entry.

Source unless noted: the IG User Media reference,
developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-user/media
(page of 2026-09-11), read 2026-11-20.
"""

import dataclasses
import datetime as dt
import types

from domain.capabilities import Capabilities, MediaLimits, Placement

FEED = "feed"
STORY = "story"
REEL = "reel"
CAROUSEL = "carousel"

MIN_CHILDREN = 2
MAX_CHILDREN = 10
"""More are refused with 100/2207028; the app itself takes 20."""
MAX_CAPTION_CHARS = 2_200
"""Longer ones are refused with 36004/2207010. Stories show none."""
MAX_HASHTAGS = 30
"""More are refused with 36004/2207010. Source: the error-codes page, read 2026-11-20."""
MAX_MENTIONS = 20
"""More are refused with 100/2207040. Source: the error-codes page, read 2026-11-20."""
MAX_USER_TAGS = 20
"""The error that bounds mentions speaks of tags; whether it counts both together is not documented."""
MAX_ALT_TEXT_CHARS = 1_000
"""Images in the feed and in carousels only, since 2025-03-24."""
MAX_COLLABORATORS = 3
"""Feed images, reels and carousels as a whole; stories have none."""
MAX_IMAGE_BYTES = 8_000_000
"""Documented as 8 MB; the error text says 8 MiB."""
MAX_STORY_VIDEO_BYTES = 100_000_000
MAX_REEL_BYTES = 300_000_000
"""Older pages, and other parties, say 1 GB."""

BEST_RATIO = 9 / 16
"""Recommended for stories and reels."""

_IMAGE = MediaLimits(
    # Only JPEG is documented; PNG passes on some days and not on others. Source: client logs, 2026-11-20.
    formats=frozenset({"JPEG"}),
    max_bytes=MAX_IMAGE_BYTES,
    shown_widths=(320, 1_440),
    # Refused with 9004/2207052. Source: a client log, 2026-11-20.
    takes_progressive=False,
)

_STORY_IMAGE = dataclasses.replace(_IMAGE, best_ratio=BEST_RATIO)

_FEED_IMAGE = dataclasses.replace(_IMAGE, min_ratio=4 / 5, max_ratio=1.91)
"""Other ratios are refused with 36003/2207009."""

_COVER = _IMAGE
"""A cover that is not one of these makes the whole container fail."""

_STORY_VIDEO = MediaLimits(
    formats=frozenset({"MP4", "MOV"}),
    max_bytes=MAX_STORY_VIDEO_BYTES,
    min_ratio=0.1,
    max_ratio=10.0,
    best_ratio=BEST_RATIO,
    max_width=1_920,
    min_duration=dt.timedelta(seconds=3),
    max_duration=dt.timedelta(seconds=60),
    video_codecs=frozenset({"h264", "hevc"}),
    audio_codecs=frozenset({"aac"}),
    min_frames_per_second=23,
    max_frames_per_second=60,
    # Documented as 4:2:0 without a word on the depth; 10 bits are left to a person.
    pixel_formats=frozenset({"yuv420p", "yuvj420p"}),
    max_bits_per_second=25_000_000,
    needs_streamable=True,
)

_REEL_VIDEO = dataclasses.replace(
    _STORY_VIDEO, max_bytes=MAX_REEL_BYTES, min_ratio=0.01, max_duration=dt.timedelta(minutes=15)
)

_CAROUSEL_VIDEO = dataclasses.replace(_REEL_VIDEO, best_ratio=None)
"""Neither the size nor the length of a video in a carousel is stated; the rest is that of a reel."""

_STORY = Placement(
    name=STORY,
    image=_STORY_IMAGE,
    video=_STORY_VIDEO,
    # Tags may have a place, since 2025-07-09, and need none. Source: the platform's changelog.
    max_user_tags=MAX_USER_TAGS,
)

_FEED = Placement(
    name=FEED,
    image=_FEED_IMAGE,
    video=None,
    # Since 2023-07-01.
    instead_of_video="Instagram shows single videos as reels, so use the placement reel",
    max_caption_chars=MAX_CAPTION_CHARS,
    max_hashtags=MAX_HASHTAGS,
    max_mentions=MAX_MENTIONS,
    max_alt_chars=MAX_ALT_TEXT_CHARS,
    max_user_tags=MAX_USER_TAGS,
    needs_tag_places=True,
    max_collaborators=MAX_COLLABORATORS,
)

_REEL = Placement(
    name=REEL,
    image=None,
    video=_REEL_VIDEO,
    max_caption_chars=MAX_CAPTION_CHARS,
    max_hashtags=MAX_HASHTAGS,
    max_mentions=MAX_MENTIONS,
    max_user_tags=MAX_USER_TAGS,
    max_collaborators=MAX_COLLABORATORS,
    cover=_COVER,
    # Moments outside the video are refused with 1/2207057.
    takes_thumb_offset=True,
)

_CAROUSEL = dataclasses.replace(
    _FEED,
    name=CAROUSEL,
    video=_CAROUSEL_VIDEO,
    instead_of_video="",
    min_media=MIN_CHILDREN,
    max_media=MAX_CHILDREN,
    is_cropped_to_first=True,
)

CAPABILITIES = Capabilities(
    placements=types.MappingProxyType(
        {placement.name: placement for placement in (_STORY, _FEED, _REEL, _CAROUSEL)}
    )
)
