"""Who may do what: the role each command needs, and who somebody is in a chat.

The role each button needs stands in `services/posting/decide.py` and is checked in the press's transaction.
"""

import contextlib
import dataclasses
from collections.abc import Mapping

import structlog

from domain.ids import ChatId
from domain.workspace import Person, Role, Workspace
from services.people import PeopleService, UnansweredError
from services.unit_of_work import Database

_log = structlog.get_logger()

COMMANDS: Mapping[str, Role] = {
    "start": Role.VIEWER,
    "help": Role.VIEWER,
    "status": Role.VIEWER,
    "queue": Role.VIEWER,
    "week": Role.VIEWER,
    "next": Role.VIEWER,
    "history": Role.VIEWER,
    "stats": Role.VIEWER,
    "failed": Role.VIEWER,
    "pause": Role.ADMIN,
    "resume": Role.ADMIN,
    "cancel": Role.ADMIN,
    "retry": Role.ADMIN,
    "swap": Role.ADMIN,
    "move": Role.ADMIN,
    "insert": Role.ADMIN,
    "replace": Role.ADMIN,
}
"""The role each command needs."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A person who belongs to the workspace of a chat."""

    workspace: Workspace
    person: Person
    role: Role


class Door:
    """Finds out who somebody is; strangers are left standing outside, with a line in the log."""

    def __init__(self, *, database: Database, people: PeopleService) -> None:
        self._database = database
        self._people = people

    async def admit(self, chat_id: ChatId, person: Person, *, update_id: int) -> Member | None:
        """Return who the person is to the chat's workspace; None: nobody, or the chat has none.

        Raises:
            UnansweredError: nobody can tell now.
        """
        place = await self._people.place_of(chat_id, person)
        match place:
            case workspace, Role() as role:
                return Member(workspace=workspace, person=person, role=role)
            case _:
                _log.warning(
                    "update.stranger",
                    update_id=update_id,
                    chat_id=chat_id,
                    user_id=person.id,
                    why="no member" if place else "no workspace",
                )
                return None

    async def admit_anywhere(self, chat_id: ChatId, person: Person, *, update_id: int) -> list[Member]:
        """Return who the person is to a chat's workspace, or in their own chat to all they belong to.

        Raises:
            UnansweredError: nobody can tell now.
        """
        if int(chat_id) != int(person.id):
            member = await self.admit(chat_id, person, update_id=update_id)
            return [member] if member else []
        async with self._database.read() as look:
            workspaces = await look.workspaces.all()
        members = [
            Member(workspace=workspace, person=person, role=role)
            for workspace in workspaces
            if (role := await self._people.role_of(workspace, person)) is not None
        ]
        if not members:
            _log.warning("update.stranger", update_id=update_id, user_id=person.id, why="no member")
        return members

    async def belongs_somewhere(self, person: Person) -> bool:
        """Whether the person is known to belong to any workspace."""
        async with self._database.read() as look:
            workspaces = await look.workspaces.all()
        for workspace in workspaces:
            with contextlib.suppress(UnansweredError):
                if await self._people.role_of(workspace, person) is not None:
                    return True
        return False
