"""Make the JPEG that a recipe asks for, by Pillow."""

# Pillow leaves some of its parameters open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageCms, ImageFilter, ImageOps, ImageStat

from app.media_workers.images import opened
from app.media_workers.signatures import Signature
from domain.recipe import Fit, ImageRecipe
from services.ports import UnreadableMediaError

QUALITIES = (92, 85, 75, 60, 45, 30)
"""Tried in turn until the file is small enough."""
BLUR_AT = 90
"""Pixels; the short side at which a surround is blurred, because there it takes no time."""
BLUR_RADIUS = 5
DIMMED_TO = 0.8
"""How bright a blurred surround is, so that the picture stands out from it."""
EDGE_SHARE = 25
"""One part in so many of a side is its edge."""
CROP_STEPS = 24
"""How many places are compared for a cut."""


def develop(path: Path, signature: Signature, recipe: ImageRecipe, target: Path) -> None:
    """Write the picture to `target`.

    Raises:
        UnreadableMediaError: the image is broken, or cannot be made small enough.
    """
    with opened(path, signature) as image:
        side = max(recipe.width, recipe.height)
        image.draft(None, (side, side))
        picture = in_srgb(ImageOps.exif_transpose(image))
    fitted = _fitted(picture, recipe)
    for quality in QUALITIES:
        buffer = io.BytesIO()
        fitted.save(buffer, "JPEG", quality=quality, optimize=True, progressive=False, subsampling="4:2:0")
        if buffer.tell() <= recipe.max_bytes:
            target.write_bytes(buffer.getvalue())
            return
    raise UnreadableMediaError(f"it cannot be made smaller than {recipe.max_bytes / 1e6:g} MB")


def in_srgb(image: Image.Image) -> Image.Image:
    """Return the image in 8-bit sRGB, what is transparent in white."""
    if image.mode.startswith("I"):
        # Pillow would cut off what is above 255 instead of scaling it down.
        return image.convert("I").point(lambda value: value * (1 / 257)).convert("L").convert("RGB")
    coloured = _by_profile(image)
    if not coloured.has_transparency_data:
        return coloured.convert("RGB")
    layer = coloured.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer)
    return paper


def _by_profile(image: Image.Image) -> Image.Image:
    profile: bytes | None = image.info.get("icc_profile")
    if profile is None or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    try:
        converted = ImageCms.profileToProfile(
            image.convert("RGB") if alpha else image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError):  # a profile for other pixels, or a broken one: as without it
        return image
    if converted is None:
        return image
    if alpha:
        converted.putalpha(alpha)
    return converted


def _fitted(picture: Image.Image, recipe: ImageRecipe) -> Image.Image:
    size = (recipe.width, recipe.height)
    match recipe.fit:
        case Fit.AS_IS:
            return picture.resize(size, Image.Resampling.LANCZOS)
        case Fit.CROP:
            return picture.crop(best_cut([picture], recipe.width / recipe.height)).resize(
                size, Image.Resampling.LANCZOS
            )
        case Fit.BLUR:
            return _before(_blurred(picture, size), picture)
        case Fit.COLOUR:
            return _before(Image.new("RGB", size, edge_colour(picture)), picture)


def _before(surround: Image.Image, picture: Image.Image) -> Image.Image:
    whole = ImageOps.contain(picture, surround.size, Image.Resampling.LANCZOS)
    surround.paste(whole, ((surround.width - whole.width) // 2, (surround.height - whole.height) // 2))
    return surround


def _blurred(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    scale = BLUR_AT / min(size)
    small = ImageOps.fit(picture, (max(1, round(size[0] * scale)), max(1, round(size[1] * scale))))
    soft = small.filter(ImageFilter.GaussianBlur(BLUR_RADIUS)).point(lambda value: value * DIMMED_TO)
    return soft.resize(size, Image.Resampling.BICUBIC)


def edge_colour(picture: Image.Image) -> tuple[int, int, int]:
    """Return the mean colour along the four sides of an RGB picture."""
    width, height = picture.size
    across, down = max(1, width // EDGE_SHARE), max(1, height // EDGE_SHARE)
    inner = (across, down, max(across + 1, width - across), max(down + 1, height - down))
    edge = Image.new("L", picture.size, 255)
    edge.paste(0, inner)
    if edge.getextrema() == (0, 0):
        edge = Image.new("L", picture.size, 255)
    red, green, blue = ImageStat.Stat(picture, edge).mean
    return round(red), round(green), round(blue)


def best_cut(pictures: Sequence[Image.Image], ratio: float) -> tuple[int, int, int, int]:
    """Return the box of this ratio in which most is to be seen, measured by the entropy of its edges.

    Of several pictures of one size, it is the box that shows most of all of them together.
    """
    width, height = pictures[0].size
    is_wider = width / height > ratio
    cut = (
        (min(width, round(height * ratio)), height)
        if is_wider
        else (width, min(height, round(width / ratio)))
    )
    room = width - cut[0] if is_wider else height - cut[1]
    starts = sorted({round(room * step / CROP_STEPS) for step in range(CROP_STEPS + 1)})
    details = [_detail(picture) for picture in pictures]
    scale = details[0].width / width

    def seen(start: int) -> tuple[float, float]:
        left, top = (start, 0) if is_wider else (0, start)
        box = (left * scale, top * scale, (left + cut[0]) * scale, (top + cut[1]) * scale)
        whole = (int(box[0]), int(box[1]), max(1, int(box[2])), max(1, int(box[3])))
        entropy = sum(detail.crop(whole).entropy() for detail in details)
        # Of two that show as much, the one nearer to the middle.
        return round(entropy, 2), -abs(start - room / 2)

    start = max(starts, key=seen)
    left, top = (start, 0) if is_wider else (0, start)
    return left, top, left + cut[0], top + cut[1]


def _detail(picture: Image.Image) -> Image.Image:
    small = ImageOps.contain(picture.convert("L"), (256, 256), Image.Resampling.BILINEAR)
    soft = small.filter(ImageFilter.GaussianBlur(2))
    return ImageChops.difference(small, soft)
