"""A connected profile on one platform."""

import dataclasses
import datetime as dt
import enum

from domain.ids import AccountId, PlatformName, WorkspaceId


class AccountState(enum.StrEnum):
    """Whether the bot may use an account's API."""

    ACTIVE = "active"
    NEEDS_RECONNECT = "needs_reconnect"
    """Its access is dead; publications go to the team."""
    PAUSED = "paused"
    """A person paused it; nothing of it is worked on."""
    REMOVED = "removed"
    """A person disconnected it; kept for its history."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One profile; the token is kept apart, encrypted."""

    id: AccountId
    workspace_id: WorkspaceId
    platform: PlatformName
    external_id: str
    """The platform's own id of the profile."""
    name: str
    """Its user name or page name, as people know it."""
    login: str
    """Which login family its token belongs to, such as `facebook` or `instagram`."""
    state: AccountState
    state_reason: str = ""
    has_token: bool = False
    closed_until: dt.datetime | None = None
    """Until when its platform wants to be left alone; nothing of it is begun by the bot before."""
    usage_percent: int = 0
    """How much of the platform's limits of calls was used when it was last noticed."""
    checked_at: dt.datetime | None = None
    """When a call to the platform last answered for this account."""


SHORTEST_SHOWN = 20
"""Tokens of fewer characters are masked whole."""


@dataclasses.dataclass(frozen=True, slots=True, repr=False)
class AccessToken:
    """A platform's access token. Prints masked, so that it never reaches a log or a traceback by accident."""

    value: str

    def __repr__(self) -> str:
        return f"AccessToken({self.masked})"

    __str__ = __repr__

    @property
    def masked(self) -> str:
        """The first six and last four characters; nothing of one so short that these would tell much."""
        if len(self.value) < SHORTEST_SHOWN:
            return "…"
        return f"{self.value[:6]}…{self.value[-4:]}"
