"""What holds for a whole installation, or for one platform of it, until somebody takes it back."""

import dataclasses
import datetime as dt

from domain.ids import PlatformName

POSTING_OFF = "posting_off"
"""The kill switch: nothing at all is claimed."""
DRY_RUN = "dry_run"
"""What is claimed goes the whole way but for its last call, which is recorded instead."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A switch that is set. What one stops stays scheduled; afterwards the misfire policy applies."""

    name: str
    actor: str
    """Who set it, as in the history."""
    at: dt.datetime
    reason: str = ""


def platform_off(platform: PlatformName) -> str:
    """Return the name of the switch by which a person stops one platform."""
    return f"platform_off:{platform}"


def platform_unavailable(platform: PlatformName) -> str:
    """Return the name of the switch that the bot sets while a platform's API is not there."""
    return f"platform_unavailable:{platform}"
