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
"""Longer ones are refused with 36004/2207010."""
MAX_ALT_TEXT_CHARS = 1_000
"""Feed images only, since 2025-03-24."""
MAX_IMAGE_BYTES = 8_000_000
"""Documented as 8 MB; the error text says 8 MiB."""
MAX_STORY_VIDEO_BYTES = 100_000_000

MAX_REEL_BYTES = 300_000_000
"""Older pages, and other parties, say 1 GB."""

_STORY_IMAGE = MediaLimits(
    # Only JPEG is documented; PNG passes on some days and not on others. Source: client logs, 2026-11-20.
    formats=frozenset({"JPEG"}),
    max_bytes=MAX_IMAGE_BYTES,
    # Refused with 9004/2207052. Source: a client log, 2026-11-20.
    takes_progressive=False,
)

_FEED_IMAGE = MediaLimits(
    formats=frozenset({"JPEG"}),
    max_bytes=MAX_IMAGE_BYTES,
    min_ratio=4 / 5,
    max_ratio=1.91,
    takes_progressive=False,
)

_STORY_VIDEO = MediaLimits(
    formats=frozenset({"MP4", "MOV"}),
    max_bytes=MAX_STORY_VIDEO_BYTES,
    min_ratio=0.1,
    max_ratio=10.0,
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

_REEL = dataclasses.replace(
    _STORY_VIDEO, max_bytes=MAX_REEL_BYTES, min_ratio=0.01, max_duration=dt.timedelta(minutes=15)
)

CAPABILITIES = Capabilities(
    placements=types.MappingProxyType(
        {
            STORY: Placement(name=STORY, image=_STORY_IMAGE, video=_STORY_VIDEO),
            # A single video in the feed is a reel since 2023-07-01.
            FEED: Placement(name=FEED, image=_FEED_IMAGE, video=None, max_caption_chars=MAX_CAPTION_CHARS),
            REEL: Placement(name=REEL, image=None, video=_REEL, max_caption_chars=MAX_CAPTION_CHARS),
            CAROUSEL: Placement(
                name=CAROUSEL,
                image=_FEED_IMAGE,
                # Neither size nor length of a video in a carousel is stated; the rest is as for a reel.
                video=_REEL,
                min_media=MIN_CHILDREN,
                max_media=MAX_CHILDREN,
                max_caption_chars=MAX_CAPTION_CHARS,
            ),
        }
    )
)
