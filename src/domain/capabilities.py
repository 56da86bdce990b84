"""What a platform's API takes, as data, and the one check of media against it before any call."""

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence

from domain.media import MediaFacts, MediaKind
from domain.post import Post


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """What one placement takes of one kind of file. Bounds are inclusive; None: no bound."""

    formats: frozenset[str]
    """As in `MediaFacts.format`."""
    max_bytes: int
    min_ratio: float | None = None
    max_ratio: float | None = None
    min_width: int | None = None
    max_width: int | None = None
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
    """One surface of a platform."""

    name: str
    image: MediaLimits | None
    """None: takes no images."""
    video: MediaLimits | None
    """None: takes no videos."""
    min_media: int = 1
    max_media: int = 1
    max_caption_chars: int | None = None
    """None: the API has no bound of its own."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a platform's API can do."""

    placements: Mapping[str, Placement]


FPS_TOLERANCE = 0.05
"""How far a measured frame rate may lie outside a bound; 29.97 is called 30 everywhere."""


def violations(post: Post, placement: Placement) -> list[str]:
    """Return what the platform's API would refuse about this post, in words; empty when it fits."""
    found: list[str] = []
    if not placement.min_media <= len(post.media) <= placement.max_media:
        found.append(_count_violation(len(post.media), placement))
    if placement.max_caption_chars is not None and len(post.caption) > placement.max_caption_chars:
        found.append(
            f"the caption has {len(post.caption):,} characters, at most {placement.max_caption_chars:,} go"
        )
    for item in post.media:
        limits = placement.image if item.facts.kind is MediaKind.IMAGE else placement.video
        if limits is None:
            found.append(f"a {placement.name} takes no {item.facts.kind}s")
        else:
            found.extend(file_violations(item.facts, limits))
    return found


def file_violations(facts: MediaFacts, limits: MediaLimits) -> list[str]:
    """Return what one file breaks of one placement's limits, in words."""
    found: list[str] = []
    if facts.format not in limits.formats:
        found.append(f"the file is {facts.format}, only {_listed(limits.formats)} goes")
    if facts.size_bytes > limits.max_bytes:
        found.append(
            f"the file has {_megabytes(facts.size_bytes)}, at most {_megabytes(limits.max_bytes)} go"
        )
    if facts.is_progressive and not limits.takes_progressive:
        found.append("the JPEG is progressive, only baseline goes")
    if limits.needs_streamable and not facts.is_streamable:
        found.append("the video's index stands at its end, it must stand at its start")
    found.extend(_range_violations(facts, limits))
    found.extend(_codec_violations(facts, limits))
    return found


def _range_violations(facts: MediaFacts, limits: MediaLimits) -> list[str]:
    found: list[str] = []
    if _outside(facts.ratio, limits.min_ratio, limits.max_ratio, tolerance=0.005):
        allowed = _allowed(limits.min_ratio, limits.max_ratio, "{:.2f}:1")
        found.append(f"the picture's ratio is {facts.ratio:.2f}:1, it must be {allowed}")
    if _outside(facts.width, limits.min_width, limits.max_width):
        allowed = _allowed(limits.min_width, limits.max_width, "{}")
        found.append(f"the picture is {facts.width} pixels wide, it must be {allowed}")
    seconds, shortest, longest = map(_seconds, (facts.duration, limits.min_duration, limits.max_duration))
    if _outside(seconds, shortest, longest, tolerance=0.05):
        found.append(
            f"the video's length is {seconds:.1f} s, it must be {_allowed(shortest, longest, '{:g} s')}"
        )
    slowest, fastest = limits.min_frames_per_second, limits.max_frames_per_second
    if _outside(facts.frames_per_second, slowest, fastest, tolerance=FPS_TOLERANCE):
        found.append(
            f"the video has {facts.frames_per_second:.4g} frames a second, "
            f"it must be {_allowed(slowest, fastest, '{:g}')}"
        )
    if _outside(facts.bits_per_second, None, limits.max_bits_per_second):
        found.append("the video's bit rate is too high")
    return found


def _codec_violations(facts: MediaFacts, limits: MediaLimits) -> list[str]:
    found: list[str] = []
    if limits.video_codecs and facts.video_codec not in limits.video_codecs:
        found.append(f"the video is {facts.video_codec}, only {_listed(limits.video_codecs)} goes")
    if limits.audio_codecs and facts.audio_codec not in {None, *limits.audio_codecs}:
        found.append(f"the sound is {facts.audio_codec}, only {_listed(limits.audio_codecs)} goes")
    if limits.pixel_formats and facts.pixel_format not in limits.pixel_formats:
        found.append(f"the colours are {facts.pixel_format}, only {_listed(limits.pixel_formats)} goes")
    return found


def _outside(
    value: float | None, lowest: float | None, highest: float | None, *, tolerance: float = 0.0
) -> bool:
    if value is None:
        return False
    return (lowest is not None and value < lowest - tolerance) or (
        highest is not None and value > highest + tolerance
    )


def _count_violation(count: int, placement: Placement) -> str:
    if placement.min_media == placement.max_media:
        return f"a {placement.name} takes {placement.min_media} file, not {count}"
    return f"a {placement.name} takes {placement.min_media} to {placement.max_media} files, not {count}"


def _allowed(lowest: float | None, highest: float | None, unit: str) -> str:
    if lowest is None:
        return f"at most {unit.format(highest)}"
    if highest is None:
        return f"at least {unit.format(lowest)}"
    return f"{unit.format(lowest)} to {unit.format(highest)}"


def _seconds(duration: dt.timedelta | None) -> float | None:
    return duration.total_seconds() if duration is not None else None


def _listed(names: Sequence[str] | frozenset[str]) -> str:
    return " or ".join(sorted(names))


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:.1f} MB"
