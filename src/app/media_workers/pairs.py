"""Pictures that look alike, side by side, painted with Pillow."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from app.media_workers.pictures import jpeg, picture
from services.ports import UnreadableMediaError

SIDE = 420
"""Pixels of the square that each picture is fitted into."""
GAP = 24
CAPTION = 40
MOST_PAIRS = 20
MOST_BYTES = 700_000
PAPER = "#f6f3ee"
INK = "#26221d"
EMPTY = "#ddd6cb"


def paint_pairs(pairs: Sequence[Sequence[tuple[Path, str]]]) -> bytes:
    """Return a JPEG with a row for each pair of pictures with their captions; further pairs are left out.

    Raises:
        UnreadableMediaError: there are no pairs.
    """
    if not pairs:
        raise UnreadableMediaError("there is nothing to show")
    pairs = pairs[:MOST_PAIRS]
    step = SIDE + CAPTION + GAP
    sheet = Image.new("RGB", (3 * GAP + 2 * SIDE, GAP + len(pairs) * step), PAPER)
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(20)
    for row, pair in enumerate(pairs):
        for column, (path, caption) in enumerate(pair):
            left, top = GAP + column * (SIDE + GAP), GAP + row * step
            sheet.paste(_fitted(path), (left, top))
            draw.text((left, top + SIDE + CAPTION / 2), caption, fill=INK, font=font, anchor="lm")
    return jpeg(sheet, most_bytes=MOST_BYTES)


def _fitted(path: Path) -> Image.Image:
    try:
        whole = picture(path, within=(SIDE, SIDE))
    except UnreadableMediaError:
        return Image.new("RGB", (SIDE, SIDE), EMPTY)
    return ImageOps.pad(whole, (SIDE, SIDE), color=EMPTY)
