"""Things on a table: what a small pottery makes, and what lies about in its workshop."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name numpy, which is not installed.

import dataclasses
import math
import random
from collections.abc import Callable, Sequence

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

Profile = Callable[[float], float]
"""Half the width of a turned piece, as a share of its largest, at a height from 0 (top) to 1 (foot)."""


def vase(at: float) -> float:
    """Return the profile of a bellied vase with a narrow neck."""
    belly = math.exp(-(((at - 0.64) / 0.3) ** 2))
    lip = 0.1 * math.exp(-((at / 0.035) ** 2))
    return 0.27 + 0.73 * belly + lip - 0.16 * max(0.0, at - 0.88) / 0.12


def bottle(at: float) -> float:
    """Return the profile of a tall bottle."""
    shoulder = 1 / (1 + math.exp(-(at - 0.4) * 26))
    return 0.3 + 0.7 * shoulder + 0.06 * math.exp(-((at / 0.02) ** 2))


def bowl(at: float) -> float:
    """Return the profile of an open bowl on a foot ring."""
    foot_ring = 0.93
    return math.sqrt(1 - (at * foot_ring) ** 2.6) if at < foot_ring else 0.4


def cup(at: float) -> float:
    """Return the profile of a cup that narrows a little to its foot."""
    return 1 - 0.12 * at - 0.3 * max(0.0, at - 0.86) / 0.14


def candle(_at: float) -> float:
    """Return the profile of a straight candle."""
    return 1.0


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A turned piece and where it stands; all lengths are shares of the picture's width."""

    profile: Profile
    x: float
    width: float
    height: float
    color: Color
    dip: Color | None = None
    """Glaze of the upper part."""
    inside: bool = False
    """Whether one looks into it from above."""


def still_life(
    rng: random.Random, size: Size, pieces: Sequence[Piece], *, wall: Color, table: Color, edge: float = 0.72
) -> Image.Image:
    """Return pieces on a table by a window on the left; `edge` is the height of the table's far edge."""
    picture = _room(rng, size, wall=wall, table=table, edge=edge)
    for piece in pieces:
        foot = size[1] * (edge + 0.1)
        picture = _shadow(picture, piece, foot)
        _stand(rng, picture, piece, foot)
    return developed(rng, picture)


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
    picture = _planks(rng, size, (150, 106, 70))
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


def _room(rng: random.Random, size: Size, *, wall: Color, table: Color, edge: float) -> Image.Image:
    top = round(size[1] * edge)
    picture = gradient(
        size, ((0, mixed(wall, (255, 255, 255), 0.12)), (edge, mixed(wall, (30, 24, 30), 0.18)))
    )
    plaster = noise(rng, size, (round(size[0] * 0.5), round(size[0] * 0.5)), octaves=5)
    picture = tinted(picture, mixed(wall, (20, 16, 20), 0.3), contrasted(plaster, 128, 235, strength=0.3))
    boards = _planks(rng, (size[0], size[1] - top), table)
    picture.paste(boards, (0, top))
    line = Image.new("L", size)
    ImageDraw.Draw(line).rectangle((0, top - 5, size[0], top + 3), fill=90)
    picture = tinted(picture, (20, 16, 16), line.filter(ImageFilter.GaussianBlur(5)))
    return glow(picture, (-size[0] * 0.05, size[1] * 0.15), size[0] * 1.15, (255, 236, 204), 0.5)


def _planks(rng: random.Random, size: Size, color: Color) -> Image.Image:
    boards = gradient(size, ((0, mixed(color, (255, 240, 220), 0.14)), (1, mixed(color, (30, 20, 14), 0.3))))
    for cell, strength in (((size[0] * 2, 26), 0.5), ((size[0], 7), 0.3)):
        fibres = noise(rng, size, cell, octaves=3)
        boards = tinted(
            boards, mixed(color, (34, 20, 12), 0.55), contrasted(fibres, 118, 205, strength=strength)
        )
    return boards


