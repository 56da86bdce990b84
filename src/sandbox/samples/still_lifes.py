"""What lies about in a workshop: glaze tiles, thread, coffee, light on a wall, lights in the evening."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name numpy, which is not installed.

import math
import random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from sandbox.samples.light import (
    Color,
    Size,
    bokeh,
    contrasted,
    developed,
    dimmed,
    glow,
    gradient,
    mixed,
    noise,
    tinted,
)
from sandbox.samples.pottery import planks, shading


def glaze_tests(rng: random.Random, size: Size) -> Image.Image:
    """Return round test tiles of every glaze on a slate, from above."""
    picture = tinted(
        gradient(size, ((0, (64, 68, 74)), (1, (38, 41, 47)))),
        (92, 96, 102),
        contrasted(noise(rng, size, (420, 60), octaves=5), 120, 220, strength=0.5),
    )
    glazes = (
        (74, 122, 140),
        (196, 110, 76),
        (224, 206, 168),
        (58, 92, 74),
        (148, 164, 176),
        (214, 156, 92),
        (110, 70, 76),
        (232, 226, 214),
    )
    columns = 4
    step = size[0] / columns
    rows = math.ceil(size[1] / step)
    for row in range(rows):
        for column in range(columns):
            center = (step * (column + 0.5) + rng.uniform(-8, 8), step * (row + 0.5) + rng.uniform(-8, 8))
            _tile(rng, picture, center, step * 0.4, rng.choice(glazes))
    return developed(rng, picture, vignette=0.4)


def morning_coffee(rng: random.Random, size: Size) -> Image.Image:
    """Return a cup of coffee from above, on a wooden table in low light."""
    picture = planks(rng, size, (150, 106, 70))
    center, radius = (size[0] * 0.53, size[1] * 0.52), size[0] * 0.3
    _disc(picture, center, radius * 1.42, (226, 218, 204), shadow=True)
    _disc(picture, center, radius * 1.3, (238, 231, 218), shadow=False)
    _disc(picture, center, radius * 0.92, (222, 214, 200), shadow=True)
    _disc(picture, center, radius * 0.82, (92, 54, 30), shadow=False)
    _disc(picture, center, radius * 0.66, (176, 116, 68), shadow=False, soft=26)
    for ring in range(5):
        y = center[1] - radius * 0.36 + radius * 0.17 * ring
        reach = radius * (0.16 + 0.075 * ring)
        _disc(
            picture,
            (center[0], y),
            reach,
            (238, 214, 178) if ring % 2 == 0 else (168, 108, 62),
            shadow=False,
            soft=9,
        )
    picture = glow(picture, (size[0] * 0.1, size[1] * 0.12), size[0] * 0.9, (255, 206, 140), 0.42)
    return developed(rng, picture, vignette=0.5)


def window_shadow(rng: random.Random, size: Size) -> Image.Image:
    """Return the shadow of a plant and a window's bars on a plastered wall."""
    wall = gradient(size, ((0, (238, 214, 184)), (1, (206, 168, 138))))
    wall = tinted(
        wall, (190, 152, 124), contrasted(noise(rng, size, (260, 260), octaves=6), 120, 235, strength=0.5)
    )
    light = Image.new("L", size)
    draw = ImageDraw.Draw(light)
    slant, pane, bar = size[0] * 0.16, size[0] * 0.31, size[0] * 0.045
    for row in range(3):
        for column in range(2):
            left = size[0] * 0.16 + column * (pane + bar)
            top = size[1] * 0.14 + row * (pane * 1.35 + bar) + column * slant * 0.55
            corners = (
                (left, top),
                (left + pane, top + slant * 0.5),
                (left + pane, top + slant * 0.5 + pane * 1.35),
                (left, top + pane * 1.35),
            )
            draw.polygon(corners, fill=255)
    for _ in range(5):
        _frond(
            rng,
            draw,
            (size[0] * rng.uniform(0.7, 1.05), size[1] * rng.uniform(0.86, 1.02)),
            size[0] * rng.uniform(0.6, 0.95),
        )
    light = light.filter(ImageFilter.GaussianBlur(size[0] / 150))
    dark = ImageChops.multiply(wall, Image.new("RGB", size, (138, 126, 140)))
    lit = ImageChops.screen(wall, Image.new("RGB", size, (46, 30, 8)))
    return developed(rng, Image.composite(lit, dark, light), vignette=0.25)


def string_lights(rng: random.Random, size: Size) -> Image.Image:
    """Return the workshop's lights in the evening, far out of focus."""
    picture = gradient(size, ((0, (34, 20, 34)), (0.6, (62, 36, 40)), (1, (26, 16, 24))))
    warm = ((255, 178, 84), (255, 206, 138), (255, 142, 70), (255, 112, 96))
    for count, radii, band in ((34, (0.018, 0.04), (0.12, 0.62)), (16, (0.06, 0.12), (0.05, 0.9))):
        layer = bokeh(rng, size, warm, count=count, radii=(radii[0] * size[0], radii[1] * size[0]), band=band)
        picture = ImageChops.screen(picture, layer)
    return developed(rng, picture, grain=0.09)


