"""Quiet sound for the clips: a chord that breathes, waves that come and go."""

import math
import random
from array import array
from collections.abc import Sequence

from sandbox.samples.encoding import SAMPLE_RATE


def chord(seconds: int, notes: Sequence[int]) -> "array[float]":
    """Return notes, in whole hertz, that swell at the start and fade at the end."""
    steps = [math.tau * note / SAMPLE_RATE for note in notes]
    share = 0.34 / len(notes)
    # Whole hertz: one second of it can be repeated without a click.
    samples = array("f", [share * sum([math.sin(step * at) for step in steps]) for at in range(SAMPLE_RATE)])
    samples *= seconds
    for at in range(SAMPLE_RATE):
        samples[at] *= at / SAMPLE_RATE
        samples[-1 - at] *= at / SAMPLE_RATE
    return samples


def surf(rng: random.Random, seconds: float) -> "array[float]":
    """Return the sound of two waves running up a beach."""
    count = round(seconds * SAMPLE_RATE)
    samples = array("f", bytes(4 * count))
    low = 0.0
    for at in range(count):
        swell = 0.25 + 0.75 * math.sin(math.tau * at / count) ** 2
        low += (rng.random() - 0.5 - low) * (0.05 + 0.12 * swell)
        samples[at] = low * swell * 0.9
    return samples
