"""Places by the sea: sky, water, ridges, dunes, and lights across a harbour."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name numpy, which is not installed.

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from sandbox.samples.light import (
    Color,
    Size,
    bokeh,
    contrasted,
    developed,
    dimmed,
    falloff,
    glow,
    gradient,
    mixed,
    noise,
    tinted,
)

Stops = Sequence[tuple[float, Color]]

DAWN: Stops = ((0, (52, 74, 122)), (0.3, (132, 128, 170)), (0.48, (236, 164, 142)), (0.58, (255, 206, 148)))
DUSK: Stops = ((0, (10, 18, 48)), (0.35, (30, 52, 104)), (0.55, (92, 112, 160)), (0.64, (196, 160, 164)))
NOON: Stops = ((0, (74, 140, 196)), (0.4, (150, 196, 222)), (0.6, (222, 236, 236)))


def dawn_over_water(rng: random.Random, size: Size) -> Image.Image:
    """Return a sunrise over an open bay."""
    horizon = 0.56
    picture = clouded(rng, gradient(size, DAWN), (255, 196, 170), above=horizon)
    sun = (size[0] * 0.62, size[1] * (horizon - 0.035))
    picture = glow(picture, sun, size[0] * 0.75, (255, 170, 96), 0.85)
    picture = glow(picture, sun, size[0] * 0.11, (255, 246, 214), 1.0)
    picture = sea(rng, picture, horizon, shine=(255, 214, 160), sun_x=sun[0])
    picture = headland(rng, picture, horizon, (62, 58, 92), height=0.055)
    return developed(rng, picture)


def blue_hour(rng: random.Random, size: Size) -> Image.Image:
    """Return the sea after sunset: stars, the moon, a lighthouse that has just been lit."""
    horizon = 0.63
    picture = gradient(size, DUSK)
    stars = ImageDraw.Draw(picture)
    for _ in range(240):
        x, y = rng.uniform(0, size[0]), rng.uniform(0, size[1] * 0.42)
        light = round(rng.uniform(90, 235) * (1 - y / (size[1] * 0.5)))
        stars.ellipse(
            (x, y, x + rng.uniform(0.5, 2.6), y + rng.uniform(0.5, 2.6)),
            fill=(light, light, min(light + 20, 255)),
        )
    moon = (size[0] * 0.27, size[1] * 0.19)
    picture = glow(picture, moon, size[0] * 0.34, (150, 176, 230), 0.6)
    radius = size[0] * 0.046
    draw = ImageDraw.Draw(picture)
    draw.ellipse(
        (moon[0] - radius, moon[1] - radius, moon[0] + radius, moon[1] + radius), fill=(246, 242, 226)
    )
    picture = sea(rng, picture, horizon, shine=(206, 196, 214), sun_x=moon[0])
    picture = headland(rng, picture, horizon, (14, 20, 40), height=0.09)
    lamp = (size[0] * 0.79, size[1] * (horizon - 0.155))
    _lighthouse(picture, lamp, size[1] * (horizon - 0.055))
    picture = glow(picture, lamp, size[0] * 0.3, (255, 206, 130), 0.95)
    picture = glow(picture, lamp, size[0] * 0.05, (255, 250, 226), 1.0)
    return developed(rng, picture, grain=0.09)


def misty_ridges(rng: random.Random, size: Size) -> Image.Image:
    """Return one hill behind the other in morning mist."""
    picture = misty_sky(size)
    for hill, mask in ridges(rng, size):
        picture = Image.composite(hill, picture, mask)
    return developed(rng, picture)


def dunes(rng: random.Random, size: Size) -> Image.Image:
    """Return dunes under a clear noon sky."""
    picture = clouded(rng, gradient(size, NOON), (255, 255, 255), above=0.4, cover=150)
    sand: Sequence[tuple[Color, Color]] = (
        ((232, 206, 168), (206, 168, 124)),
        ((240, 210, 162), (196, 146, 98)),
        ((226, 178, 122), (150, 98, 62)),
        ((198, 142, 92), (104, 64, 44)),
    )
    for index, (crest, foot) in enumerate(sand):
        level = 0.42 + 0.135 * index
        mask = _below(
            _profile(
                rng, size[0], level * size[1], size[1] * 0.04, size[0] * rng.uniform(1.1, 1.7), octaves=2
            ),
            size,
        )
        slope = gradient(size, ((level - 0.05, crest), (level + 0.22, foot)))
        ripples = noise(rng, size, (round(size[0] * 0.9), 26 + 14 * index), octaves=2)
        slope = tinted(slope, foot, contrasted(ripples, 118, 190, strength=0.45))
        picture = Image.composite(slope, picture, mask.filter(ImageFilter.GaussianBlur(1.2)))
    return developed(rng, picture, vignette=0.22)


def harbour_lights(rng: random.Random, size: Size) -> Image.Image:
    """Return a harbour at night, out of focus, with its lights in the water."""
    picture = gradient(size, ((0, (8, 14, 34)), (0.5, (24, 40, 72)), (0.56, (38, 54, 86)), (1, (6, 12, 28))))
    lamps = ((255, 184, 92), (255, 128, 84), (255, 226, 170), (120, 190, 255), (255, 96, 120))
    lights = bokeh(rng, size, lamps, count=46, radii=(size[0] * 0.02, size[0] * 0.055), band=(0.4, 0.52))
    below = ImageChops.offset(lights.transpose(Image.Transpose.FLIP_TOP_BOTTOM), 0, round(size[1] * 0.1))
    streaks = below.resize((size[0], size[1] // 30)).resize(size, Image.Resampling.BICUBIC)
    streaks = streaks.filter(ImageFilter.GaussianBlur(7))
    waves = contrasted(noise(rng, size, (size[0] // 3, 18), octaves=2), 70, 190)
    streaks = ImageChops.multiply(streaks, Image.merge("RGB", (waves, waves, waves)))
    water = Image.new("L", size)
    water.paste(255, (0, round(size[1] * 0.525), *size))
    picture = Image.composite(ImageChops.screen(picture, ImageChops.add(streaks, streaks)), picture, water)
    picture = ImageChops.screen(picture, lights)
    near = bokeh(rng, size, lamps, count=9, radii=(size[0] * 0.08, size[0] * 0.16), band=(0.02, 0.98))
    return developed(rng, ImageChops.screen(picture, dimmed(near, 0.5)), grain=0.09)


def clouded(
    rng: random.Random, sky: Image.Image, color: Color, *, above: float, cover: int = 128
) -> Image.Image:
    """Return the sky with long clouds that thin out towards the top; `cover` is lower for more of them."""
    size = sky.size
    shapes = noise(rng, size, (round(size[0] * 0.8), round(size[1] * 0.07)), octaves=5)
    veil = contrasted(shapes, cover, cover + 70, strength=0.7)
    fade = gradient(
        size, ((0.08, (40, 40, 40)), (above * 0.75, (255, 255, 255)), (above, (90, 90, 90)))
    ).convert("L")
    return tinted(sky, color, ImageChops.multiply(veil, fade))


def sea(rng: random.Random, sky: Image.Image, horizon: float, *, shine: Color, sun_x: float) -> Image.Image:
    """Return the sky with water below the horizon (a share of the height) that mirrors it."""
    width, height = sky.size
    top = round(height * horizon)
    depth = height - top
    mirrored = sky.crop((0, max(0, top - depth), width, top)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    water = mirrored.resize((width, depth)).filter(ImageFilter.GaussianBlur(9))
    deep = gradient((width, depth), ((0, (255, 255, 255)), (1, (104, 124, 150))))
    water = ImageChops.multiply(water, deep)
    glints = ImageChops.lighter(
        _receding(noise(rng, (width, depth), (width // 5, 12), octaves=2)),
        _receding(noise(rng, (width, depth), (width // 9, 7), octaves=2)),
    )
    troughs = contrasted(ImageChops.invert(glints), 110, 190, strength=0.4)
    water = tinted(water, mixed((0, 0, 0), (40, 60, 96), 0.8), troughs)
    mask = Image.new("L", (width, depth))
    mask.paste(
        falloff(1.1).resize((round(width * 0.9), depth * 3)),
        (round(sun_x - width * 0.45), -round(depth * 1.35)),
    )
    water = tinted(water, shine, ImageChops.multiply(contrasted(glints, 128, 180), mask))
    picture = sky.copy()
    picture.paste(water, (0, top))
    return picture


def ridge(
    rng: random.Random, size: Size, level: float, color: Color, *, rough: float
) -> tuple[Image.Image, Image.Image]:
    """Return a hill line with mist at its foot, and the mask that says where it is."""
    outline = _profile(rng, size[0], level * size[1], size[1] * rough, size[1] * rng.uniform(0.4, 0.62))
    foot = mixed(color, (236, 226, 214), 0.55)
    hill = gradient(size, ((level - 0.06, color), (level + 0.16, foot)))
    return hill, _below(outline, size).filter(ImageFilter.GaussianBlur(1.5))


def ridges(rng: random.Random, size: Size) -> list[tuple[Image.Image, Image.Image]]:
    """Return six hill lines with their masks, from the farthest to the nearest."""
    far, near = (178, 190, 206), (18, 46, 52)
    return [
        ridge(
            rng,
            size,
            0.36 + 0.115 * index,
            mixed(far, near, (index / 5) ** 0.8),
            rough=0.022 + 0.004 * index,
        )
        for index in range(6)
    ]


def misty_sky(size: Size) -> Image.Image:
    """Return a pale morning sky."""
    picture = gradient(size, ((0, (148, 178, 206)), (0.3, (214, 222, 222)), (0.5, (250, 228, 200))))
    return glow(picture, (size[0] * 0.3, size[1] * 0.3), size[0] * 0.6, (255, 226, 180), 0.8)


def headland(
    rng: random.Random, picture: Image.Image, horizon: float, color: Color, *, height: float
) -> Image.Image:
    """Return the picture with a dark spit of land on the right of the horizon."""
    size = picture.size
    base = horizon * size[1]
    crest = _profile(rng, size[0], base, size[1] * 0.012, size[0] * 0.22)
    outline = [
        min(y - height * size[1] * max(0.0, math.sin((x / size[0] - 0.45) * 2.6)) ** 1.2, base + 2)
        if x > size[0] * 0.45
        else base + 2
        for x, y in enumerate(crest)
    ]
    draw = ImageDraw.Draw(picture)
    draw.polygon([*enumerate(outline), (size[0], base + 2), (0, base + 2)], fill=color)
    return picture


def _lighthouse(picture: Image.Image, lamp: tuple[float, float], foot: float) -> None:
    draw = ImageDraw.Draw(picture)
    x, y = lamp
    draw.polygon([(x - 7, y + 8), (x + 7, y + 8), (x + 13, foot), (x - 13, foot)], fill=(26, 30, 50))
    draw.rectangle((x - 9, y - 8, x + 9, y + 10), fill=(34, 38, 60))


def _profile(
    rng: random.Random, width: int, level: float, height: float, wave: float, *, octaves: int = 5
) -> list[float]:
    """Return the height in pixels of a natural line at each column; more octaves make it more jagged."""
    phases = [(rng.uniform(0, math.tau), rng.uniform(0.7, 1.4)) for _ in range(octaves)]
    return [
        level
        + height
        * sum(
            math.sin(x / wave * math.tau * pace * 2.1**octave + phase) / 2.5**octave
            for octave, (phase, pace) in enumerate(phases)
        )
        for x in range(width)
    ]


def _below(outline: Sequence[float], size: Size) -> Image.Image:
    mask = Image.new("L", size)
    ImageDraw.Draw(mask).polygon([(0, size[1]), *enumerate(outline), (size[0], size[1])], fill=255)
    return mask


def _receding(waves: Image.Image) -> Image.Image:
    """Return waves that get finer towards the top, as seen over the water."""
    width, height = waves.size
    picture = Image.new("L", waves.size)
    bands = 24
    for band in range(bands):
        top, bottom = (round(height * (edge / bands) ** 1.8) for edge in (band, band + 1))
        strip = waves.crop((0, round(height * band / bands), width, round(height * (band + 1) / bands)))
        picture.paste(strip.resize((width, max(1, bottom - top))), (0, top))
    return picture
