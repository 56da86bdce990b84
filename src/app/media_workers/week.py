"""The picture of a week: a column for each day, a tile for each slot, painted with Pillow."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.media_workers.pictures import jpeg, picture
from app.media_workers.sheet import shortened
from domain.media import MediaKind
from services.contact_sheet import WeekDay, WeekTile
from services.ports import UnreadableMediaError

MOST_BYTES = 600_000
MOST_TILES = 8
"""How many slots of a day are shown; how many more there are is said."""

PICTURE = (150, 188)
"""Pixels."""
TEXT = 58
"""Room below a picture for its two lines."""
GAP = 14
HEADER = 64
DAY_HEADER = 36
STEP = (PICTURE[0] + GAP, PICTURE[1] + TEXT)

PAPER = "#f6f3ee"
COLUMN = "#ece7df"
INK = "#26221d"
FAINT_INK = "#857c70"
EMPTY = "#ddd6cb"
BY_BOT = "#2f6f4f"
BY_HAND = "#b3541e"
SHADE = (20, 18, 15, 170)
WHITE = (255, 255, 255, 235)


def paint_week(days: Sequence[WeekDay], *, title: str) -> bytes:
    """Return the picture as a JPEG.

    Raises:
        UnreadableMediaError: there are no days.
    """
    if not days:
        raise UnreadableMediaError("there are no days to show")
    rows = max(1, *(min(len(day.tiles), MOST_TILES) for day in days))
    has_more = any(len(day.tiles) > MOST_TILES for day in days)
    height = HEADER + DAY_HEADER + rows * STEP[1] + (DAY_HEADER if has_more else 0) + GAP
    week = Image.new("RGB", (GAP + len(days) * STEP[0], height), PAPER)
    draw = ImageDraw.Draw(week)
    draw.text((GAP, HEADER / 2), title, fill=INK, font=ImageFont.load_default(26), anchor="lm")
    for number, day in enumerate(days):
        _paint_day(week, draw, day, left=GAP + number * STEP[0])
    return jpeg(week, most_bytes=MOST_BYTES)


def _paint_day(week: Image.Image, draw: ImageDraw.ImageDraw, day: WeekDay, *, left: int) -> None:
    draw.rounded_rectangle((left - 5, HEADER, left + PICTURE[0] + 5, week.height - 6), 8, fill=COLUMN)
    draw.text(
        (left, HEADER + DAY_HEADER / 2), day.title, fill=INK, font=ImageFont.load_default(18), anchor="lm"
    )
    for row, tile in enumerate(day.tiles[:MOST_TILES]):
        _paint_tile(week, draw, tile, at=(left, HEADER + DAY_HEADER + row * STEP[1]))
    if more := len(day.tiles[MOST_TILES:]):
        below = HEADER + DAY_HEADER + MOST_TILES * STEP[1] + DAY_HEADER / 2
        font = ImageFont.load_default(15)
        draw.text((left, below), f"and {more} more", fill=FAINT_INK, font=font, anchor="lm")


def _paint_tile(week: Image.Image, draw: ImageDraw.ImageDraw, tile: WeekTile, *, at: tuple[int, int]) -> None:
    left, top = at
    if tile.lane:
        week.paste(_face(tile), at)
    else:
        draw.rectangle((left, top, left + PICTURE[0] - 1, top + PICTURE[1] - 1), outline=EMPTY, width=3)
        middle = (left + PICTURE[0] / 2, top + PICTURE[1] / 2)
        draw.text(middle, "empty", fill=FAINT_INK, font=ImageFont.load_default(16), anchor="mm")
    small = ImageFont.load_default(13)
    draw.text(
        (left, top + PICTURE[1] + 14), tile.time, fill=INK, font=ImageFont.load_default(18), anchor="lm"
    )
    account = shortened(tile.account, small, PICTURE[0] - 58)
    draw.text((left + PICTURE[0], top + PICTURE[1] + 14), account, fill=FAINT_INK, font=small, anchor="rm")
    reason = shortened(tile.reason, small, PICTURE[0])
    draw.text((left, top + PICTURE[1] + 36), reason, fill=FAINT_INK, font=small, anchor="lm")


def _face(tile: WeekTile) -> Image.Image:
    face = _picture(tile.path)
    draw = ImageDraw.Draw(face, "RGBA")
    if tile.kind is MediaKind.VIDEO:
        x, y = PICTURE[0] / 2, PICTURE[1] / 2
        draw.ellipse((x - 22, y - 22, x + 22, y + 22), fill=SHADE)
        draw.polygon([(x - 7, y - 11), (x - 7, y + 11), (x + 13, y)], fill=WHITE)
    font = ImageFont.load_default(14)
    right = 6 + draw.textlength(tile.lane, font=font) + 14
    mark = BY_HAND if tile.is_by_hand else BY_BOT
    draw.rounded_rectangle((6, PICTURE[1] - 30, right, PICTURE[1] - 7), 11, fill=mark)
    draw.text((13, PICTURE[1] - 18), tile.lane, fill=WHITE, font=font, anchor="lm")
    if tile.number:
        right = 6 + draw.textlength(tile.number, font=font) + 14
        draw.rounded_rectangle((6, 7, right, 30), 11, fill=SHADE)
        draw.text((13, 18), tile.number, fill=WHITE, font=font, anchor="lm")
    return face


def _picture(path: Path | None) -> Image.Image:
    if path is not None:
        try:
            return ImageOps.fit(picture(path, within=PICTURE), PICTURE, Image.Resampling.LANCZOS)
        except UnreadableMediaError:
            pass
    face = Image.new("RGB", PICTURE, EMPTY)
    middle = (PICTURE[0] / 2, PICTURE[1] / 2)
    font = ImageFont.load_default(16)
    ImageDraw.Draw(face).text(middle, "no picture", fill=FAINT_INK, font=font, anchor="mm")
    return face
