"""The one check of a post against what a platform's API takes, before any call."""

import dataclasses
import datetime as dt
import re
from collections.abc import Iterable, Sequence

from domain.capabilities import MediaLimits, Placement
from domain.ids import MediaId
from domain.media import MediaFacts, MediaItem, MediaKind
from domain.post import Post, UserTag

FPS_TOLERANCE = 0.05
"""How far a measured frame rate may lie outside a bound; 29.97 is called 30 everywhere."""
RATIO_TOLERANCE = 0.005
SECONDS_TOLERANCE = 0.05
_HASHTAG = re.compile(r"#\w")
_MENTION = re.compile(r"(?<!\w)@\w")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that the API would refuse."""

    says: str
    """What is wrong and what would be right, in words for the team."""
    media_id: MediaId | None = None
    """The file it is about; None: the post as a whole."""


def violations(post: Post, placement: Placement) -> list[Violation]:
    """Return all that the platform's API would refuse about this post; empty when it fits."""
    found = [
        Violation(says=says)
        for says in (
            *_count_violations(post, placement),
            *_content_violations(post, placement),
            *_caption_violations(post.caption, placement),
            *_company_violations(post, placement),
            *_cover_moment_violations(post, placement),
            *_schedule_violations(post, placement),
        )
    ]
    for number, item in enumerate(post.media, start=1):
        which = f"file {number}: " if len(post.media) > 1 else ""
        found += _item_violations(post, item, placement, which)
    if post.cover is not None and placement.cover is not None:
        found += _named(post.cover, "the cover: ", file_violations(post.cover.facts, placement.cover))
    return found


def remarks(post: Post, placement: Placement) -> list[str]:
    """Return what goes, but will not look as one may think, in words."""
    return [*_cropped(post, placement), *_passed_over(post, placement)]


def file_violations(facts: MediaFacts, limits: MediaLimits) -> list[Violation]:
    """Return what one file breaks of one placement's limits."""
    return [
        Violation(says=says)
        for says in (
            *_form_violations(facts, limits),
            *_range_violations(facts, limits),
            *_length_violations(facts, limits),
            *_codec_violations(facts, limits),
        )
    ]


def _cropped(post: Post, placement: Placement) -> Iterable[str]:
    if not placement.is_cropped_to_first or not post.media:
        return
    first = post.media[0].facts.ratio
    others = [
        str(number)
        for number, item in enumerate(post.media, start=1)
        if abs(item.facts.ratio - first) > RATIO_TOLERANCE
    ]
    if others:
        yield f"all files are cropped to the shape of the first: {', '.join(others)}"


def _passed_over(post: Post, placement: Placement) -> Iterable[str]:
    details = post.details
    has_cover = post.cover is not None or details.thumb_offset is not None
    left_out = [
        what
        for is_wanted, what in (
            (has_cover and placement.cover is None and not placement.takes_thumb_offset, "cover"),
            (bool(details.user_tags) and placement.max_user_tags is None, "tags of people"),
            (bool(details.collaborators) and placement.max_collaborators is None, "collaborators"),
        )
        if is_wanted
    ]
    if left_out:
        yield f"a {placement.name} goes without {', '.join(left_out)} here"


def _item_violations(post: Post, item: MediaItem, placement: Placement, which: str) -> Iterable[Violation]:
    is_image = item.facts.kind is MediaKind.IMAGE
    limits = placement.image if is_image else placement.video
    if limits is None:
        instead = f"; {placement.instead_of_video}" if placement.instead_of_video and not is_image else ""
        says = f"a {placement.name} takes no {item.facts.kind}s{instead}"
        return _named(item, which, [Violation(says=says)])
    found = file_violations(item.facts, limits)
    longest = placement.max_alt_chars
    if is_image and longest is not None and (length := len(post.alt_of(item))) > longest:
        found.append(
            Violation(says=f"the alternative text has {length:,} characters, at most {longest:,} go")
        )
    return _named(item, which, found)


def _named(item: MediaItem, which: str, found: Iterable[Violation]) -> Iterable[Violation]:
    return (dataclasses.replace(each, says=f"{which}{each.says}", media_id=item.id) for each in found)


def _count_violations(post: Post, placement: Placement) -> Iterable[str]:
    count, fewest, most = len(post.media), placement.min_media, placement.max_media
    if fewest <= count <= most:
        return
    if most == 0:
        yield f"a {placement.name} takes no files"
    elif fewest == most:
        yield f"a {placement.name} takes {fewest} file, not {count}"
    else:
        yield f"a {placement.name} takes {fewest} to {most} files, not {count}"


def _content_violations(post: Post, placement: Placement) -> Iterable[str]:
    has_words, has_video = bool(post.caption.strip()), any(map(_is_video, post.media))
    if placement.needs_caption and not has_words:
        yield f"a {placement.name} needs words"
    elif placement.needs_link and not post.link:
        yield f"a {placement.name} needs an address"
    elif placement.min_media == 0 and not (post.media or has_words or post.link):
        yield "there is nothing in it: no file, no words and no link"
    if placement.is_video_alone and has_video and len(post.media) > 1:
        yield "a video goes alone, without other files beside it"


def _is_video(item: MediaItem) -> bool:
    return item.facts.kind is MediaKind.VIDEO


