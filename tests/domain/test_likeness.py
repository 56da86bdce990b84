"""Fingerprints that differ in few bits are found through their bands."""

from hypothesis import given
from hypothesis import strategies as st

from domain.likeness import MOST_DIFFERENT_BITS, are_alike, bands, bands_of_alike

fingerprints = st.integers(min_value=0, max_value=2**64 - 1)
turned_bits = st.sets(st.integers(min_value=0, max_value=63))


@given(fingerprints, turned_bits)
def test_two_are_alike_when_at_most_six_bits_differ(fingerprint: int, turned: set[int]) -> None:
    other = fingerprint ^ sum(1 << bit for bit in turned)

    assert are_alike(fingerprint, other) == (len(turned) <= MOST_DIFFERENT_BITS)


@given(fingerprints, st.sets(st.integers(min_value=0, max_value=63), max_size=MOST_DIFFERENT_BITS))
def test_whatever_is_alike_shares_a_band(fingerprint: int, turned: set[int]) -> None:
    other = fingerprint ^ sum(1 << bit for bit in turned)

    assert set(bands_of_alike(fingerprint)) & set(bands(other))


def test_bands_are_told_apart_by_their_place() -> None:
    assert len({*bands(0)}) == 4
