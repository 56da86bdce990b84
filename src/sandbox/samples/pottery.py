"""What a small pottery makes: turned pieces on a table by a window."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name numpy, which is not installed.

import dataclasses
import math
import random
from collections.abc import Callable, Sequence

from PIL import Image, ImageDraw, ImageFilter

from sandbox.samples.light import (
    Color,
    Size,
    contrasted,
    developed,
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


def planks(rng: random.Random, size: Size, color: Color) -> Image.Image:
    """Return a wooden board, lit from above."""
    boards = gradient(size, ((0, mixed(color, (255, 240, 220), 0.14)), (1, mixed(color, (30, 20, 14), 0.3))))
    for cell, strength in (((size[0] * 2, 26), 0.5), ((size[0], 7), 0.3)):
        fibres = noise(rng, size, cell, octaves=3)
        boards = tinted(
            boards, mixed(color, (34, 20, 12), 0.55), contrasted(fibres, 118, 205, strength=strength)
        )
    return boards


def shading(color: Color) -> Image.Image:
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


def _room(rng: random.Random, size: Size, *, wall: Color, table: Color, edge: float) -> Image.Image:
    top = round(size[1] * edge)
    picture = gradient(
        size, ((0, mixed(wall, (255, 255, 255), 0.12)), (edge, mixed(wall, (30, 24, 30), 0.18)))
    )
    plaster = noise(rng, size, (round(size[0] * 0.5), round(size[0] * 0.5)), octaves=5)
    picture = tinted(picture, mixed(wall, (20, 16, 20), 0.3), contrasted(plaster, 128, 235, strength=0.3))
    boards = planks(rng, (size[0], size[1] - top), table)
    picture.paste(boards, (0, top))
    line = Image.new("L", size)
    ImageDraw.Draw(line).rectangle((0, top - 5, size[0], top + 3), fill=90)
    picture = tinted(picture, (20, 16, 16), line.filter(ImageFilter.GaussianBlur(5)))
    return glow(picture, (-size[0] * 0.05, size[1] * 0.15), size[0] * 1.15, (255, 236, 204), 0.5)


def _stand(rng: random.Random, picture: Image.Image, piece: Piece, foot: float) -> None:
    wide, high = round(piece.width * picture.width), round(piece.height * picture.width)
    left, top = round(piece.x * picture.width - wide / 2), round(foot - high)
    pad = 14
    body = Image.new("RGB", (wide + 2 * pad, high + 2 * pad))
    mask = Image.new("L", body.size)
    lip = _rim(piece, wide)
    strips = {False: shading(piece.color), True: shading(piece.dip or piece.color)}
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
