"""How this Graph API behaves where the real one differs from day to day, or where nobody knows."""

import dataclasses
import enum
from collections.abc import Mapping
from typing import Any


class Republish(enum.StrEnum):
    """What publishing a container a second time does. Meta does not document it and vendors disagree."""

    DUPLICATE = "duplicate"
    """It goes live again: the worst case, and the default."""
    SAME_ID = "same_id"
    ERROR = "error"


@dataclasses.dataclass(kw_only=True, slots=True)
class GraphSettings:
    """Changed while the sandbox runs, from Python or over HTTP. Seconds are the sandbox's."""

    image_processing_seconds: float = 1.0
    video_processing_seconds: float = 3.0
    quota_total: int = 50
    """Posts per account in 24 hours; Meta's own pages say 25, 50 and 100."""
    container_cap: int = 400
    """Containers per account in 24 hours."""
    republish: Republish = Republish.DUPLICATE
    listing_lag_seconds: float = 0.0
    """How long a new post is missing from the listings."""
    decode: bool = True
    """Off: media is fetched but not looked into, for benchmarks."""
    fetch_timeout_seconds: float = 20.0
    """Real seconds until a host of media counts as too slow."""
    me_in_data: bool = False
    """Wrap `/me` of graph.instagram.com in `data[]`, as documented; clients see it flat."""
    usage_headers: bool = True

    def change(self, values: Mapping[str, Any]) -> None:
        """Take new values by name.

        Raises:
            ValueError: a name or a type is wrong; nothing is changed then.
        """
        taken: dict[str, Any] = {}
        for name, value in values.items():
            if name not in self.__slots__:
                raise ValueError(f"no setting {name}; there are {', '.join(self.__slots__)}")
            taken[name] = _as_kind(name, value, getattr(self, name))
        for name, value in taken.items():
            setattr(self, name, value)


def _as_kind(name: str, value: Any, now: object) -> Any:
    kind = type(now)
    if kind is Republish:
        return Republish(value)
    if kind is bool and isinstance(value, bool):
        return value
    if (
        kind in (int, float)
        and isinstance(value, (int, float))
        and not isinstance(value, bool)
        and value >= 0
    ):
        return kind(value)
    raise ValueError(f"{name} does not take {value!r}")