def _stand(rng: random.Random, picture: Image.Image, piece: Piece, foot: float) -> None:
    wide, high = round(piece.width * picture.width), round(piece.height * picture.width)
    left, top = round(piece.x * picture.width - wide / 2), round(foot - high)
    pad = 14
    body = Image.new("RGB", (wide + 2 * pad, high + 2 * pad))
    mask = Image.new("L", body.size)
    lip = _rim(piece, wide)
    strips = {False: _shading(piece.color), True: _shading(piece.dip or piece.color)}
    for row in range(high):
        half = piece.profile(row / high) * wide / 2
        line = round(half * 2)
        if line < 1:
            continue
        dipped = row < high * 0.46 + 5 * math.sin(row / 9)
        body.paste(strips[dipped].resize((line, 1)), (round(pad + wide / 2 - half), pad + row))
        mask.paste(
            255, (round(pad + wide / 2 - half), pad + row, round(pad + wide / 2 + half), pad + row + 1)
        )
    draw = ImageDraw.Draw(mask)
    base = piece.profile(0.999) * wide / 2
    draw.ellipse(
        (pad + wide / 2 - base, pad + high - base * 0.12, pad + wide / 2 + base, pad + high + base * 0.12),
        fill=255,
    )
    body.paste(strips[False].resize((wide, pad * 2)), (pad, high))
    speckles = contrasted(noise(rng, body.size, (9, 9), octaves=2), 186, 226, strength=0.35)
    body = tinted(body, mixed(piece.color, (30, 24, 22), 0.6), speckles)
    if piece.inside:
        _look_inside(body, mask, piece, (pad, pad, wide, lip))
    picture.paste(body, (left - pad, top - pad), mask.filter(ImageFilter.GaussianBlur(0.8)))


def _rim(piece: Piece, wide: int) -> float:
    return piece.profile(0.0) * wide / 2


def _look_inside(
    body: Image.Image, mask: Image.Image, piece: Piece, place: tuple[int, int, int, float]
) -> None:
    left, top, wide, half = place
    color = piece.dip or piece.color
    middle = left + wide / 2
    outer = (middle - half, top - half * 0.13, middle + half, top + half * 0.13)
    ImageDraw.Draw(mask).ellipse(outer, fill=255)
    draw = ImageDraw.Draw(body)
    draw.ellipse(outer, fill=mixed(color, (255, 250, 240), 0.35))
    draw.ellipse(
        (outer[0] + 5, outer[1] + 3, outer[2] - 5, outer[3] - 2), fill=mixed(color, (20, 14, 12), 0.55)
    )


def _shading(color: Color) -> Image.Image:
    """Return a strip of one pixel's height, lit as a cylinder by a window on the left."""
    strip = Image.new("RGB", (200, 1))
    for x in range(200):
        angle = (x / 199 * 2 - 1) * 0.999
        facing = math.sqrt(1 - angle * angle) * 0.72 - angle * 0.62
        light = max(0.0, facing) ** 0.9
        shade = mixed(mixed(color, (24, 18, 26), 0.74), mixed(color, (255, 246, 232), 0.25), min(light, 1.0))
        gleam = math.exp(-(((angle + 0.52) / 0.1) ** 2)) * 0.3
        bounce = math.exp(-(((angle - 0.97) / 0.07) ** 2)) * 0.22
        strip.putpixel((x, 0), mixed(shade, (255, 248, 236), min(gleam + bounce, 1.0)))
    return strip


def _shadow(picture: Image.Image, piece: Piece, foot: float) -> Image.Image:
    mask = Image.new("L", picture.size)
    draw = ImageDraw.Draw(mask)
    half = piece.profile(0.97) * piece.width * picture.width / 2
    x = piece.x * picture.width
    reach = half + piece.height * picture.width * 0.62
    draw.polygon(
        [
            (x - half, foot),
            (x + half, foot - half * 0.1),
            (x + reach, foot - half * 0.3),
            (x + reach * 0.9, foot + half * 0.34),
            (x, foot + half * 0.16),
        ],
        fill=120,
    )
    draw.ellipse((x - half * 1.05, foot - half * 0.16, x + half * 1.1, foot + half * 0.2), fill=215)
    return tinted(picture, (26, 18, 18), mask.filter(ImageFilter.GaussianBlur(picture.width / 75)))


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
    body = _shading(color).resize((wide, high))
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
        cap = _shading((178, 132, 88)).resize((wide, round(high * 0.09)))
        body.paste(cap, (0, top))
    patch = picture.crop((box[0], box[1], box[2] + 40, box[3] + 40))
    shade = Image.new("L", patch.size)
    ImageDraw.Draw(shade).rectangle((10, 14, wide + 16, high + 18), fill=190)
    picture.paste(tinted(patch, (10, 6, 6), shade.filter(ImageFilter.GaussianBlur(12))), box[:2])
    picture.paste(body, box[:2])
