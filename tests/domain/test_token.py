import datetime as dt
from typing import Any

import pytest

from domain.account import AccessToken
from domain.token import JITTER, MARGIN, PAUSES, Grant, pause_after, step_reached

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def grant(**fields: Any) -> Grant:
    return Grant(token=AccessToken("a-token-of-the-tests"), issued_at=NOW, **fields)


@pytest.mark.parametrize(
    ("fields", "after"),
    [
        ({}, None),
        ({"expires_at": NOW + 60 * DAY}, 40 * DAY),
        ({"expires_at": NOW + 30 * DAY}, 20 * DAY),
        ({"expires_at": NOW + 60 * DAY, "renewable_at": NOW + 50 * DAY}, 50 * DAY),
        ({"renewable_at": NOW + DAY}, DAY),
        ({"source": AccessToken("of-a-person"), "source_expires_at": NOW + 60 * DAY}, 40 * DAY),
        ({"source": AccessToken("of-a-system-user")}, None),
    ],
    ids=[
        "endless",
        "sixty days",
        "thirty days",
        "too young",
        "end unknown",
        "by its source",
        "endless source",
    ],
)
def test_access_is_renewed_in_good_time_before_its_end(
    fields: dict[str, Any], after: dt.timedelta | None
) -> None:
    assert grant(**fields).renewal(now=NOW, chance=0) == (None if after is None else NOW + after)


def test_when_it_is_asked_makes_no_difference() -> None:
    lasting = grant(expires_at=NOW + 60 * DAY)

    assert lasting.renewal(now=NOW + 37 * DAY, chance=0) == lasting.renewal(now=NOW, chance=0)


def test_chance_moves_a_renewal_later_by_a_share_of_the_margin_at_most() -> None:
    lasting = grant(expires_at=NOW + 60 * DAY)

    assert lasting.renewal(now=NOW, chance=1) == NOW + 60 * DAY - MARGIN * (1 - JITTER)


@pytest.mark.parametrize(
    ("left", "step"), [(14.1, None), (14, 14), (7.1, 14), (7, 7), (3, 3), (1.1, 3), (1, 1), (-5, 1)]
)
def test_the_nearest_step_to_the_end_counts(left: float, step: int | None) -> None:
    reached = step_reached(NOW + left * DAY, now=NOW)

    assert reached == (None if step is None else step * DAY)


def test_pauses_between_renewals_grow_and_the_last_one_repeats() -> None:
    assert [pause_after(tries) for tries in range(1, len(PAUSES) + 2)] == [*PAUSES, PAUSES[-1]]
    assert list(PAUSES) == sorted(PAUSES)
