"""The state machine, kept a second time: never twice hangs on each line, so a change is made in both."""

import pytest

from domain.publication import TRANSITIONS, State

WHAT_MAY_FOLLOW = {
    State.DRAFT: {"submitted": "awaiting_approval", "queued": "scheduled", "cancelled": "cancelled"},
    State.AWAITING_APPROVAL: {
        "approved": "scheduled",
        "returned": "draft",
        "postponed": "awaiting_approval",
        "skipped": "skipped",
        "rejected": "rejected",
        "cancelled": "cancelled",
        "expired": "missed",
    },
    State.SCHEDULED: {
        "claimed": "publishing",
        "taken_over": "with_team",
        "postponed": "scheduled",
        "skipped": "skipped",
        "rejected": "rejected",
        "cancelled": "cancelled",
        "found_live": "published",
        "expired": "missed",
    },
    State.PUBLISHING: {
        "deferred": "scheduled",
        "released": "scheduled",
        "succeeded": "published",
        "lost": "unconfirmed",
        "handed_off": "with_team",
        "expired": "missed",
        "gave_up": "failed",
    },
    State.UNCONFIRMED: {
        "asked": "unconfirmed",
        "found_live": "published",
        "found_absent": "scheduled",
        "cancelled": "cancelled",
    },
    State.WITH_TEAM: {
        "posted_by_hand": "published",
        "found_live": "published",
        "skipped": "skipped",
        "rejected": "rejected",
        "postponed": "scheduled",
        "given_back": "scheduled",
        "cancelled": "cancelled",
        "expired": "missed",
    },
    State.PUBLISHED: {},
    State.SKIPPED: {"undone": "with_team"},
    State.REJECTED: {"undone": "with_team"},
    State.CANCELLED: {},
    State.MISSED: {"retried": "scheduled"},
    State.FAILED: {"retried": "scheduled"},
}


@pytest.mark.parametrize("state", State)
def test_this_alone_may_happen_in_a_state(state: State) -> None:
    following = {event: after for (before, event), after in TRANSITIONS.items() if before is state}

    assert following == WHAT_MAY_FOLLOW[state]
