"""What the use cases need of the database for the slots of the plan."""

import dataclasses
import datetime as dt
from collections.abc import Collection, Mapping
from typing import Protocol

from domain.ids import AccountId, PublicationId
from domain.season import DateSpan


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FilledSlot:
    """A slot of an account that has its publication, whatever became of that."""

    account_id: AccountId
    local_date: dt.date
    number: int
    publication_id: PublicationId
    planned_at: dt.datetime
    placement: str
    is_untouched: bool
    """It waits for its time just as the planner made it."""
    is_locked: bool = False
    """It is untouched, and its media may no longer be posted at its time."""


class PlanRepository(Protocol):
    """The slots of all accounts."""

    async def filled_slots(self, *, since: dt.date) -> list[FilledSlot]:
        """Return the filled slots of all workspaces from this local date on, in one statement."""
        ...

    async def dates(self) -> dict[AccountId, DateSpan]:
        """Return, of all accounts that have some, the dates whose slots are accounted for: one statement."""
        ...

    async def extend(self, dates: Mapping[AccountId, DateSpan]) -> None:
        """Let accounts have these dates, or more at their end, and forget those of removed accounts."""
        ...

    async def late(self, account_id: AccountId, *, planned_before: dt.datetime) -> list[PublicationId]:
        """Return what fills slots before then and still waits, just as the planner made it."""
        ...

    async def alone(self, account_ids: Collection[AccountId]) -> None:
        """Wait until nobody else plans for these accounts, and keep others waiting until the end."""
        ...

    async def release(self, publication_ids: Collection[PublicationId]) -> None:
        """Let the slots of these publications be filled again."""
        ...

    async def exchange(self, one: PublicationId, other: PublicationId) -> None:
        """Let each of two publications fill the other's slot."""
        ...
