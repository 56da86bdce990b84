"""Parts of the year, and spans of dates."""

import dataclasses
import datetime as dt
import re

_SEASON = re.compile(r"(\d\d)-(\d\d)\.\.(\d\d)-(\d\d)")
_LEAP_YEAR = 2024


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A part of every year, which may reach over New Year; both ends belong to it."""

    first: str
    """`MM-DD`."""
    last: str

    def includes(self, date: dt.date) -> bool:
        """Whether a local date lies in it."""
        day = f"{date:%m-%d}"
        if self.first <= self.last:
            return self.first <= day <= self.last
        return day >= self.first or day <= self.last

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


def season_in(text: str) -> Season:
    """Return the season that a text such as `11-15..12-26` means.

    Raises:
        ValueError: it means none, with what is expected.
    """
    expected = "two days of the year such as 11-15..12-26"
    found = _SEASON.fullmatch(text.strip())
    if found is None:
        raise ValueError(expected)
    months_and_days = [int(number) for number in found.groups()]
    try:
        for month, day in (months_and_days[:2], months_and_days[2:]):
            dt.date(_LEAP_YEAR, month, day)
    except ValueError as error:
        raise ValueError(expected) from error
    return Season(first=f"{found[1]}-{found[2]}", last=f"{found[3]}-{found[4]}")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class DateSpan:
    """Local dates from one to another; both belong to it."""

    first: dt.date
    last: dt.date

    def includes(self, date: dt.date) -> bool:
        """Whether a local date lies in it."""
        return self.first <= date <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"


def span_in(text: str) -> DateSpan:
    """Return the dates that a text such as `2026-12-24` or `2026-12-31..2027-01-01` means.

    Raises:
        ValueError: it means none, or they run backwards, with what is expected.
    """
    expected = "dates such as 2026-12-24 or 2026-12-31..2027-01-01"
    first, _, last = text.strip().partition("..")
    try:
        span = DateSpan(first=dt.date.fromisoformat(first), last=dt.date.fromisoformat(last or first))
    except ValueError as error:
        raise ValueError(expected) from error
    if span.first > span.last:
        raise ValueError(expected)
    return span
