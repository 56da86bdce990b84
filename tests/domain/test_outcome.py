import pytest

from domain.outcome import PostOutcome, outcome_of
from domain.publication import FINAL, State


@pytest.mark.parametrize(
    ("states", "outcome"),
    [
        ([State.PUBLISHED], PostOutcome.PUBLISHED),
        ([State.PUBLISHED, State.PUBLISHED], PostOutcome.PUBLISHED),
        ([State.PUBLISHED, State.FAILED], PostOutcome.PARTIAL),
        ([State.PUBLISHED, State.MISSED, State.SKIPPED], PostOutcome.PARTIAL),
        ([State.PUBLISHED, State.SKIPPED], PostOutcome.PUBLISHED),
        ([State.FAILED, State.MISSED], PostOutcome.FAILED),
        ([State.REJECTED, State.CANCELLED], PostOutcome.FAILED),
        ([State.SKIPPED, State.CANCELLED], PostOutcome.DROPPED),
    ],
)
def test_the_outcome_of_a_post_is_told_from_all_its_publications(
    states: list[State], outcome: PostOutcome
) -> None:
    assert outcome_of(states) is outcome


@pytest.mark.parametrize("state", [state for state in State if state not in FINAL])
def test_a_post_is_pending_while_one_of_its_publications_is(state: State) -> None:
    assert outcome_of([State.PUBLISHED, state]) is PostOutcome.PENDING
