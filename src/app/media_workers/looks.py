"""A few small pictures out of a film, by which its cut and its surround are chosen."""

# PyAV leaves the parameters of its generic packets open.
# pyright: reportUnknownMemberType=false

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import av
from PIL import Image

from app.media_workers import images
from app.media_workers.develop import in_srgb
from app.media_workers.signatures import Signature
from app.media_workers.videos import opened, picture_of
from domain.media import MediaKind

SIDE = 256
"""Pixels; more are not needed to see where something is."""
AT = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Shares of the length. Not the beginning: many films come out of black."""


def looks_of(
    path: Path, signature: Signature, *, begin: dt.timedelta, longest: dt.timedelta | None
) -> list[Image.Image]:
    """Return pictures of what is shown `begin` after the beginning and for the `longest` time, all upright.

    Raises:
        UnreadableMediaError: it is broken.
    """
    if signature.kind is MediaKind.IMAGE:
        return list(_of_animation(path, signature))
    with opened(path, signature) as (container, picture):
        picture.codec_context.thread_count = 1
        length = dt.timedelta(seconds=(container.duration or 0) / av.time_base) - begin
        shown = min(length, longest or length)
        found: dict[int | None, Image.Image] = {}
        for share in AT:
            at = begin + share * shown
            container.seek(int((container.start_time or 0) + at.total_seconds() * av.time_base))
            if (frame := next(container.decode(picture), None)) is not None:
                found.setdefault(frame.pts, picture_of(frame, side=SIDE))
        return list(found.values())


def _of_animation(path: Path, signature: Signature) -> Iterator[Image.Image]:
    with images.opened(path, signature) as image:
        for number in sorted({0, getattr(image, "n_frames", 1) // 2}):
            image.seek(number)
            look = in_srgb(image.copy())
            look.thumbnail((SIDE, SIDE))
            yield look
