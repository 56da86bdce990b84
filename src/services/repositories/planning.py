"""What the use cases need of the database for the slots of the plan."""

import dataclasses
import datetime as dt
from collections.abc import Collection
from typing import Protocol

from domain.ids import AccountId, PublicationId


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FilledSlot:
    """A slot of an account that has its publication, whatever became of that."""

    account_id: AccountId
    local_date: dt.date
    number: int
    publication_id: PublicationId
    planned_at: dt.datetime
    is_untouched: bool
    """It waits for its time just as the planner made it."""


class PlanRepository(Protocol):
    """The slots of all accounts."""

    async def filled_slots(self, *, since: dt.date) -> list[FilledSlot]:
        """Return the filled slots of all workspaces from this local date on, in one statement."""
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
