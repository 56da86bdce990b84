"""What the use cases need of the database for choosing what is posted next."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Protocol

from domain.ids import AccountId, MediaId, WorkspaceId
from domain.media import MediaItem, MediaKind
from domain.mix import Mix
from domain.terms import Terms


class SelectionRepository(Protocol):
    """The library as the planner sees it.

    An item may be posted on an account when it is not retired, nothing locks or holds it, it is not in the
    account's queue, and its own terms allow the time. Never posted on the account goes first, then least
    recently posted on it.
    """

    async def wake(self, now: dt.datetime) -> None:
        """Let what rested until now be chosen again; without that it goes on resting."""
        ...

    async def choices(
        self,
        account_id: AccountId,
        *,
        at: dt.datetime,
        local_date: dt.date,
        kinds: Collection[MediaKind] = tuple(MediaKind),
    ) -> dict[str, list[MediaId]]:
        """Return, of each category that has some, the item of each kind that would be posted next then."""
        ...

    async def next_items(
        self,
        account_id: AccountId,
        category: str,
        *,
        at: dt.datetime,
        local_date: dt.date,
        kinds: Collection[MediaKind],
        most: int,
    ) -> list[MediaItem]:
        """Return what would be posted next of a category at this time, the first first."""
        ...

    async def categories(self, account_id: AccountId) -> list[str]:
        """Return the categories of which something does not rest on an account."""
        ...

    async def next_of(self, account_id: AccountId, media_ids: Collection[MediaId]) -> MediaId:
        """Return which of these items, of which there must be one, would be posted next."""
        ...

    async def eligible(
        self,
        account_id: AccountId,
        *,
        at: dt.datetime,
        local_date: dt.date,
        kinds: Collection[MediaKind] = tuple(MediaKind),
        most: int,
    ) -> dict[str, int]:
        """Count the items of each category that may be posted at this time, up to `most` of each kind."""
        ...

    async def candidates(self, account_id: AccountId, *, now: dt.datetime, limit: int) -> list[MediaItem]:
        """Return items that may be posted on the account now, of whatever category, in order."""
        ...

    async def used(
        self, workspace_id: WorkspaceId, account_id: AccountId, *, since: dt.datetime
    ) -> dict[str, int]:
        """Count by category what was posted on an account since then, and what is still to be.

        A post counts for the category of its first item.
        """
        ...

    async def posted(self, account_ids: Collection[AccountId], *, since: dt.datetime) -> dict[str, int]:
        """Count by category what was posted since then on these accounts."""
        ...

    async def set_terms(self, media_id: MediaId, terms: Terms) -> None:
        """Store when an item may be posted at all, in place of what was stored."""
        ...

    async def terms(self, media_ids: Collection[MediaId]) -> dict[MediaId, Terms]:
        """Return the terms of those that have some."""
        ...


class MixRepository(Protocol):
    """The wished shares of each workspace, now and before."""

    async def wish(self, workspace_id: WorkspaceId, mix: Mix) -> None:
        """Append a wish; it stands until the next one."""
        ...

    async def history(self, workspace_id: WorkspaceId, *, limit: int = 100) -> list[Mix]:
        """Return the wishes of a workspace, the one that stands first."""
        ...

    async def current(self) -> Mapping[WorkspaceId, Mix]:
        """Return the wish that stands of each workspace that has one."""
        ...
