"""How the colours of HDR are shown on a screen without it, as a table that FFmpeg's `lut3d` reads.

What is as bright as white paper stays nearly white, what is brighter is brought down towards it, and hues are
kept. Sources: Recommendations ITU-R BT.2100 (the curves), BT.2408 (white paper at 203 cd/m²) and BT.2087 (the
primaries).
"""

import functools
import math
from collections.abc import Callable

STEPS = 33
"""Along each axis of the table; between them it is interpolated."""
PAPER = 203.0
"""cd/m²"""
HLG_PEAK = 1000.0
"""cd/m²; what HLG, which is relative, is mastered for."""
KNEE = 0.8
"""The share of paper white up to which nothing is changed."""
SCREEN_GAMMA = 2.4

Colour = tuple[float, float, float]

_LUMA_2020 = (0.2627, 0.6780, 0.0593)
_LUMA_709 = (0.2126, 0.7152, 0.0722)
_FROM_2020_TO_709 = (
    (1.660491, -0.587641, -0.072850),
    (-0.124550, 1.132900, -0.008349),
    (-0.018151, -0.100579, 1.118730),
)


@functools.cache
def table(curve: str) -> str:
    """Return the table for `smpte2084` (PQ) or `arib-std-b67` (HLG), in the format of .cube files."""
    light = LIGHT_OF[curve]
    axis = [step / (STEPS - 1) for step in range(STEPS)]
    rows = (
        " ".join(f"{part:.5f}" for part in _on_screen(light((red, green, blue))))
        for blue in axis
        for green in axis
        for red in axis
    )
    return "\n".join((f"LUT_3D_SIZE {STEPS}", *rows, ""))


def _light_of_pq(code: Colour) -> Colour:
    red, green, blue = (_pq(each) / PAPER for each in code)
    return red, green, blue


def _pq(code: float) -> float:
    """Return cd/m²."""
    root = math.pow(code, 32 / 2523)
    return 10_000.0 * math.pow(max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root), 8192 / 1305)


def _light_of_hlg(code: Colour) -> Colour:
    scene = [_hlg(each) for each in code]
    brightness = sum(weight * each for weight, each in zip(_LUMA_2020, scene, strict=True))
    gain = HLG_PEAK / PAPER * brightness**0.2
    red, green, blue = (gain * each for each in scene)
    return red, green, blue


def _hlg(code: float) -> float:
    """Return the light of the scene, from 0 to 1."""
    if code <= 0.5:  # noqa: PLR2004 -- where the curve changes
        return code * code / 3
    return (math.exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12


LIGHT_OF: dict[str, Callable[[Colour], Colour]] = {
    "smpte2084": _light_of_pq,
    "arib-std-b67": _light_of_hlg,
}
"""From what is coded, 0 to 1, to light, 1 being white paper, in the primaries of BT.2020."""


def _on_screen(light: Colour) -> Colour:
    brightest = max(light)
    if brightest > KNEE:
        room = 1 - KNEE
        shown = KNEE + room * (1 - math.exp((KNEE - brightest) / room))
        light = (light[0] * shown / brightest, light[1] * shown / brightest, light[2] * shown / brightest)
    narrow = [
        sum(weight * each for weight, each in zip(row, light, strict=True)) for row in _FROM_2020_TO_709
    ]
    brightness = sum(weight * each for weight, each in zip(_LUMA_709, narrow, strict=True))
    lowest = min(narrow)
    # A colour that the screen does not have is mixed with grey until it has it.
    kept = brightness / (brightness - lowest) if lowest < 0 < brightness else 1.0
    red, green, blue = (
        min(1.0, max(0.0, brightness + kept * (each - brightness))) ** (1 / SCREEN_GAMMA) for each in narrow
    )
    return red, green, blue
