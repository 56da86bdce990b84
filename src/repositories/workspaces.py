"""Teams, their settings and their people."""

import datetime as dt
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from domain.errors import StorylineError
from domain.ids import ChatId, UserId, WorkspaceId
from domain.workspace import Person, Role, Workspace
from repositories.rows import read
from repositories.tables import (
    OutboxStage,
    cards,
    contributions,
    memberships,
    outbox,
    people,
    settings,
    workspaces,
)
from repositories.upsert import insert_into
from repositories.wakes import Wakes
from services.repositories.workspaces import Membership
from services.settings import settings_from


class _JsonMap(FunctionElement[Any]):
    type = sa.JSON()
    inherit_cache = True
    name = "json_map"


@compiles(_JsonMap, "postgresql")
def _on_postgresql(element: _JsonMap, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_object_agg({compiler.process(element.clauses, **options)})"


@compiles(_JsonMap, "sqlite")
def _on_sqlite(element: _JsonMap, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_group_object({compiler.process(element.clauses, **options)})"


stored_settings = (
    sa.select(_JsonMap(settings.c.key, settings.c.value))
    .where(settings.c.workspace_id == workspaces.c.id)
    .correlate(workspaces)
    .scalar_subquery()
    .label("stored_settings")
)
"""All settings of the workspace that a statement selects, as one column; `workspace_from` reads it."""


def workspace_from(row: sa.RowMapping) -> Workspace:
    """Return the workspace of a row that has `workspaces` and `stored_settings`."""
    return read(Workspace, workspaces, row, settings=settings_from(row["stored_settings"] or {}))


class SqlWorkspaces:
    """The `WorkspaceRepository` of one transaction."""

    def __init__(self, connection: AsyncConnection, wakes: Wakes) -> None:
        self._connection = connection
        self._wakes = wakes

    async def add(self, *, name: str, chat_id: ChatId, at: dt.datetime) -> WorkspaceId:
        """Add a workspace.

        Raises:
            StorylineError: the chat belongs to one already.
        """
        added = await self._connection.scalar(
            insert_into(self._connection, workspaces)
            .values(name=name, chat_id=chat_id, created_at=at)
            .on_conflict_do_nothing(index_elements=[workspaces.c.chat_id])
            .returning(workspaces.c.id)
        )
        if added is None:
            raise StorylineError(f"The chat {chat_id} belongs to a workspace already.")
        return WorkspaceId(added)

    async def get(self, workspace_id: WorkspaceId) -> Workspace | None:
        """Return one workspace."""
        return await self._one(workspaces.c.id == workspace_id)

    async def by_chat(self, chat_id: ChatId) -> Workspace | None:
        """Return the workspace of a chat."""
        return await self._one(workspaces.c.chat_id == chat_id)

    async def all(self) -> list[Workspace]:
        """Return all workspaces, oldest first."""
        rows = await self._connection.execute(
            sa.select(workspaces, stored_settings).order_by(workspaces.c.id)
        )
        return [workspace_from(row) for row in rows.mappings()]

    async def set_setting(self, workspace_id: WorkspaceId, key: str, value: str, *, at: dt.datetime) -> None:
        """Store one setting as text."""
        await self._connection.execute(
            insert_into(self._connection, settings)
            .values(workspace_id=workspace_id, key=key, value=value, updated_at=at)
            .on_conflict_do_update(
                index_elements=[settings.c.workspace_id, settings.c.key],
                set_={"value": value, "updated_at": at},
            )
        )

    async def set_paused(self, workspace_id: WorkspaceId, paused_at: dt.datetime | None) -> bool:
        """Pause or resume; False: it was so already."""
        is_resuming = paused_at is None
        changed = await self._connection.execute(
            sa.update(workspaces)
            .where(
                workspaces.c.id == workspace_id,
                workspaces.c.paused_at.is_not(None) if is_resuming else workspaces.c.paused_at.is_(None),
            )
            .values(paused_at=paused_at)
        )
        if changed.rowcount and is_resuming:
            self._wakes.work_added()
        return bool(changed.rowcount)

    async def set_chat(self, workspace_id: WorkspaceId, chat_id: ChatId) -> None:
        """Follow a chat whose id changed, with all that waits to be sent to it.

        Its cards and answers are forgotten there: the new chat numbers its messages anew. A chat that another
        workspace has already stays that one's, and gets all that waits for the former.
        """
        former = sa.select(workspaces.c.chat_id).where(workspaces.c.id == workspace_id).scalar_subquery()
        await self._connection.execute(
            sa.update(outbox)
            .where(
                outbox.c.chat_id == former,
                outbox.c.stage.in_([OutboxStage.WAITING, OutboxStage.SENDING]),
            )
            .values(chat_id=chat_id)
        )
        await self._connection.execute(
            sa.update(cards)
            .where(cards.c.chat_id == former)
            .values(chat_id=chat_id, message_id=None, media_message_ids=())
        )
        await self._connection.execute(
            sa.update(contributions)
            .where(contributions.c.chat_id == former)
            .values(chat_id=chat_id, message_id=None, first_message_id=0)
        )
        other = workspaces.alias()
        await self._connection.execute(
            sa.update(workspaces)
            .where(workspaces.c.id == workspace_id, ~sa.exists().where(other.c.chat_id == chat_id))
            .values(chat_id=chat_id)
        )

    async def remember(
        self, workspace_id: WorkspaceId, person: Person, role: Role, *, at: dt.datetime
    ) -> None:
        """Store a person and the role that was found for them."""
        names = {"name": person.name, "username": person.username, "updated_at": at}
        await self._connection.execute(
            insert_into(self._connection, people)
            .values(id=person.id, **names)
            .on_conflict_do_update(index_elements=[people.c.id], set_=names)
        )
        await self._set_role(workspace_id, person.id, role, at=at)

    async def membership(self, chat_id: ChatId, user_id: UserId) -> Membership | None:
        """Return the workspace of a chat and what a person was found to be to it; None: there is none."""
        found = await self._connection.execute(
            sa.select(workspaces, stored_settings, memberships.c.role, memberships.c.found_at)
            .outerjoin(
                memberships,
                sa.and_(memberships.c.workspace_id == workspaces.c.id, memberships.c.user_id == user_id),
            )
            .where(workspaces.c.chat_id == chat_id)
        )
        row = found.mappings().one_or_none()
        if row is None:
            return None
        return Membership(workspace=workspace_from(row), role=row["role"], found_at=row["found_at"])

    async def forget(self, workspace_id: WorkspaceId, user_id: UserId, *, at: dt.datetime) -> None:
        """Store that a person is no member."""
        await self._set_role(workspace_id, user_id, None, at=at)

    async def names(self, user_ids: Collection[UserId]) -> dict[UserId, str]:
        """Return people's names."""
        rows = await self._connection.execute(
            sa.select(people.c.id, people.c.name).where(people.c.id.in_(user_ids))
        )
        return {UserId(row.id): row.name for row in rows}

    async def _one(self, condition: sa.ColumnElement[bool]) -> Workspace | None:
        found = await self._connection.execute(sa.select(workspaces, stored_settings).where(condition))
        row = found.mappings().one_or_none()
        return None if row is None else workspace_from(row)

    async def _set_role(
        self, workspace_id: WorkspaceId, user_id: UserId, role: Role | None, *, at: dt.datetime
    ) -> None:
        await self._connection.execute(
            insert_into(self._connection, memberships)
            .values(workspace_id=workspace_id, user_id=user_id, role=role, found_at=at)
            .on_conflict_do_update(
                index_elements=[memberships.c.workspace_id, memberships.c.user_id],
                set_={"role": role, "found_at": at},
            )
        )
