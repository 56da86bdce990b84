"""Looks into uploaded media as Telegram does: decodes it, measures it, makes smaller pictures of it."""

import dataclasses
import io
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from sandbox.telegram.errors import bad_request
from sandbox.telegram.limits import Limits

if TYPE_CHECKING:
    from av import VideoFrame
    from PIL.Image import Image

_PHOTO_SIDES = (90, 320, 800, 1280)
"""Longest side of each size a photo is kept in; the last holds the largest."""
_THUMBNAIL_SIDE = 320
_JPEG_QUALITY = 87


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A JPEG and its size in pixels."""

    content: bytes
    width: int
    height: int


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """What is known of a video."""

    width: int
    height: int
    duration: int
    """Whole seconds, at least one."""
    has_sound: bool
    thumbnail: Picture


def photo_sizes(content: bytes, limits: Limits) -> list[Picture]:
    """Decode a picture and return it in Telegram's sizes, smallest first. Blocks; run it in a thread.

    Raises:
        ApiError: 400; it is no picture, or its sides are not allowed.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - decoders load when first needed

    try:
        with Image.open(io.BytesIO(content)) as image:
            width, height = image.size
            too_long = max(width, height) > limits.photo_ratio * min(width, height)
            if too_long or width + height > limits.photo_sides_sum:
                raise bad_request("PHOTO_INVALID_DIMENSIONS")
            image.draft("RGB", (_PHOTO_SIDES[-1], _PHOTO_SIDES[-1]))
            picture = image.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError):
        raise bad_request("IMAGE_PROCESS_FAILED") from None
    longest = max(width, height)
    pictures: list[Picture] = []
    for side in sorted({min(side, longest) for side in _PHOTO_SIDES}, reverse=True):
        picture.thumbnail((side, side))
        pictures.append(_jpeg(picture))
    return pictures[::-1]


def clip(content: bytes) -> Clip | None:
    """Return what is known of an MPEG-4 video, None when it is none. Blocks; run it in a thread."""
    import av  # noqa: PLC0415 - decoders load when first needed
    from av.error import FFmpegError  # noqa: PLC0415 - likewise

    try:
        with av.open(io.BytesIO(content), mode="r") as container:
            if "mp4" not in container.format.name or not container.streams.video:
                return None
            frame = next(container.decode(video=0), None)
            if frame is None:
                return None
            seconds = (container.duration or 0) / av.time_base
            thumbnail = _picture_of(frame)
            has_sound = bool(container.streams.audio)
    except (FFmpegError, ValueError):
        return None
    width, height = thumbnail.size
    thumbnail.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
    return Clip(
        width=width,
        height=height,
        duration=max(1, round(seconds)),
        has_sound=has_sound,
        thumbnail=_jpeg(thumbnail),
    )


def _picture_of(frame: "VideoFrame") -> "Image":
    # PyAV leaves this method untyped.
    return cast("Callable[[], Image]", frame.to_image)()  # pyright: ignore[reportUnknownMemberType]


def _jpeg(image: "Image") -> Picture:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=_JPEG_QUALITY)
    return Picture(content=buffer.getvalue(), width=image.width, height=image.height)
