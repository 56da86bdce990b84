"""What a file must become so that a placement takes it, decided from its facts alone."""

import dataclasses
import datetime as dt
import enum
import hashlib
import json
import math
from collections.abc import Callable

from domain.capabilities import MediaLimits, Placement
from domain.ids import MediaId
from domain.media import MediaFacts, MediaItem, MediaKind
from domain.post import Post
from domain.violations import file_violations

RECIPE_VERSION = 1
"""Counts up when the same recipe gives other bytes than before, so that old copies are not used."""
SHORT_SIDE = 1080
LONG_SIDE = 1920
"""Pixels; the apps show no more. What is prepared anyway is scaled down to them."""
LIKENESS = 0.02
"""How far a ratio may be from another, as a share of it, until nobody sees what was cut off."""
FRAMES_PER_SECOND = 30.0
"""What a video gets whose own rate does not go."""
MOST_BITS_PER_SECOND = 8_000_000
"""Enough for 1080 × 1920 at 30 frames a second; the platforms make theirs of it anyway."""
FEWEST_BITS_PER_SECOND = 300_000
"""With less, a video is not worth looking at: it is too long for the size that goes."""
SHORTEST_ANIMATION = dt.timedelta(seconds=3)
"""Shorter animations are repeated; no placement takes shorter videos."""
MARGIN = dt.timedelta(milliseconds=100)
"""How much before the longest length a video is cut, so that no rounding makes it longer than that."""
ANIMATIONS = frozenset({"GIF", "WEBP", "PNG"})
"""Formats whose further pictures follow the first; in others they stand beside it."""
_OF_THE_SIZE = 0.9
"""How much of the largest size is aimed at: an encoder holds its rate only roughly."""


