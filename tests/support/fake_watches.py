"""What the platforms' answers say beside what was asked, as a test wants it."""

import dataclasses
import datetime as dt
from collections.abc import Mapping

from domain.account import AccessToken
from domain.ids import PlatformName
from domain.throttle import LimitUse


@dataclasses.dataclass
class FakeMeter:
    """Implements `services.ports.LimitMeter`: what was heard is told once."""

    heard: LimitUse | None = None

    def take(self, token: AccessToken) -> LimitUse | None:
        heard, self.heard = self.heard, None
        return heard


@dataclasses.dataclass
class FakeVersions:
    """Implements `services.ports.ApiVersions`."""

    noticed: dict[PlatformName, str] = dataclasses.field(default_factory=dict[PlatformName, str])

    def concerns(self, today: dt.date) -> Mapping[PlatformName, str]:
        return self.noticed
