"""What the use cases need of the database for choosing what is posted next."""

import datetime as dt
from typing import Protocol

from domain.ids import AccountId, WorkspaceId
from domain.media import MediaItem


class SelectionRepository(Protocol):
    """The library as the planner sees it."""

    async def candidates(
        self, workspace_id: WorkspaceId, account_id: AccountId, *, now: dt.datetime, limit: int
    ) -> list[MediaItem]:
        """Return items that may be posted on the account: not retired, not locked, not in its queue.

        Never posted on it first, then least recently posted on it.
        """
        ...
