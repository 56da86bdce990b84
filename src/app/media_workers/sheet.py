"""The contact sheet: a grid of what comes next, painted with Pillow."""

import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.media_workers.pictures import jpeg, picture
from domain.media import MediaKind
from services.contact_sheet import MOST_TILES, Tile
from services.ports import UnreadableMediaError

MOST_BYTES = 300_000

PICTURE = (216, 384)
"""Pixels; the shape of a story."""
GAP = 24
HEADER = 72
CAPTION = 64
RADIUS = 14
TILES_A_ROW = 5

PAPER = "#f6f3ee"
INK = "#26221d"
FAINT_INK = "#857c70"
EMPTY = "#ddd6cb"
SHADE = (20, 18, 15, 190)
WHITE = (255, 255, 255, 235)


def paint(tiles: Sequence[Tile], *, title: str) -> bytes:
    """Return the sheet as a JPEG.

    Raises:
        UnreadableMediaError: there are no tiles.
    """
    if not tiles:
        raise UnreadableMediaError("there is nothing to show")
    tiles = tiles[:MOST_TILES]
    rows = math.ceil(len(tiles) / TILES_A_ROW)
    columns = math.ceil(len(tiles) / rows)
    step = (PICTURE[0] + GAP, PICTURE[1] + CAPTION + GAP)
    sheet = Image.new("RGB", (GAP + columns * step[0], HEADER + rows * step[1]), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((GAP, HEADER / 2), title, fill=INK, font=ImageFont.load_default(30), anchor="lm")
    for number, tile in enumerate(tiles):
        row, column = divmod(number, columns)
        _paint_tile(sheet, draw, tile, at=(GAP + column * step[0], HEADER + row * step[1]))
    return jpeg(sheet, most_bytes=MOST_BYTES)


def _paint_tile(sheet: Image.Image, draw: ImageDraw.ImageDraw, tile: Tile, *, at: tuple[int, int]) -> None:
    left, top = at
    sheet.paste(_framed(tile), at, _rounded_mask())
    below = top + PICTURE[1]
    for text, size, ink, offset in ((tile.when, 22, INK, 22), (tile.account, 17, FAINT_INK, 47)):
        font = ImageFont.load_default(size)
        words = shortened(text, font, PICTURE[0])
        draw.text((left, below + offset), words, fill=ink, font=font, anchor="lm")


def _framed(tile: Tile) -> Image.Image:
    try:
        face = ImageOps.fit(picture(tile.path, within=PICTURE), PICTURE, Image.Resampling.LANCZOS)
    except UnreadableMediaError:
        face = Image.new("RGB", PICTURE, EMPTY)
        middle = (PICTURE[0] / 2, PICTURE[1] / 2)
        ImageDraw.Draw(face).text(
            middle, "no picture", fill=FAINT_INK, font=ImageFont.load_default(20), anchor="mm"
        )
        return face
    draw = ImageDraw.Draw(face, "RGBA")
    if tile.kind is MediaKind.VIDEO:
        _draw_play_mark(draw)
    _draw_lane(draw, tile.lane)
    return face


def _draw_play_mark(draw: ImageDraw.ImageDraw) -> None:
    x, y = PICTURE[0] / 2, PICTURE[1] / 2
    draw.ellipse((x - 32, y - 32, x + 32, y + 32), fill=SHADE)
    draw.polygon([(x - 10, y - 16), (x - 10, y + 16), (x + 18, y)], fill=WHITE)


def _draw_lane(draw: ImageDraw.ImageDraw, lane: str) -> None:
    font = ImageFont.load_default(17)
    words = shortened(lane, font, PICTURE[0] - 44)
    right = 10 + draw.textlength(words, font=font) + 20
    draw.rounded_rectangle((10, PICTURE[1] - 40, right, PICTURE[1] - 10), radius=15, fill=SHADE)
    draw.text((20, PICTURE[1] - 25), words, fill=WHITE, font=font, anchor="lm")


def _rounded_mask() -> Image.Image:
    # Drawn four times as large, because Pillow's rounded corners are jagged.
    large = Image.new("L", (PICTURE[0] * 4, PICTURE[1] * 4), 0)
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1), radius=RADIUS * 4, fill=255
    )
    return large.reduce(4)


def shortened(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width: float) -> str:
    """Return a text that is at most this many pixels wide, cut at its end where it must be."""
    if font.getlength(text) <= width:
        return text
    while text and font.getlength(f"{text}…") > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
