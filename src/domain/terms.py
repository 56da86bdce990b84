"""When an item of the library may be posted at all, whatever account it is for."""

import dataclasses
import datetime as dt

from domain.season import Season

FOREVER = dt.datetime(9999, 12, 31, tzinfo=dt.UTC)
"""The end of what has none."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a person set for one item by hand; by default nothing holds it."""

    held_until: dt.datetime | None = None
    """It rests until then; `FOREVER` for good."""
    not_after: dt.datetime | None = None
    """It is of no use later than this."""
    season: Season | None = None
    """It may be posted on these local dates alone."""

    def allow(self, at: dt.datetime, local_date: dt.date) -> bool:
        """Whether it may be posted at a moment, which is on this date where the team is."""
        return (
            (self.held_until is None or at >= self.held_until)
            and (self.not_after is None or at <= self.not_after)
            and (self.season is None or self.season.includes(local_date))
        )