def thread_spools(rng: random.Random, size: Size) -> Image.Image:
    """Return rows of thread in all colours."""
    picture = gradient(size, ((0, (70, 52, 42)), (1, (44, 32, 28))))
    colors = (
        (198, 84, 72),
        (226, 150, 74),
        (238, 206, 130),
        (112, 142, 96),
        (64, 112, 122),
        (72, 86, 134),
        (142, 98, 140),
        (222, 206, 190),
    )
    columns, rows = 4, 6
    wide, high = size[0] / columns, size[1] / rows
    for row in range(rows):
        for column in range(columns):
            base = colors[(column * 3 + row * 5) % len(colors)]
            box = (
                round(column * wide + wide * 0.07),
                round(row * high + high * 0.06),
                round((column + 1) * wide - wide * 0.07),
                round((row + 1) * high - high * 0.06),
            )
            _spool(rng, picture, box, base)
    picture = glow(picture, (size[0] * 0.12, size[1] * 0.2), size[0] * 0.95, (255, 220, 170), 0.3)
    return developed(rng, picture, vignette=0.45)


def _tile(
    rng: random.Random, picture: Image.Image, center: tuple[float, float], radius: float, glaze: Color
) -> None:
    _disc(picture, center, radius, mixed(glaze, (150, 112, 84), 0.35), shadow=True)
    _disc(picture, center, radius * 0.92, glaze, shadow=False, soft=3)
    pool = (center[0] + radius * 0.1, center[1] + radius * 0.12)
    deep = mixed(glaze, (20, 24, 34), 0.42)
    _disc(picture, pool, radius * rng.uniform(0.3, 0.6), deep, shadow=False, soft=22)
    gleam = (center[0] - radius * 0.36, center[1] - radius * 0.42)
    _disc(picture, gleam, radius * 0.1, mixed(glaze, (255, 250, 240), 0.8), shadow=False, soft=12)


def _disc(
    picture: Image.Image,
    center: tuple[float, float],
    radius: float,
    color: Color,
    *,
    shadow: bool,
    soft: float = 1.2,
) -> None:
    margin = radius * 0.5 + soft * 3
    left, top = round(center[0] - radius - margin), round(center[1] - radius - margin)
    side = round((radius + margin) * 2)
    patch = picture.crop((left, top, left + side, top + side))
    around = (margin, margin, side - margin, side - margin)
    if shadow:
        shift = radius * 0.13
        below = Image.new("L", patch.size)
        ImageDraw.Draw(below).ellipse([edge + shift for edge in around], fill=190)
        patch = tinted(patch, (14, 10, 10), below.filter(ImageFilter.GaussianBlur(radius * 0.09 + 4)))
    mask = Image.new("L", patch.size)
    ImageDraw.Draw(mask).ellipse(around, fill=255)
    picture.paste(tinted(patch, color, mask.filter(ImageFilter.GaussianBlur(soft))), (left, top))


def _frond(rng: random.Random, draw: ImageDraw.ImageDraw, root: tuple[float, float], length: float) -> None:
    lean = rng.uniform(-2.2, -1.3)
    x, y = root
    for step in range(18):
        share = step / 17
        angle = lean + 0.5 * share * (-1 if lean < -math.pi / 2 else 1)
        x, y = x + math.cos(angle) * length / 17, y + math.sin(angle) * length / 17
        leaf = length * 0.28 * math.sin(math.pi * (0.12 + 0.85 * share))
        for side in (-1, 1):
            tip_angle = angle + side * 1.05
            tip = (x + math.cos(tip_angle) * leaf, y + math.sin(tip_angle) * leaf)
            waist = (x + math.cos(tip_angle + 0.3) * leaf * 0.5, y + math.sin(tip_angle + 0.3) * leaf * 0.5)
            other = (x + math.cos(tip_angle - 0.3) * leaf * 0.5, y + math.sin(tip_angle - 0.3) * leaf * 0.5)
            draw.polygon([(x, y), waist, tip, other], fill=0)


def _spool(rng: random.Random, picture: Image.Image, box: tuple[int, int, int, int], color: Color) -> None:
    wide, high = box[2] - box[0], box[3] - box[1]
    body = shading(color).resize((wide, high))
    winding = (
        Image.linear_gradient("L").resize((wide, 9)).point([round(abs(v - 128) * 2) for v in range(256)])
    )
    threads = Image.new("L", (wide, high))
    for row in range(0, high, 9):
        threads.paste(winding, (0, row))
    body = tinted(body, mixed(color, (20, 12, 14), 0.6), dimmed(threads, 0.42))
    loose = contrasted(noise(rng, (wide, high), (wide, 12), octaves=2), 150, 220, strength=0.3)
    body = tinted(body, mixed(color, (255, 255, 255), 0.4), loose)
    for top in (0, high - round(high * 0.09)):
        cap = shading((178, 132, 88)).resize((wide, round(high * 0.09)))
        body.paste(cap, (0, top))
    patch = picture.crop((box[0], box[1], box[2] + 40, box[3] + 40))
    shade = Image.new("L", patch.size)
    ImageDraw.Draw(shade).rectangle((10, 14, wide + 16, high + 18), fill=190)
    picture.paste(tinted(patch, (10, 6, 6), shade.filter(ImageFilter.GaussianBlur(12))), box[:2])
    picture.paste(body, box[:2])
