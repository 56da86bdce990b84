"""A picture and a film as measured, and limits that they keep."""

import datetime as dt

from domain.capabilities import MediaLimits
from domain.media import MediaFacts, MediaKind
from domain.violations import Violation

PICTURE = MediaFacts(kind=MediaKind.IMAGE, format="JPEG", size_bytes=2_000_000, width=1080, height=1350)
FILM = MediaFacts(
    kind=MediaKind.VIDEO,
    format="MP4",
    size_bytes=20_000_000,
    width=1080,
    height=1920,
    duration=dt.timedelta(seconds=15),
    video_codec="h264",
    audio_codec="aac",
    frames_per_second=30,
    pixel_format="yuv420p",
    bits_per_second=5_000_000,
)
IMAGE_LIMITS = MediaLimits(
    formats=frozenset({"JPEG"}),
    max_bytes=8_000_000,
    min_ratio=4 / 5,
    max_ratio=1.91,
    min_width=320,
    max_width=1440,
    takes_progressive=False,
)
VIDEO_LIMITS = MediaLimits(
    formats=frozenset({"MP4", "MOV"}),
    max_bytes=100_000_000,
    max_width=1920,
    min_duration=dt.timedelta(seconds=3),
    max_duration=dt.timedelta(seconds=60),
    video_codecs=frozenset({"h264", "hevc"}),
    audio_codecs=frozenset({"aac"}),
    min_frames_per_second=23,
    max_frames_per_second=60,
    pixel_formats=frozenset({"yuv420p"}),
    max_bits_per_second=25_000_000,
    needs_streamable=True,
)


def said(found: list[Violation]) -> list[str]:
    """Return what the violations say."""
    return [violation.says for violation in found]
