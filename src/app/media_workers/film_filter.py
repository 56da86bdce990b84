"""The way of a video's pictures from what was decoded to what a recipe asks for, as FFmpeg's filters."""

# PyAV leaves the parameters of its graphs open.
# pyright: reportUnknownMemberType=false

import math
import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import IO

import av
import av.error
import av.filter
import av.filter.context
from PIL import Image

from app.media_workers.develop import DIMMED_TO, best_cut, edge_colour
from app.media_workers.tone import table
from app.media_workers.videos import HDR_CURVES, matrix_of, picture_of
from domain.recipe import Fit, VideoRecipe
from services.ports import UnreadableMediaError

BLUR_SCALE = 8
"""How much smaller a surround is blurred, because there it takes little time."""
BLUR_SIGMA = 5
TURNS = {90: ("transpose=cclock",), 180: ("hflip", "vflip"), 270: ("transpose=clock",)}
"""By how far a frame is to be turned against the clock to stand upright, in degrees."""


class FilmFilter:
    """Takes decoded frames and gives those of the result: upright, fitted, in 4:2:0, at a steady rate."""

    def __init__(self, first: av.VideoFrame, recipe: VideoRecipe, looks: Sequence[Image.Image] = ()) -> None:
        """Take the first frame, whose form all must have, and pictures to choose the cut or surround by."""
        self._shape = _shape_of(first)
        self._graph = av.filter.Graph()
        source = self._graph.add("buffer", _buffer_arguments(first))
        with tempfile.NamedTemporaryFile("w", suffix=".cube") as tones:  # read as soon as it is named
            upright = self._chain(source, *_upright(first, recipe, tones))
        fitted = self._fitted(upright, recipe, looks or [picture_of(first)])
        rate = Fraction(recipe.frames_per_second).limit_denominator(1001)
        last = self._chain(fitted, "setsar=1", f"fps={rate}:start_time=0", "format=yuv420p")
        last.link_to(self._graph.add("buffersink"))
        self._graph.configure()

    def push(self, frame: av.VideoFrame | None) -> Iterator[av.VideoFrame]:
        """Take a frame, or None at the end, and yield what is ready.

        Raises:
            UnreadableMediaError: the frame is of another form than the first.
        """
        if frame is not None and _shape_of(frame) != self._shape:
            raise UnreadableMediaError("the video changes its size or colours midway")
        self._graph.vpush(frame)
        while True:
            try:
                yield self._graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return

    def _fitted(
        self, upright: av.filter.context.FilterContext, recipe: VideoRecipe, looks: Sequence[Image.Image]
    ) -> av.filter.context.FilterContext:
        size, bits = f"{recipe.width}:{recipe.height}", "out_color_matrix=bt709:out_range=tv"
        within = f"scale={size}:{bits}:force_original_aspect_ratio=decrease:force_divisible_by=2"
        around = f"pad={size}:(ow-iw)/2:(oh-ih)/2"
        if recipe.fit is Fit.AS_IS:
            return self._chain(upright, f"scale={size}:{bits}")
        if recipe.is_plainest:
            return self._chain(upright, within, around)
        match recipe.fit:
            case Fit.CROP:
                filled = f"scale={size}:{bits}:force_original_aspect_ratio=increase"
                x, y = _where_most_is_seen(looks, recipe.width / recipe.height)
                return self._chain(upright, filled, f"crop={size}:(iw-ow)*{x:.3f}:(ih-oh)*{y:.3f}")
            case Fit.COLOUR:
                red, green, blue = edge_colour(looks[len(looks) // 2])
                return self._chain(upright, within, f"{around}:color=0x{red:02x}{green:02x}{blue:02x}")
            case Fit.BLUR:
                return self._before_itself(upright, recipe, within)

    def _before_itself(
        self, upright: av.filter.context.FilterContext, recipe: VideoRecipe, within: str
    ) -> av.filter.context.FilterContext:
        both = self._chain(upright, "split=2")
        small = f"{recipe.width // BLUR_SCALE}:{recipe.height // BLUR_SCALE}"
        surround = self._chain(
            both,
            f"scale={small}:out_color_matrix=bt709:out_range=tv:force_original_aspect_ratio=increase",
            f"crop={small}",
            f"gblur=sigma={BLUR_SIGMA}",
            f"lutyuv=y=(val-16)*{DIMMED_TO}+16",
            f"scale={recipe.width}:{recipe.height}",
            "format=yuv420p",
        )
        whole = self._add(within)
        both.link_to(whole, 1, 0)
        whole = self._chain(whole, "format=yuv420p")
        laid = self._add("overlay=(W-w)/2:(H-h)/2")
        surround.link_to(laid, 0, 0)
        whole.link_to(laid, 0, 1)
        return laid

    def _chain(
        self, begin: av.filter.context.FilterContext, *filters: str
    ) -> av.filter.context.FilterContext:
        for each in filters:
            following = self._add(each)
            begin.link_to(following)
            begin = following
        return begin

    def _add(self, each: str) -> av.filter.context.FilterContext:
        name, _, arguments = each.partition("=")
        return self._graph.add(name, arguments or None)


def _where_most_is_seen(looks: Sequence[Image.Image], ratio: float) -> tuple[float, float]:
    """Return where a cut begins, from left and top, in shares of the room that it has."""
    left, top, right, bottom = best_cut(looks, ratio)
    across, down = looks[0].width - (right - left), looks[0].height - (bottom - top)
    return left / across if across else 0.5, top / down if down else 0.5


def _shape_of(frame: av.VideoFrame) -> tuple[int, int, str]:
    return frame.width, frame.height, frame.format.name


def _buffer_arguments(first: av.VideoFrame) -> str:
    return (
        f"video_size={first.width}x{first.height}:pix_fmt={first.format.name}:time_base={first.time_base}"
        f":colorspace={matrix_of(first)}:range={first.color_range}"
    )


def _upright(first: av.VideoFrame, recipe: VideoRecipe, tones: IO[str]) -> list[str]:
    filters: list[str] = []
    if first.interlaced_frame:
        filters.append("bwdif=mode=send_frame")
    if (curve := HDR_CURVES.get(first.color_trc)) is not None:
        tones.write(table(curve))
        tones.flush()
        width, height = _no_larger_than_needed(first, recipe)
        filters += [
            f"scale={width}:{height}:in_color_matrix=bt2020",
            "format=gbrp10le",
            f"lut3d=file={tones.name}",
            "setparams=color_primaries=bt709:color_trc=bt709",
            "scale=out_color_matrix=bt709:out_range=tv",
            "format=yuv420p",
        ]
    return [*filters, *TURNS.get(first.rotation % 360, ())]


def _no_larger_than_needed(first: av.VideoFrame, recipe: VideoRecipe) -> tuple[int, int]:
    """Return a size that still covers the result, so that no pixel is worked on in vain."""
    width, height = recipe.width, recipe.height
    if first.rotation % 180:
        width, height = height, width
    scale = min(1.0, max(width / first.width, height / first.height))
    return 2 * math.ceil(first.width * scale / 2), 2 * math.ceil(first.height * scale / 2)
