"""Which videos Instagram takes. Source: IG User Media reference, as recorded 2026-11-20."""

import dataclasses
from collections.abc import Mapping
from pathlib import Path

from sandbox.graph.accounts import Surface
from sandbox.media_facts import UnreadableMediaError, VideoFacts, read_video

UNSUPPORTED_FORMAT = 2207026
"""Container or codec."""
PROCESSING_FAILED = 2207076
"""Readable, but out of the limits."""
NO_RANGES = 2207077
"""The host does not serve parts of the file, or is gone."""
TOO_LARGE = 2207082

_CONTAINERS = {"mov", "mp4"}
_CODECS = {"h264", "hevc"}
_PIXELS = {"yuv420p", "yuvj420p"}
_FRAMES_PER_SECOND = (23.0, 60.0)
_WIDEST = 1920
_BITS_PER_SECOND = 25_000_000
_AUDIO_RATE = 48_000
_AUDIO_CHANNELS = 2
_ROUNDING = 0.1
"""Seconds, and frames per second: the last frame's duration and 24000/1001 are not refused."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What differs from one kind of post to another."""

    seconds: tuple[float, float]
    ratio: tuple[float, float]
    """Width by height."""


MOST_STORY_BYTES = 100_000_000
_REEL = Limits(seconds=(3.0, 15 * 60.0), ratio=(0.01, 10.0))
_LIMITS: Mapping[Surface, Limits] = {
    Surface.STORY: Limits(seconds=(3.0, 60.0), ratio=(0.1, 10.0)),
    Surface.REEL: _REEL,
    Surface.ITEM: _REEL,
}
"""Size and duration of a carousel's videos are not stated; a reel's stand for them."""


class VideoRefusedError(Exception):
    """The video will not do."""

    def __init__(self, subcode: int) -> None:
        super().__init__(str(subcode))
        self.subcode = subcode


def check_video(path: Path, surface: Surface) -> VideoFacts:
    """Return the facts of an acceptable video. Blocks; raises `VideoRefusedError`."""
    try:
        facts = read_video(path)
    except UnreadableMediaError:
        raise VideoRefusedError(UNSUPPORTED_FORMAT) from None
    if not _CONTAINERS & set(facts.formats) or facts.codec not in _CODECS:
        raise VideoRefusedError(UNSUPPORTED_FORMAT)
    picture_fits = _picture_fits(facts, _LIMITS[surface])
    if facts.pixel_format not in _PIXELS or not _sound_fits(facts) or not picture_fits:
        raise VideoRefusedError(PROCESSING_FAILED)
    return facts


def _picture_fits(facts: VideoFacts, limits: Limits) -> bool:
    return (
        limits.seconds[0] - _ROUNDING <= facts.seconds <= limits.seconds[1] + _ROUNDING
        and _FRAMES_PER_SECOND[0] - _ROUNDING <= facts.frames_per_second <= _FRAMES_PER_SECOND[1] + _ROUNDING
        and limits.ratio[0] <= facts.width / facts.height <= limits.ratio[1]
        and facts.width <= _WIDEST
        and facts.bits_per_second <= _BITS_PER_SECOND
    )


def _sound_fits(facts: VideoFacts) -> bool:
    audio = facts.audio
    return audio is None or (
        audio.codec == "aac" and audio.samples_per_second <= _AUDIO_RATE and audio.channels <= _AUDIO_CHANNELS
    )
