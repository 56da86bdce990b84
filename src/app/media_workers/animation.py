"""The pictures of an animated image, one after the other, as a film shows them."""

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageSequence

from app.media_workers.develop import in_srgb
from app.media_workers.images import opened
from app.media_workers.signatures import Signature
from domain.recipe import SHORTEST_ANIMATION

MILLISECOND = Fraction(1, 1000)
USUAL_STEP_MS = 100
"""What viewers make of a picture that claims to be shown for no time."""
SHORTEST_STEP_MS = 20
LONGEST = dt.timedelta(seconds=60)


def frames_of(path: Path, signature: Signature, *, longest: dt.timedelta | None) -> Iterator[av.VideoFrame]:
    """Yield the pictures with their times, over and over until they last three seconds.

    Raises:
        UnreadableMediaError: the image is broken.
    """
    end_ms = _in_ms(min(longest or LONGEST, LONGEST))
    with opened(path, signature) as image:
        at_ms = 0
        last: av.VideoFrame | None = None
        while at_ms < _in_ms(SHORTEST_ANIMATION):
            for picture in ImageSequence.Iterator(image):
                step_ms = round(picture.info.get("duration", 0))
                last = _shown(picture, at_ms)
                yield last
                at_ms += step_ms if step_ms >= SHORTEST_STEP_MS else USUAL_STEP_MS
                if at_ms >= end_ms:
                    return
        if last is not None:  # it is shown until the end as well
            yield _shown(image, at_ms)


def _shown(picture: Image.Image, at_ms: int) -> av.VideoFrame:
    flat = in_srgb(picture.copy())
    frame = av.VideoFrame(flat.width, flat.height, "rgb24")
    frame.planes[0].update(_rows(flat, frame.planes[0].line_size))
    frame.pts, frame.time_base = at_ms, MILLISECOND
    return frame


def _rows(picture: Image.Image, line_size: int) -> bytes:
    return picture.tobytes("raw", "RGB", line_size)


def _in_ms(duration: dt.timedelta) -> int:
    return duration // dt.timedelta(milliseconds=1)