class Fit(enum.StrEnum):
    """How a picture comes to another ratio than its own."""

    BLUR = "blur"
    """Whole, before a blurred copy of itself."""
    COLOUR = "colour"
    """Whole, before the mean colour of its edges."""
    CROP = "crop"
    """Cut to where most is to be seen."""
    AS_IS = "as_is"
    """Not at all: what only another ratio would mend goes to the team."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What a team wants of the preparation of a file."""

    fit: Fit = Fit.BLUR
    trims: bool = False
    """Whether a video that is too long is cut at its end; else it goes to the team."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ImageRecipe:
    """A baseline JPEG in 8-bit sRGB, upright, with no word beside the picture."""

    width: int
    height: int
    fit: Fit
    max_bytes: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class VideoRecipe:
    """An MP4 of H.264 in 4:2:0 and stereo AAC at a steady rate, its index first, with no word beside it."""

    width: int
    """Even, as is the height."""
    height: int
    fit: Fit
    frames_per_second: float
    max_bits_per_second: int
    """Of picture and sound together."""
    begin: dt.timedelta = dt.timedelta()
    """From where in the file it is taken."""
    longest: dt.timedelta | None = None
    """How long it may be, cut at its end; None: to the end of the file."""
    is_copied: bool = False
    """Whether the picture stays as it is, in a new container."""
    is_sound_copied: bool = False
    """Whether the sound does too; only where the picture does."""
    is_plainest: bool = False
    """The second try: the oldest profile of H.264, and nothing done to the picture but scaling."""


Recipe = ImageRecipe | VideoRecipe


def key_of(recipe: Recipe, *, sha256: str) -> str:
    """Return what names the result of a recipe for one content, in lower-case hex; the same everywhere."""
    canonical = {
        "version": RECIPE_VERSION,
        "of": sha256,
        "makes": _makes(recipe),
        **dataclasses.asdict(recipe),
    }
    return hashlib.sha256(json.dumps(canonical, sort_keys=True, default=str).encode()).hexdigest()


def recipe_for(facts: MediaFacts, placement: Placement, wishes: Wishes) -> Recipe | None:
    """Return how a file is made to fit a placement; None: it fits as it is, or no recipe makes it fit."""
    if placement.video is not None and (facts.kind is MediaKind.VIDEO or _is_film(facts, placement.image)):
        return _video_recipe(facts, placement.video, wishes)
    if placement.image is not None and facts.kind is MediaKind.IMAGE:
        return image_recipe(facts, placement.image, wishes)
    return None


def recipes_for(
    post: Post, placement: Placement, wishes: Callable[[MediaItem], Wishes]
) -> dict[MediaId, Recipe]:
    """Return the recipes of those files of a post that need one, its cover among them."""
    found = {item.id: recipe_for(item.facts, placement, wishes(item)) for item in post.media}
    if post.cover is not None and placement.cover is not None:
        found[post.cover.id] = image_recipe(post.cover.facts, placement.cover, wishes(post.cover))
    return {media_id: recipe for media_id, recipe in found.items() if recipe is not None}


def expected_post(post: Post, placement: Placement, wishes: Callable[[MediaItem], Wishes]) -> Post:
    """Return a post with its files as their recipes will make them."""
    recipes = recipes_for(post, placement, wishes)
    items = (*post.media, post.cover) if post.cover else post.media
    return post.showing(
        {
            item.id: dataclasses.replace(item, facts=expected(item.facts, recipes[item.id]))
            for item in items
            if item.id in recipes
        }
    )


def image_recipe(facts: MediaFacts, limits: MediaLimits, wishes: Wishes) -> ImageRecipe | None:
    """Return how a picture, or the first of an animation, is made to fit; None: it fits as it is."""
    ratio = _target_ratio(facts, limits, wishes)
    narrowest, widest = limits.shown_widths or (limits.min_width or 0, limits.max_width or LONG_SIDE)
    is_shown_as_it_is = limits.shown_widths is None or narrowest <= facts.width <= widest
    if ratio == facts.ratio and is_shown_as_it_is and _is_plain(facts) and not file_violations(facts, limits):
        return None
    width, height = _canvas(facts, limits, ratio, widest=widest, narrowest=narrowest, step=1)
    return ImageRecipe(
        width=width, height=height, fit=_fit(wishes, facts.ratio, ratio), max_bytes=limits.max_bytes
    )


def parts_of(facts: MediaFacts, placement: Placement, wishes: Wishes) -> list[VideoRecipe]:
    """Return the recipes of equally long parts of a video that is too long; empty: it is not."""
    longest = placement.video.max_duration if placement.video else None
    duration = facts.duration
    whole = recipe_for(facts, placement, dataclasses.replace(wishes, trims=True))
    if longest is None or duration is None or duration <= longest or not isinstance(whole, VideoRecipe):
        return []
    count = math.ceil(duration / (longest - MARGIN))
    return [
        dataclasses.replace(whole, begin=number * duration / count, longest=duration / count)
        for number in range(count)
    ]


def plainest(recipe: VideoRecipe) -> VideoRecipe | None:
    """Return what is tried when a video could not be made as it should be; None: that was all."""
    if recipe.is_plainest:
        return None
    scale = min(1.0, 720 / recipe.width)
    return dataclasses.replace(
        recipe,
        width=_stepped(recipe.width * scale, 2),
        height=_stepped(recipe.height * scale, 2),
        frames_per_second=FRAMES_PER_SECOND,
        is_copied=False,
        is_sound_copied=False,
        is_plainest=True,
    )


def expected(facts: MediaFacts, recipe: Recipe) -> MediaFacts:
    """Return what a file will be once its recipe is done, as far as that is known before."""
    match recipe:
        case ImageRecipe():
            return MediaFacts(
                kind=MediaKind.IMAGE,
                format="JPEG",
                size_bytes=min(facts.size_bytes, recipe.max_bytes),
                width=recipe.width,
                height=recipe.height,
            )
        case VideoRecipe():
            duration = max(facts.duration or SHORTEST_ANIMATION, _shortest(facts))
            return MediaFacts(
                kind=MediaKind.VIDEO,
                format="MP4",
                size_bytes=round(recipe.max_bits_per_second / 8),
                width=recipe.width,
                height=recipe.height,
                duration=min(duration, recipe.longest or duration),
                video_codec="h264",
                audio_codec="aac" if facts.audio_codec else None,
                frames_per_second=recipe.frames_per_second,
                pixel_format="yuv420p",
            )


def _makes(recipe: Recipe) -> MediaKind:
    return MediaKind.IMAGE if isinstance(recipe, ImageRecipe) else MediaKind.VIDEO


def _is_film(facts: MediaFacts, images: MediaLimits | None) -> bool:
    """Say whether an image moves, where only a video would show that."""
    is_moving = (facts.frame_count or 1) > 1 and facts.format in ANIMATIONS
    return is_moving and (images is None or facts.format not in images.formats)


def _is_plain(facts: MediaFacts) -> bool:
    """Say whether every viewer shows the same picture, and the file tells nothing beside it."""
    return (
        facts.is_plain
        and facts.orientation == 1
        and not facts.has_location
        and facts.color_mode in {None, "RGB"}
        and facts.bits_per_channel in {None, 8}
    )


def _shortest(facts: MediaFacts) -> dt.timedelta:
    return SHORTEST_ANIMATION if facts.kind is MediaKind.IMAGE else dt.timedelta()


def _video_recipe(facts: MediaFacts, limits: MediaLimits, wishes: Wishes) -> VideoRecipe | None:
    ratio = _target_ratio(facts, limits, wishes)
    duration, longest = facts.duration, limits.max_duration
    is_cut = longest is not None and (duration is None or (wishes.trims and duration > longest))
    is_right = facts.is_plain and facts.is_sound_plain and not facts.has_edit_list and not facts.has_location
    if is_right and ratio == facts.ratio and not is_cut and not file_violations(facts, limits):
        return None
    bits = _bits_per_second(limits, longest if is_cut else duration)
    if bits < FEWEST_BITS_PER_SECOND:
        return None
    is_copied = ratio == facts.ratio and not is_cut and _may_be_copied(facts, limits)
    width, height = _canvas(
        facts, limits, ratio, widest=limits.max_width or LONG_SIDE, narrowest=limits.min_width or 0, step=2
    )
    return VideoRecipe(
        width=facts.width if is_copied else width,
        height=facts.height if is_copied else height,
        fit=_fit(wishes, facts.ratio, ratio),
        frames_per_second=_frames_per_second(facts, limits),
        max_bits_per_second=bits,
        longest=longest - MARGIN if is_cut and longest is not None else None,
        is_copied=is_copied,
        is_sound_copied=is_copied and facts.is_sound_plain and facts.audio_codec in {None, "aac"},
    )


def _may_be_copied(facts: MediaFacts, limits: MediaLimits) -> bool:
    in_new_container = dataclasses.replace(facts, format="MP4", audio_codec=None, is_streamable=True)
    is_known = facts.video_codec == "h264"
    return is_known and facts.is_plain and not file_violations(in_new_container, limits)


def _bits_per_second(limits: MediaLimits, duration: dt.timedelta | None) -> int:
    seconds = (duration or SHORTEST_ANIMATION).total_seconds()
    by_size = limits.max_bytes * 8 * _OF_THE_SIZE / seconds
    return int(min(by_size, limits.max_bits_per_second or math.inf, MOST_BITS_PER_SECOND))


def _frames_per_second(facts: MediaFacts, limits: MediaLimits) -> float:
    own = facts.frames_per_second
    slowest, fastest = limits.min_frames_per_second or 1, limits.max_frames_per_second or 60
    return own if own is not None and slowest <= own <= fastest else FRAMES_PER_SECOND


def _target_ratio(facts: MediaFacts, limits: MediaLimits, wishes: Wishes) -> float:
    ratio = facts.ratio
    if wishes.fit is Fit.AS_IS:
        return ratio
    if limits.best_ratio is not None and not _is_like(ratio, limits.best_ratio):
        return limits.best_ratio
    return min(max(ratio, limits.min_ratio or ratio), limits.max_ratio or ratio)


def _fit(wishes: Wishes, ratio: float, target: float) -> Fit:
    if ratio == target:
        return Fit.AS_IS
    return Fit.CROP if _is_like(ratio, target) else wishes.fit


def _is_like(ratio: float, other: float) -> bool:
    return abs(ratio / other - 1) <= LIKENESS


def _canvas(
    facts: MediaFacts, limits: MediaLimits, ratio: float, *, widest: int, narrowest: int, step: int
) -> tuple[int, int]:
    """Return width and height for a ratio: the file's own size, within what is of use and what goes."""
    is_kept = ratio == facts.ratio
    width: float = facts.width if is_kept else LONG_SIDE
    width *= min(1.0, SHORT_SIDE / min(width, width / ratio), LONG_SIDE / max(width, width / ratio))
    width = _stepped(max(min(width, widest), narrowest), step)
    heights = sorted(
        {max(step, math.floor(width / ratio / step) * step), math.ceil(width / ratio / step) * step},
        key=lambda height: abs(width / height - ratio),
    )
    low, high = limits.min_ratio or 0.0, limits.max_ratio or math.inf
    return int(width), next((height for height in heights if low <= width / height <= high), heights[0])


def _stepped(length: float, step: int) -> int:
    return max(step, round(length / step) * step)
