"""Which version of the API answers a call."""

import re

from sandbox.graph.errors import RETIRED_VERSION, UNKNOWN_PATH, GraphError
from sandbox.graph.settings import GraphSettings

NEWEST_VERSION = 26
"""Source: Graph API changelog, as recorded 2026-11-20; the oldest one is a setting."""
_VERSION = re.compile(r"v(\d+)\.\d+")


def is_version(segment: str) -> bool:
    """Return whether a path's first segment names a version, such as `v25.0`."""
    return _VERSION.fullmatch(segment) is not None


def served_version(asked: str, settings: GraphSettings) -> str:
    """Return the version that answers where `asked` was named, or none was.

    A retired version is served by the oldest that is left, unless the settings have it refused.

    Raises:
        GraphError: there is no such version, or not any more.
    """
    number = int(asked[1:].partition(".")[0]) if asked else 0
    if number > NEWEST_VERSION:
        raise GraphError(UNKNOWN_PATH.worded(f"Unknown path components: /{asked}"))
    if asked and number < settings.oldest_version and settings.refuse_retired:
        raise GraphError(RETIRED_VERSION)
    if settings.served_version:
        return settings.served_version
    return asked if number >= settings.oldest_version else f"v{settings.oldest_version}.0"
