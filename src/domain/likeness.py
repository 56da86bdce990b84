"""When two pictures look alike, by their fingerprints: 64 bits each that hardly change with size or quality.

Those that are alike are found without comparing all with all. A fingerprint is cut into four bands of 16
bits; of six bits that differ, at most one lies in the band that differs least, so two fingerprints are alike
only if one has a band that is the other's, or the other's with one bit turned.
"""

from collections.abc import Iterator

MOST_DIFFERENT_BITS = 6
"""Of 64; beyond it pictures of one place or of one series would be taken for each other."""

BANDS = 4
BAND_BITS = 16


def are_alike(one: int, other: int) -> bool:
    """Whether two fingerprints may be of the same picture."""
    return (one ^ other).bit_count() <= MOST_DIFFERENT_BITS


def bands(fingerprint: int) -> Iterator[int]:
    """Yield the four bands, each a number that also says which band it is."""
    for number in range(BANDS):
        yield number << BAND_BITS | fingerprint >> number * BAND_BITS & (1 << BAND_BITS) - 1


def bands_of_alike(fingerprint: int) -> Iterator[int]:
    """Yield bands of which every fingerprint that is alike has at least one."""
    for band in bands(fingerprint):
        yield band
        for bit in range(BAND_BITS):
            yield band ^ 1 << bit
