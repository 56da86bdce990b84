"""How fast a platform may be called, by what it says of how much of its limits is used."""

import dataclasses
import datetime as dt

SLOW_FROM_PERCENT = 75
"""Above this share of a limit the bot slows down."""
LONGEST_PAUSE = dt.timedelta(minutes=15)
"""The pause between an account's posts when all of a limit is used and no time is named."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class LimitUse:
    """What a platform's answers said of its limits of calls."""

    account_percent: int = 0
    """Of what one account may do; over 100 when it did more."""
    app_percent: int = 0
    """Of what the app may do for all its accounts."""
    regain_after: dt.timedelta = dt.timedelta(0)
    """After which time the account may be called again; zero: it may be now."""

    def joined(self, other: "LimitUse") -> "LimitUse":
        """Return the worse of both in every respect."""
        return LimitUse(
            account_percent=max(self.account_percent, other.account_percent),
            app_percent=max(self.app_percent, other.app_percent),
            regain_after=max(self.regain_after, other.regain_after),
        )


def pause_at(percent: int) -> dt.timedelta:
    """Return the pause between posts: none up to 75 % of a limit, then growing evenly to 15 min at 100 %."""
    over = min(max(percent - SLOW_FROM_PERCENT, 0), 100 - SLOW_FROM_PERCENT)
    return LONGEST_PAUSE * over / (100 - SLOW_FROM_PERCENT)
