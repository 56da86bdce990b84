import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.season import DateSpan, Season, season_in, span_in

dates = st.dates(dt.date(2024, 1, 1), dt.date(2027, 12, 31))


@given(first=dates, last=dates, date=dates)
def test_a_season_and_the_rest_of_the_year_share_no_day_and_leave_none_out(
    first: dt.date, last: dt.date, date: dt.date
) -> None:
    season = Season(first=f"{first:%m-%d}", last=f"{last:%m-%d}")
    inside = (date.month, date.day)
    begin, end = (first.month, first.day), (last.month, last.day)

    is_between = begin <= inside <= end if begin <= end else not end < inside < begin

    assert season.includes(date) == is_between
    assert season_in(str(season)) == season


@given(first=dates, last=dates)
def test_a_span_is_read_as_it_is_written(first: dt.date, last: dt.date) -> None:
    span = DateSpan(first=min(first, last), last=max(first, last))

    assert span_in(str(span)) == span
    assert span.includes(span.first)
    assert not span.includes(span.last + dt.timedelta(days=1))


@pytest.mark.parametrize(
    "text", ["", "11-15", "11-15..13-01", "1-5..2-5", "11-15..12-26..01-01", "02-30..03-01"]
)
def test_what_is_no_season_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="two days of the year"):
        season_in(text)
