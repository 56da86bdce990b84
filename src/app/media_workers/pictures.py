"""One upright picture of any media file, and the thumbnail made of it."""

import io
from pathlib import Path

from PIL import Image

from app.media_workers.images import image_picture
from app.media_workers.signatures import recognise
from domain.media import MediaKind

THUMBNAIL_SIDE = 320
"""Pixels; the longest side that Telegram takes. Source: Bot API, sendVideo, `thumbnail`."""
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
    """Return a JPEG within the bounds that Telegram sets for thumbnails.

    Raises:
        UnreadableMediaError: the file is no image or video, or is broken.
    """
    side = THUMBNAIL_SIDE
    small = picture(path, within=(side, side))
    small.thumbnail((side, side), Image.Resampling.LANCZOS)
    return jpeg(small, most_bytes=THUMBNAIL_BYTES)


def jpeg(image: Image.Image, *, most_bytes: int) -> bytes:
    """Return an RGB image as the best baseline JPEG that stays below `most_bytes`, at worst at quality 20."""
    for quality in (88, 75, 60, 40, 20):
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=quality, optimize=True)
        if buffer.tell() < most_bytes:
            break
    return buffer.getvalue()
