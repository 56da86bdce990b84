"""One upright picture of any media file, and the thumbnail made of it."""

import io
from pathlib import Path

from PIL import Image

from app.media_workers.images import image_picture, opened, upright
from app.media_workers.signatures import recognise
from domain.media import MediaKind

THUMBNAIL_SIDE = 320
"""Pixels; the longest side that Telegram takes of a video's. Source: Bot API, sendVideo, `thumbnail`.

An image's has at least as many where the file does, and less than twice as many: what the decoder gives.
"""
THUMBNAIL_BYTES = 200_000


def picture(path: Path, *, within: tuple[int, int]) -> Image.Image:
    """Return an image, or the first frame of a video, upright and in RGB.

    Raises:
        UnreadableMediaError: the file is none of both, or is broken.
    """
    signature = recognise(path)
    if signature.kind is MediaKind.IMAGE:
        return image_picture(path, signature, within=within)
    from app.media_workers.videos import video_picture  # noqa: PLC0415 -- images need no FFmpeg: 50 MB, 0.1 s

    return video_picture(path, signature, within=within)


def thumbnail(path: Path) -> bytes:
    """Return a small JPEG of an image or a video; a video's is within the bounds that Telegram sets.

    Raises:
        UnreadableMediaError: the file is no image or video, or is broken.
    """
    signature = recognise(path)
    if signature.kind is MediaKind.IMAGE:
        with opened(path, signature) as image:
            return jpeg(small_image(image), most_bytes=THUMBNAIL_BYTES)
    from app.media_workers.videos import video_picture  # noqa: PLC0415 -- as above

    frame = video_picture(path, signature, within=(THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return jpeg(small_frame(frame), most_bytes=THUMBNAIL_BYTES)


def small_image(image: Image.Image) -> Image.Image:
    """Decode an image that `opened` gave, upright and in RGB, as small as a thumbnail.

    It is not resized to the pixel: leaving out what the decoder can leave out costs nothing.
    """
    side = THUMBNAIL_SIDE * min(image.size) // max(image.size) + 1
    return upright(image, within=(side, side))


def small_frame(frame: Image.Image) -> Image.Image:
    """Return a video's picture as small as its thumbnail must be."""
    frame.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return frame


def jpeg(image: Image.Image, *, most_bytes: int) -> bytes:
    """Return an RGB image as the best baseline JPEG that stays below `most_bytes`, at worst at quality 20."""
    for quality in (88, 75, 60, 40, 20):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality)
        if buffer.tell() < most_bytes:
            break
    return buffer.getvalue()
