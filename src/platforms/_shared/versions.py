"""Which version of Meta's API answers, and until when the one that is asked for exists.

Meta serves a version that has ended by the oldest that is left, without a word but a header.
Source: developers.facebook.com/docs/graph-api/changelog/versions, as recorded 2026-11-20.
"""

import datetime as dt
import re

import httpx

from domain.ids import PlatformName

SERVED = "facebook-api-version"
ENDS = {
    "v20.0": dt.date(2026, 9, 24),
    "v21.0": dt.date(2027, 1, 21),
    "v22.0": dt.date(2027, 5, 20),
    "v23.0": dt.date(2027, 10, 8),
    "v24.0": dt.date(2028, 2, 18),
    "v25.0": dt.date(2028, 7, 29),
}
"""When versions end; the end of v26.0, the newest, was not announced."""
WARN_BEFORE = dt.timedelta(days=60)

_ASKED = re.compile(r"^/(v\d+\.\d+)/")


class VersionWatch:
    """Notices when a platform answers by another version than was asked for, or by one that ends soon."""

    def __init__(self) -> None:
        self._seen: dict[PlatformName, tuple[str, str]] = {}

    async def watch(self, response: httpx.Response) -> None:
        """Look at one answer; to be called for each of them."""
        asked = _ASKED.match(response.request.url.path)
        served = response.headers.get(SERVED, "")
        platform = response.request.extensions.get("platform")
        if asked and served and platform:
            self._seen[PlatformName(platform)] = (asked[1], served)

    def concerns(self, today: dt.date) -> dict[PlatformName, str]:
        """Return what an admin should know of the versions of the platforms that answered, in a sentence."""
        found = {platform: _concern(*versions, today) for platform, versions in self._seen.items()}
        return {platform: concern for platform, concern in found.items() if concern}


def _concern(asked: str, served: str, today: dt.date) -> str:
    if served != asked:
        return (
            f"Asked for {asked} of its API, it answers by {served}: {asked} has ended, or does not exist. "
            "Set GRAPH_API_VERSION to a version that Meta still serves."
        )
    end = ENDS.get(asked)
    if end is not None and today >= end - WARN_BEFORE:
        return f"Version {asked} of its API ends on {end:%Y-%m-%d}. Set GRAPH_API_VERSION to a later one."
    return ""
