"""What a picture looks like, in 64 bits that hardly change with its size, its quality or its brightness."""

import math
import operator
import statistics

from PIL import Image, ImageStat

SIDE = 32
"""Pixels of the square that is looked at."""
WAVES = 8
"""How many of the slowest waves are kept each way."""
PLAIN = 2.0
"""Grey levels of deviation below which a picture has nothing that could be told from another's."""

_COSINES = [
    [math.cos(math.pi / SIDE * (place + 0.5) * wave) for place in range(SIDE)] for wave in range(WAVES)
]


def fingerprint(picture: Image.Image) -> int | None:
    """Return which of a picture's slow waves are strong; None: it is a plain surface.

    It is the hash known as pHash: the 8 × 8 lowest frequencies of the discrete cosine transform, each
    compared with their median.
    """
    small = picture.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)  # pyright: ignore[reportUnknownMemberType]
    if ImageStat.Stat(small).stddev[0] < PLAIN:
        return None
    pixels = small.tobytes()
    rows = [_waves(pixels[start : start + SIDE]) for start in range(0, SIDE * SIDE, SIDE)]
    waves = [wave for column in zip(*rows, strict=True) for wave in _waves(column)]
    # The first is the mean brightness.
    middle = statistics.median(waves[1:])
    return sum(1 << place for place, wave in enumerate(waves) if wave > middle)


def _waves(values: bytes | tuple[float, ...]) -> list[float]:
    return [sum(map(operator.mul, values, cosines)) for cosines in _COSINES]
