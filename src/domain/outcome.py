"""What became of a post as a whole, told from the states of its publications."""

import enum
from collections.abc import Collection

from domain.publication import FINAL, State


class PostOutcome(enum.StrEnum):
    """How a post stands on all its accounts together."""

    PENDING = "pending"
    """Something of it is still to be done."""
    PUBLISHED = "published"
    """Out on every account it was for; those that a person took it off do not count."""
    PARTIAL = "partial"
    """Out on some accounts, and not on others."""
    FAILED = "failed"
    """Out nowhere: it failed, was missed, or was rejected."""
    DROPPED = "dropped"
    """Out nowhere, because people took it off everywhere."""


_TAKEN_OFF = frozenset({State.SKIPPED, State.CANCELLED})


def outcome_of(states: Collection[State]) -> PostOutcome:
    """Return what became of a post whose publications are in these states."""
    if any(state not in FINAL for state in states):
        return PostOutcome.PENDING
    meant = [state for state in states if state not in _TAKEN_OFF]
    if not meant:
        return PostOutcome.DROPPED
    published = meant.count(State.PUBLISHED)
    if published == len(meant):
        return PostOutcome.PUBLISHED
    return PostOutcome.PARTIAL if published else PostOutcome.FAILED
