"""Light, air and grain: what makes a drawn picture look like a photograph."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name numpy, which is not installed.

import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Color = tuple[int, int, int]
Size = tuple[int, int]


def gradient(size: Size, stops: Sequence[tuple[float, Color]]) -> Image.Image:
    """Return a vertical gradient through colours at heights from 0 (top) to 1 (bottom)."""
    steps = 256
    column = Image.new("RGB", (1, steps))
    for row in range(steps):
        column.putpixel((0, row), _between(stops, row / (steps - 1)))
    return column.resize(size, Image.Resampling.BICUBIC)


def mixed(one: Color, other: Color, share: float) -> Color:
    """Return the colour that lies this share of the way from one to the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def noise(rng: random.Random, size: Size, cell: Size, *, octaves: int = 4) -> Image.Image:
    """Return soft grey noise whose largest patches have the size of a cell; finer ones lie on top."""
    total: Image.Image | None = None
    for octave in range(octaves):
        columns = max(2, size[0] * 2**octave // cell[0])
        rows = max(2, size[1] * 2**octave // cell[1])
        layer = Image.frombytes("L", (columns, rows), rng.randbytes(columns * rows))
        layer = layer.resize(size, Image.Resampling.BICUBIC)
        total = layer if total is None else Image.blend(total, layer, 0.5 / (octave + 0.5))
    return total if total is not None else Image.new("L", size, 128)


def contrasted(mask: Image.Image, low: int, high: int, *, strength: float = 1.0) -> Image.Image:
    """Return a mask that is black below `low`, full above `high`, and rises in between."""
    return mask.point(
        [round(min(max((value - low) / (high - low), 0.0), 1.0) * 255 * strength) for value in range(256)]
    )


def dimmed(image: Image.Image, share: float) -> Image.Image:
    """Return the image with this share of its brightness."""
    return image.point([round(value * share) for value in range(256)] * len(image.getbands()))


def tinted(image: Image.Image, color: Color, mask: Image.Image) -> Image.Image:
    """Return the image painted with a colour where the mask is white."""
    return Image.composite(Image.new("RGB", image.size, color), image, mask)


def glow(
    image: Image.Image, center: tuple[float, float], radius: float, color: Color, strength: float = 1.0
) -> Image.Image:
    """Return the image with light added around a point; centre and radius are in pixels."""
    side = round(radius * 2)
    spot = falloff(2.0, strength=strength).resize((side, side), Image.Resampling.BICUBIC)
    mask = Image.new("L", image.size)
    mask.paste(spot, (round(center[0] - radius), round(center[1] - radius)))
    light = tinted(Image.new("RGB", image.size), color, mask)
    return ImageChops.screen(image, light)


def falloff(power: float, *, strength: float = 1.0) -> Image.Image:
    """Return a square mask that is white in the middle and falls to black at its inscribed circle."""
    # Pillow's radial gradient reaches 255 in the corners: the circle lies at 255 / sqrt(2).
    shares = [max(0.0, 1 - value / 180) for value in range(256)]
    return Image.radial_gradient("L").point([round(share**power * 255 * strength) for share in shares])


def bokeh(
    rng: random.Random,
    size: Size,
    colors: Sequence[Color],
    *,
    count: int,
    radii: tuple[float, float],
    band: tuple[float, float],
) -> Image.Image:
    """Return blurred discs of light on black, between two heights (0 top to 1 bottom), to be screened on."""
    layer = Image.new("RGB", size)
    for _ in range(count):
        radius = rng.uniform(*radii)
        x, y = rng.uniform(-radius, size[0] + radius), rng.uniform(*band) * size[1]
        color = mixed((0, 0, 0), rng.choice(colors), rng.uniform(0.25, 0.8))
        side = round(radius * 2)
        disc = Image.new("RGB", (side, side))
        rim = mixed(color, (255, 255, 255), 0.18)
        around = (0, 0, side - 1, side - 1)
        ImageDraw.Draw(disc).ellipse(around, fill=color, outline=rim, width=max(1, side // 32))
        box = (round(x - radius), round(y - radius), round(x - radius) + side, round(y - radius) + side)
        layer.paste(ImageChops.screen(layer.crop(box), disc), box[:2])
    return layer.filter(ImageFilter.GaussianBlur(radii[0] / 9))


def developed(
    rng: random.Random, image: Image.Image, *, grain: float = 0.06, vignette: float = 0.32
) -> Image.Image:
    """Return the picture as a camera would: a little darker in the corners, with grain."""
    size = image.size
    corners = Image.radial_gradient("L").resize(size, Image.Resampling.BICUBIC)
    shade = corners.point([round(255 * (1 - vignette * (v / 255) ** 2.2)) for v in range(256)])
    image = ImageChops.multiply(image, Image.merge("RGB", (shade, shade, shade)))
    speckle = Image.frombytes("L", size, rng.randbytes(size[0] * size[1])).filter(
        ImageFilter.GaussianBlur(0.6)
    )
    speckle = speckle.point([round(128 + (v - 128) * grain * 2) for v in range(256)])
    return ImageChops.overlay(image, Image.merge("RGB", (speckle, speckle, speckle)))


def _between(stops: Sequence[tuple[float, Color]], at: float) -> Color:
    low, high = stops[0], stops[-1]
    for stop in stops:
        if stop[0] <= at:
            low = stop
        else:
            high = stop
            break
    if high[0] <= low[0]:
        return low[1]
    return mixed(low[1], high[1], min(max((at - low[0]) / (high[0] - low[0]), 0.0), 1.0))
