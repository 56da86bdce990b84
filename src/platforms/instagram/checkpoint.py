"""How far a publication has come on its way to Instagram, as it is stored between steps."""

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A container on its way, and those that it takes the place of."""

    container_id: str = ""
    """Empty: there is none."""
    made_at: tuple[dt.datetime, ...] = ()
    """When its containers were made, or had all their bytes; the current one last."""
    attempts: int = 0
    """How many tries had failed when the current container was made."""
    polls: int = 0
    """How often the current container was found unfinished, or could not be read."""
    upload_to: str = ""
    """Where the bytes of its video are still to go; empty: nowhere, or they are there."""
    is_sent: bool = False
    """Whether its video is sent by us, because Instagram could not fetch it."""
    finished_in: int | None = None
    """How many tries had failed when the current container was last found finished; None: it was not yet."""

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "Draft":
        """Read a stored draft; an empty one is the beginning."""
        return cls(
            container_id=stored.get("container_id") or "",
            made_at=tuple(dt.datetime.fromisoformat(at) for at in stored.get("made_at", ())),
            attempts=stored.get("attempts", 0),
            polls=stored.get("polls", 0),
            upload_to=stored.get("upload_to", ""),
            is_sent=stored.get("is_sent", False),
            finished_in=stored.get("finished_in"),
        )

    def stored(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return dataclasses.asdict(self) | {"made_at": [at.isoformat() for at in self.made_at]}

    def with_container(
        self, container_id: str, *, at: dt.datetime, attempts: int, upload_to: str = ""
    ) -> "Draft":
        """Return the draft whose container was just made."""
        return Draft(
            container_id=container_id,
            made_at=(*self.made_at, at),
            attempts=attempts,
            upload_to=upload_to,
            is_sent=self.is_sent,
        )

    def without_container(self, *, is_sent: bool = False) -> "Draft":
        """Return the draft for which a new container is made."""
        return Draft(made_at=self.made_at, attempts=self.attempts, is_sent=self.is_sent or is_sent)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What has been achieved, and what has been seen."""

    draft: Draft = dataclasses.field(default_factory=Draft)
    """Of what is published: a carousel as a whole, or the one file."""
    children: tuple[Draft, ...] = ()
    """Of a carousel's files, in their order; empty before the first is made."""
    is_unclear: bool = False
    """Whether the container may have been published without our knowing: it must not be replaced by a new one
    before the platform says that it is dead."""
    absences: int = 0
    """How often an unclear call was proved to have had no effect."""
    quota_usage: int | None = None
    """The account's count of posts, read right before the intent."""
    clear_reading_at: dt.datetime | None = None
    """When a complete reading of the account's posts, after the grace, showed no trace of this one."""

    @classmethod
    def parse(cls, stored: Mapping[str, Any]) -> "Checkpoint":
        """Read a stored checkpoint; an empty one is the beginning."""
        reading = stored.get("clear_reading_at")
        return cls(
            draft=Draft.parse(stored),
            children=tuple(Draft.parse(child) for child in stored.get("children", ())),
            is_unclear=stored.get("is_unclear", False),
            absences=stored.get("absences", 0),
            quota_usage=stored.get("quota_usage"),
            clear_reading_at=dt.datetime.fromisoformat(reading) if reading else None,
        )

    def stored(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            **self.draft.stored(),
            "children": [child.stored() for child in self.children],
            "is_unclear": self.is_unclear,
            "absences": self.absences,
            "quota_usage": self.quota_usage,
            "clear_reading_at": self.clear_reading_at.isoformat() if self.clear_reading_at else None,
        }

    def with_draft(self, draft: Draft) -> "Checkpoint":
        """Return this checkpoint with another container; what was seen of the one before is forgotten."""
        return Checkpoint(draft=draft, children=self.children, absences=self.absences)

    def following(self, draft: Draft) -> "Checkpoint":
        """Return this checkpoint after a look at its container, which may have become none."""
        if not draft.container_id:
            return self.without_container(is_sent=draft.is_sent)
        return dataclasses.replace(self, draft=draft)

    def with_child(self, position: int, child: Draft) -> "Checkpoint":
        """Return this checkpoint with another container for one of the carousel's files."""
        children = (*self.children[:position], child, *self.children[position + 1 :])
        return dataclasses.replace(self, children=children)

    def without_container(self, *, is_sent: bool = False) -> "Checkpoint":
        """Return the checkpoint from which a new container is made.

        A carousel's files get new ones too: nobody documents whether a container may be in two carousels.
        """
        return Checkpoint(
            draft=self.draft.without_container(is_sent=is_sent),
            children=tuple(child.without_container() for child in self.children),
            absences=self.absences,
        )
