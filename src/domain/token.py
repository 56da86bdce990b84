"""What an account's access is made of, how long it lasts, and when it is renewed."""

import dataclasses
import datetime as dt

from domain.account import AccessToken, Account

MARGIN = dt.timedelta(days=20)
"""How long before its end access is renewed: time for many tries, and longer than the first warning."""
SHARE = 1 / 3
"""Access that lasts less than three margins is renewed when this share of its time is left."""
JITTER = 0.1
"""How much of the margin chance may take away, so that accounts that were connected together part."""
STEPS = tuple(dt.timedelta(days=days) for days in (1, 3, 7, 14))
"""How long before its end somebody is told that access runs out, soonest last."""
PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (5, 15, 60, 360, 1440))
"""The waits after renewals that failed; the last one repeats."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Access to one account, as the platform gave it."""

    token: AccessToken
    issued_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    """None: never, or nobody knows."""
    data_access_expires_at: dt.datetime | None = None
    """When the consent behind it ends, which no renewal prolongs; None: never, or nobody knows."""
    source: AccessToken | None = None
    """The person's token that this one was derived from; it is what is renewed."""
    source_expires_at: dt.datetime | None = None
    renewable_at: dt.datetime | None = None
    """When it can be renewed first; None: at any time, or never."""

    @property
    def ends_at(self) -> dt.datetime | None:
        """When it is over unless it is renewed; None: never, or nobody knows."""
        return self.source_expires_at if self.source else self.expires_at

    def renewal(self, *, now: dt.datetime, chance: float) -> dt.datetime | None:
        """Return when to renew it; None: it does not end, as far as is known.

        Args:
            now: the time.
            chance: a random number in [0, 1) for the jitter.
        """
        end = self.ends_at
        if end is None:
            # Renewing is also how one learns the end.
            return None if self.source else self.renewable_at
        life = end - (self.issued_at or now)
        margin = min(MARGIN, max(life * SHARE, dt.timedelta(0)))
        at = end - margin * (1 - JITTER * chance)
        return max(at, self.renewable_at) if self.renewable_at else at


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class HeldToken:
    """Access as it is stored."""

    account: Account
    grant: Grant
    version: int
    """Grows with every grant; what is to replace one names the version that it replaces."""
    refresh_after: dt.datetime | None = None
    """When it is to be renewed; None: never."""
    refresh_tries: int = 0
    """Renewals that failed since the last one that did not."""


def step_reached(end: dt.datetime, *, now: dt.datetime) -> dt.timedelta | None:
    """Return the last step of `STEPS` that is reached; None: none yet."""
    return next((step for step in STEPS if end - now <= step), None)


def pause_after(tries: int) -> dt.timedelta:
    """Return how long to wait after so many renewals that failed, one or more."""
    return PAUSES[min(tries, len(PAUSES)) - 1]
