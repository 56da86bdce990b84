"""Facts and pictures of image files, by Pillow."""

import contextlib
from collections.abc import Generator
from pathlib import Path

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from app.media_workers.signatures import Signature
from domain.media import MediaFacts, MediaKind
from services.ports import UnreadableMediaError

LARGEST_PIXELS = 100_000_000
"""Compared with the header before anything is decoded: 10 kB can unfold to 400 MB."""

Image.MAX_IMAGE_PIXELS = None  # Pillow's own cap only warns

_LYING_ORIENTATIONS = frozenset({5, 6, 7, 8})
"""The EXIF orientations that swap width and height."""


def probe_image(path: Path, signature: Signature) -> MediaFacts:
    """Return the facts of an image that was decoded to its last byte.

    Raises:
        UnreadableMediaError: it is broken, or has too many pixels.
    """
    with _opened(path, signature) as image:
        width, height = image.size
        if image.getexif().get(ExifTags.Base.Orientation) in _LYING_ORIENTATIONS:
            width, height = height, width
        facts = MediaFacts(
            kind=MediaKind.IMAGE,
            format=image.format or signature.format,
            size_bytes=path.stat().st_size,
            width=width,
            height=height,
            is_progressive=bool(image.info.get("progressive")),
        )
        # At an eighth of its size a JPEG takes a fraction of the time and memory, and is still read whole.
        image.draft(None, (1, 1))
        image.load()
        return facts


def image_picture(path: Path, signature: Signature, *, within: tuple[int, int]) -> Image.Image:
    """Return an image upright, in RGB, at least as large as `within` where the file is, and not much larger.

    Raises:
        UnreadableMediaError: it is broken, or has too many pixels.
    """
    with _opened(path, signature) as image:
        upright = ImageOps.exif_transpose(_reduced(image, within))
        if not upright.has_transparency_data:
            return upright.convert("RGB")
        layer = upright.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer)
        return paper


def _reduced(image: Image.Image, within: tuple[int, int]) -> Image.Image:
    # First of all, so that no step after it holds the whole of a large image several times.
    side = max(within)
    image.draft(None, (side, side))
    factor = min(image.width, image.height) // side
    if factor < 2:  # noqa: PLR2004 -- by one it would stay as it is
        return image
    if image.mode not in {"L", "LA", "RGB", "RGBA", "CMYK"}:
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image.reduce(factor)


@contextlib.contextmanager
def _opened(path: Path, signature: Signature) -> Generator[Image.Image]:
    try:
        with Image.open(path, formats=(signature.format,)) as image:
            width, height = image.size
            if width * height > LARGEST_PIXELS:
                raise UnreadableMediaError(
                    f"the image has {width:,} × {height:,} pixels, at most {LARGEST_PIXELS:,} go"
                )
            yield image
    except UnidentifiedImageError:
        raise UnreadableMediaError(f"it begins like a {signature.format} image but is none") from None
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow's decoders raise for broken files
        raise UnreadableMediaError(f"the {signature.format} image is broken: {error}") from error
