import dataclasses
import datetime as dt

import pytest

from domain.figures import Figures, local_days, total
from domain.workspace import WorkspaceSettings
from support.shown import job

TEAM = job().workspace
UTC = dt.UTC


def test_the_rates_are_shares_of_what_the_bot_and_people_did() -> None:
    figures = Figures(by_bot=8, by_hand=2, failed_tries=2, fallbacks=1)

    assert figures.automation_rate == pytest.approx(0.8)
    assert figures.error_rate == pytest.approx(0.2)
    assert figures.fallback_rate == pytest.approx(1 / 9)


def test_where_nothing_happened_there_is_no_rate() -> None:
    nothing = Figures()

    assert (nothing.automation_rate, nothing.error_rate, nothing.fallback_rate) == (None, None, None)


def test_days_begin_at_midnight_on_the_team_s_own_clock() -> None:
    berlin = dataclasses.replace(TEAM, settings=WorkspaceSettings(timezone="Europe/Berlin"))
    now = dt.datetime(2026, 3, 29, 22, 30, tzinfo=UTC)  # half past midnight after the night of 23 hours

    yesterday, today = local_days(berlin, now, count=2)

    assert (yesterday.day, today.day) == (dt.date(2026, 3, 29), dt.date(2026, 3, 30))
    assert today.start == dt.datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert today.end == now
    assert yesterday.start == dt.datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert yesterday.end < today.start


def test_several_days_add_up() -> None:
    assert total([Figures(by_bot=1, unconfirmed=2), Figures(by_bot=3, fallbacks=1)]) == Figures(
        by_bot=4, fallbacks=1, unconfirmed=2
    )
    assert total([]) == Figures()
