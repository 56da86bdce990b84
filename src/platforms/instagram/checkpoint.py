"""How far a publication has come on its way to Instagram, as it is stored between steps."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What has been achieved, and what has been seen."""

    container_id: str | None = None
    made_at: tuple[dt.datetime, ...] = ()
    """When the containers of this publication were made, the current one last."""
    attempts: int = 0
    """How many tries had failed when the current container was made."""
    polls: int = 0
    """How often the current container was found unfinished, or could not be read."""
    is_unclear: bool = False
    """Whether this container may have been published without our knowing: it must not be replaced by a new
    one before the platform says that it is dead."""
    quota_usage: int | None = None
    """The account's count of posts, read right before the intent."""
    clear_reading_at: dt.datetime | None = None
    """When a complete reading of the account's posts, after the grace, showed no trace of this one."""

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "Checkpoint":
        """Read a stored checkpoint; an empty one is the beginning."""
        reading = stored.get("clear_reading_at")
        return cls(
            container_id=stored.get("container_id"),
            made_at=tuple(dt.datetime.fromisoformat(at) for at in stored.get("made_at", ())),
            attempts=stored.get("attempts", 0),
            polls=stored.get("polls", 0),
            is_unclear=stored.get("is_unclear", False),
            quota_usage=stored.get("quota_usage"),
            clear_reading_at=dt.datetime.fromisoformat(reading) if reading else None,
        )

    def stored(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "container_id": self.container_id,
            "made_at": [at.isoformat() for at in self.made_at],
            "attempts": self.attempts,
            "polls": self.polls,
            "is_unclear": self.is_unclear,
            "quota_usage": self.quota_usage,
            "clear_reading_at": self.clear_reading_at.isoformat() if self.clear_reading_at else None,
        }

    def with_container(self, container_id: str, *, at: dt.datetime, attempts: int) -> "Checkpoint":
        """Return the checkpoint of a container just made."""
        return Checkpoint(container_id=container_id, made_at=(*self.made_at, at), attempts=attempts)

    def without_container(self) -> "Checkpoint":
        """Return the checkpoint from which a new container is made."""
        return Checkpoint(made_at=self.made_at, attempts=self.attempts)
