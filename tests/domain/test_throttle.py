import datetime as dt

import pytest

from domain.throttle import LimitUse, pause_at

MINUTE = dt.timedelta(minutes=1)


@pytest.mark.parametrize(("percent", "minutes"), [(0, 0), (75, 0), (80, 3), (90, 9), (100, 15), (250, 15)])
def test_the_pause_grows_from_three_quarters_of_a_limit_on(percent: int, minutes: int) -> None:
    assert pause_at(percent) == minutes * MINUTE


def test_of_two_answers_the_worse_counts_in_every_respect() -> None:
    one = LimitUse(account_percent=80, app_percent=10)
    other = LimitUse(account_percent=20, app_percent=90, regain_after=5 * MINUTE)

    assert one.joined(other) == LimitUse(account_percent=80, app_percent=90, regain_after=5 * MINUTE)
