"""What the use cases need of the database for teams and the people in them."""

import dataclasses
import datetime as dt
from collections.abc import Collection
from typing import Protocol

from domain.ids import ChatId, UserId, WorkspaceId
from domain.workspace import Person, Role, Workspace


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """What somebody was found to be to a workspace."""

    workspace: Workspace
    role: Role | None
    """None: no member, or never asked."""
    found_at: dt.datetime | None
    """None: never asked."""


class WorkspaceRepository(Protocol):
    """Teams, their settings and their people."""

    async def add(self, *, name: str, chat_id: ChatId, at: dt.datetime) -> WorkspaceId:
        """Add a workspace.

        Raises:
            StorylineError: the chat belongs to one already.
        """
        ...

    async def get(self, workspace_id: WorkspaceId) -> Workspace | None:
        """Return one workspace."""
        ...

    async def by_chat(self, chat_id: ChatId) -> Workspace | None:
        """Return the workspace of a chat."""
        ...

    async def all(self) -> list[Workspace]:
        """Return all workspaces, oldest first."""
        ...

    async def set_setting(self, workspace_id: WorkspaceId, key: str, value: str, *, at: dt.datetime) -> None:
        """Store one setting as text; its meaning is in `services/workspaces.py`."""
        ...

    async def set_paused(self, workspace_id: WorkspaceId, paused_at: dt.datetime | None) -> bool:
        """Pause or resume; False: it was so already."""
        ...

    async def set_chat(self, workspace_id: WorkspaceId, chat_id: ChatId) -> None:
        """Follow a chat whose id changed."""
        ...

    async def remember(
        self, workspace_id: WorkspaceId, person: Person, role: Role, *, at: dt.datetime
    ) -> None:
        """Store a person and the role that was found for them."""
        ...

    async def membership(self, chat_id: ChatId, user_id: UserId) -> Membership | None:
        """Return the workspace of a chat and what a person was found to be to it; None: there is none."""
        ...

    async def forget(self, workspace_id: WorkspaceId, user_id: UserId, *, at: dt.datetime) -> None:
        """Store that a person is no member."""
        ...

    async def names(self, user_ids: Collection[UserId]) -> dict[UserId, str]:
        """Return people's names."""
        ...