def _caption_violations(caption: str, placement: Placement) -> Iterable[str]:
    longest = placement.max_caption_chars
    if longest is not None and len(caption) > longest:
        yield f"the caption has {len(caption):,} characters, at most {longest:,} go"
    for pattern, most, what in (
        (_HASHTAG, placement.max_hashtags, "hashtags"),
        (_MENTION, placement.max_mentions, "mentions"),
    ):
        if most is not None and (count := len(pattern.findall(caption))) > most:
            yield f"the caption has {count} {what}, at most {most} go"


def _company_violations(post: Post, placement: Placement) -> Iterable[str]:
    tags, collaborators = post.details.user_tags, post.details.collaborators
    if placement.max_user_tags is not None:
        if len(tags) > placement.max_user_tags:
            yield f"{len(tags)} people are tagged, at most {placement.max_user_tags} can be"
        if placement.needs_tag_places and _shows_picture_first(post):
            for tag in tags:
                if not _has_place(tag):
                    yield (f"the tag of {tag.name} needs a place in the picture, from 0,0 (top left) to 1,1")
    if placement.max_collaborators is not None and len(collaborators) > placement.max_collaborators:
        yield f"{len(collaborators)} collaborators are asked, at most {placement.max_collaborators} can be"


def _shows_picture_first(post: Post) -> bool:
    return bool(post.media) and post.media[0].facts.kind is MediaKind.IMAGE


def _has_place(tag: UserTag) -> bool:
    return all(axis is not None and 0 <= axis <= 1 for axis in (tag.x, tag.y))


def _cover_moment_violations(post: Post, placement: Placement) -> Iterable[str]:
    moment = post.details.thumb_offset
    if moment is None or not placement.takes_thumb_offset or post.cover is not None:
        return
    for item in post.media:
        length = item.facts.duration
        if length is not None and not dt.timedelta() <= moment <= length:
            yield (
                f"the cover is to be the moment after {moment.total_seconds():g} s, "
                f"and the video has {length.total_seconds():.1f} s"
            )


def _schedule_violations(post: Post, placement: Placement) -> Iterable[str]:
    if post.details.native_schedule and not placement.takes_native_schedule:
        yield f"the platform cannot schedule a {placement.name} by itself"


def _form_violations(facts: MediaFacts, limits: MediaLimits) -> Iterable[str]:
    if facts.format not in limits.formats:
        yield f"the file is {facts.format}, only {_listed(limits.formats)} goes"
    if facts.size_bytes > limits.max_bytes:
        yield f"the file has {_megabytes(facts.size_bytes)}, at most {_megabytes(limits.max_bytes)} go"
    if facts.is_progressive and not limits.takes_progressive:
        yield "the JPEG is progressive, only baseline goes"
    if limits.needs_streamable and not facts.is_streamable:
        yield "the video's index must stand at its start, and be one for the whole"


def _range_violations(facts: MediaFacts, limits: MediaLimits) -> Iterable[str]:
    if _outside(facts.ratio, limits.min_ratio, limits.max_ratio, tolerance=RATIO_TOLERANCE):
        allowed = _allowed(limits.min_ratio, limits.max_ratio, "{:.2f}:1")
        yield f"the picture's ratio is {facts.ratio:.2f}:1, it must be {allowed}"
    if _outside(facts.width, limits.min_width, limits.max_width):
        allowed = _allowed(limits.min_width, limits.max_width, "{}")
        yield f"the picture is {facts.width} pixels wide, it must be {allowed}"
    slowest, fastest = limits.min_frames_per_second, limits.max_frames_per_second
    if _outside(facts.frames_per_second, slowest, fastest, tolerance=FPS_TOLERANCE):
        yield (
            f"the video has {facts.frames_per_second:.4g} frames a second, "
            f"it must be {_allowed(slowest, fastest, '{:g}')}"
        )
    if _outside(facts.bits_per_second, None, limits.max_bits_per_second):
        yield "the video's bit rate is too high"


def _length_violations(facts: MediaFacts, limits: MediaLimits) -> Iterable[str]:
    seconds, shortest, longest = map(_seconds, (facts.duration, limits.min_duration, limits.max_duration))
    if _outside(seconds, shortest, longest, tolerance=SECONDS_TOLERANCE):
        yield f"the video's length is {seconds:.1f} s, it must be {_allowed(shortest, longest, '{:g} s')}"


def _codec_violations(facts: MediaFacts, limits: MediaLimits) -> Iterable[str]:
    if limits.video_codecs and facts.video_codec not in limits.video_codecs:
        yield f"the video is {facts.video_codec}, only {_listed(limits.video_codecs)} goes"
    if limits.audio_codecs and facts.audio_codec not in {None, *limits.audio_codecs}:
        yield f"the sound is {facts.audio_codec}, only {_listed(limits.audio_codecs)} goes"
    if limits.pixel_formats and facts.pixel_format not in limits.pixel_formats:
        yield f"the colours are {facts.pixel_format}, only {_listed(limits.pixel_formats)} goes"


def _outside(
    value: float | None, lowest: float | None, highest: float | None, *, tolerance: float = 0.0
) -> bool:
    if value is None:
        return False
    return (lowest is not None and value < lowest - tolerance) or (
        highest is not None and value > highest + tolerance
    )


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
