"""Which category a slot is for: the wish, and how far behind it each category is."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

WHOLE = 100
"""The shares of a mix add up to this."""
WINDOW = dt.timedelta(days=30)
"""How far back it is counted what was really posted."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mix:
    """What share of its posts a workspace wishes each category to have, from a moment on."""

    shares: Mapping[str, int]
    """Percent, adding up to 100. Categories that are not named are not planned."""
    valid_from: dt.datetime
    actor: str
    """Who wished it, as in the history of publications."""

    def counted_since(self, now: dt.datetime) -> dt.datetime:
        """Return from when on posts count against this wish."""
        return max(self.valid_from, now - WINDOW)

    def lag(self, category: str, counts: Mapping[str, int]) -> float:
        """Return by how many posts a category would be behind its wish if the next post were not its.

        Args:
            category: one of the mix.
            counts: what was posted or is planned, by category; those outside the mix play no part.
        """
        total = sum(count for name, count in counts.items() if self.shares.get(name))
        return (total + 1) * self.shares.get(category, 0) / WHOLE - counts.get(category, 0)


def scaled(shares: Mapping[str, int]) -> dict[str, int]:
    """Return shares of the same proportions that add up to 100, by largest remainders.

    Raises:
        ValueError: one is negative, or all are nothing.
    """
    total = sum(shares.values())
    if total <= 0 or min(shares.values()) < 0:
        raise ValueError("shares are 0 or more, and one at least is above 0")
    exact = {name: share * WHOLE / total for name, share in shares.items()}
    whole = {name: int(share) for name, share in exact.items()}
    by_remainder = sorted(exact, key=lambda name: (whole[name] - exact[name], name))
    for name in by_remainder[: WHOLE - sum(whole.values())]:
        whole[name] += 1
    return whole
