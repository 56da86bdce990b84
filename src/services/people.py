"""Who somebody is to a workspace."""

import datetime as dt
import enum
from typing import Protocol

from domain.ids import ChatId, UserId
from domain.workspace import Person, Role, Workspace
from services.ports import Clock
from services.repositories.workspaces import Membership
from services.unit_of_work import Database

ROLE_HOLDS = dt.timedelta(minutes=5)
"""How long a role that was found in the chat is believed before the chat is asked again."""


class Standing(enum.StrEnum):
    """What somebody is in a chat."""

    ADMINISTRATOR = "administrator"
    MEMBER = "member"
    NONE = "none"


class ChatMembers(Protocol):
    """Asks a chat who is in it."""

    async def standing(self, chat_id: ChatId, user_id: UserId) -> Standing | None:
        """Return somebody's standing; None: the chat could not be asked now."""
        ...


class UnansweredError(Exception):
    """A chat could not be asked who somebody is, and it never said so before."""


class PeopleService:
    """Finds people's roles: configured admins, then the chat's administrators and members.

    When the chat cannot be asked, the last answer holds.
    """

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        chat_members: ChatMembers,
        admin_ids: frozenset[UserId],
    ) -> None:
        self._database = database
        self._clock = clock
        self._chat_members = chat_members
        self._admin_ids = admin_ids

    async def place_of(self, chat_id: ChatId, person: Person) -> tuple[Workspace, Role | None] | None:
        """Return the workspace of a chat and the person's role in it; None: the chat has none.

        Raises:
            UnansweredError: nobody can tell now; nothing is remembered, so that it is asked again.
        """
        now = self._clock.now()
        async with self._database.read() as look:
            known = await look.workspaces.membership(chat_id, person.id)
        if known is None:
            return None
        is_promoted = person.id in self._admin_ids and known.role is not Role.ADMIN
        if known.found_at is not None and now - known.found_at < ROLE_HOLDS and not is_promoted:
            return known.workspace, known.role
        role = await self._found(known, person)
        async with self._database.begin() as uow:
            if role is None:
                await uow.workspaces.forget(known.workspace.id, person.id, at=now)
            else:
                await uow.workspaces.remember(known.workspace.id, person, role, at=now)
            await uow.commit()
        return known.workspace, role

    async def role_of(self, workspace: Workspace, person: Person) -> Role | None:
        """Return the person's role in the workspace; None: they are nobody to it."""
        place = await self.place_of(workspace.chat_id, person)
        return place[1] if place else None

    async def _found(self, known: Membership, person: Person) -> Role | None:
        if person.id in self._admin_ids:
            return Role.ADMIN
        match await self._chat_members.standing(known.workspace.chat_id, person.id):
            case Standing.ADMINISTRATOR:
                return Role.ADMIN
            case Standing.MEMBER:
                return Role.POSTER
            case Standing.NONE:
                return None
            case None if known.found_at is None:
                raise UnansweredError
            case None:
                return known.role
