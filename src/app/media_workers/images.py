"""Facts and pictures of image files, by Pillow."""

import contextlib
import struct
from collections.abc import Generator
from pathlib import Path
from typing import BinaryIO

from PIL import ExifTags, Image, ImageFile, ImageOps, UnidentifiedImageError

from app.media_workers.signatures import Signature
from domain.media import MediaFacts, MediaKind
from services.ports import UnreadableMediaError

LARGEST_PIXELS = 100_000_000
"""Compared with the header before anything is decoded: 10 kB can unfold to 400 MB."""

Image.MAX_IMAGE_PIXELS = None  # Pillow's own cap only warns

_BESIDE_THE_PICTURE = frozenset({"exif", "xmp", "photoshop", "comment", "icc_profile"})
"""Where Pillow puts what a file tells beside its picture: camera, place, author, programs, colours."""
_LYING_ORIENTATIONS = frozenset({5, 6, 7, 8})
"""The EXIF orientations that swap width and height."""


def probe_image(path: Path, signature: Signature) -> MediaFacts:
    """Return the facts of an image that was decoded to its last byte.

    Raises:
        UnreadableMediaError: it is broken, or has too many pixels.
    """
    with opened(path, signature) as image:
        facts = facts_of(image, signature, size_bytes=path.stat().st_size)
        # At an eighth of its size a JPEG takes a fraction of the time and memory, and is still read whole.
        image.draft(None, (1, 1))
        image.load()
        return facts


def facts_of(image: Image.Image, signature: Signature, *, size_bytes: int) -> MediaFacts:
    """Return what an image says of itself before it is decoded."""
    width, height = image.size
    exif = image.getexif()
    orientation = _orientation(exif)
    if orientation in _LYING_ORIENTATIONS:
        width, height = height, width
    return MediaFacts(
        kind=MediaKind.IMAGE,
        format=image.format or signature.format,
        size_bytes=size_bytes,
        width=width,
        height=height,
        is_progressive=bool(image.info.get("progressive")),
        orientation=orientation,
        color_mode=image.mode,
        bits_per_channel=_bits_per_channel(image),
        has_alpha=image.has_transparency_data,
        has_location=bool(exif.get_ifd(ExifTags.IFD.GPSInfo)) or "GPSLatitude" in str(image.info.get("xmp")),
        frame_count=getattr(image, "n_frames", 1),
        is_plain=not _BESIDE_THE_PICTURE & image.info.keys(),
    )


def _orientation(exif: Image.Exif) -> int:
    said = exif.get(ExifTags.Base.Orientation, 1)
    return said if said in range(1, 9) else 1


def _bits_per_channel(image: Image.Image) -> int:
    if "bit_depth" in image.info:  # HEIF says it
        return int(image.info["bit_depth"])
    # Pillow reduces a PNG's 16 bits to the 8 of its modes, but names what it reads, such as `RGB;16B`.
    tiles = image.tile if isinstance(image, ImageFile.ImageFile) else []
    read_as = " ".join(str(tile.args) for tile in tiles)
    return 16 if ";16" in read_as or image.mode.startswith("I;16") else 8


def image_picture(path: Path, signature: Signature, *, within: tuple[int, int]) -> Image.Image:
    """Return an image upright, in RGB, at least as large as `within` where the file is, and not much larger.

    Raises:
        UnreadableMediaError: it is broken, or has too many pixels.
    """
    with opened(path, signature) as image:
        return upright(image, within=within)


def upright(image: Image.Image, *, within: tuple[int, int]) -> Image.Image:
    """Decode an image that `opened` gave, as `image_picture` returns it."""
    turned = ImageOps.exif_transpose(_reduced(image, within))
    if not turned.has_transparency_data:
        return turned.convert("RGB")
    layer = turned.convert("RGBA")
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
def opened(source: Path | BinaryIO, signature: Signature) -> Generator[Image.Image]:
    """Open an image whose size is known to be bearable; whatever goes wrong within is said in a sentence.

    Raises:
        UnreadableMediaError: it is broken, or has too many pixels.
    """
    if signature.format == "HEIF":
        import pillow_heif  # noqa: PLC0415 -- 20 MB that most processes never need

        pillow_heif.register_heif_opener()  # pyright: ignore[reportUnknownMemberType]
    try:
        with Image.open(source, formats=(signature.format,)) as image:
            width, height = image.size
            if width * height > LARGEST_PIXELS:
                raise UnreadableMediaError(
                    f"the image has {width:,} × {height:,} pixels, at most {LARGEST_PIXELS:,} go"
                )
            yield image
    except UnidentifiedImageError:
        raise UnreadableMediaError(f"it begins like a {signature.format} image but is none") from None
    except (
        EOFError,
        LookupError,
        OSError,
        RuntimeError,
        SyntaxError,
        ValueError,
        struct.error,
    ) as error:  # what Pillow's decoders raise for broken files
        raise UnreadableMediaError(f"the {signature.format} image is broken: {error}") from error
