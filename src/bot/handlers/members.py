"""People who come, go or change their role, and chats that change their number."""

from bot.members import standing_of
from bot.updates import ChatMemberUpdated
from domain.ids import ChatId, UserId
from services.people import Standing
from services.ports import Clock
from services.unit_of_work import Database


class Members:
    """Keeps what is known of a chat's people and number true, without waiting to be asked."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def changed(self, update_id: int, change: ChatMemberUpdated) -> None:
        """Shut the door at once behind somebody who left; roles are looked up when they are needed."""
        member = change.new_chat_member
        has_left = standing_of(member.status, is_member=member.is_member) is Standing.NONE
        async with self._database.begin() as uow:
            workspace = await uow.workspaces.by_chat(ChatId(change.chat.id)) if has_left else None
            if workspace is not None:
                await uow.workspaces.forget(workspace.id, UserId(member.user.id), at=self._clock.now())
            await uow.inbox.handled(update_id, at=self._clock.now())
            await uow.commit()

    async def moved(self, update_id: int, chat_id: ChatId, new_chat_id: ChatId) -> None:
        """Follow a group that became a supergroup."""
        async with self._database.begin() as uow:
            workspace = await uow.workspaces.by_chat(chat_id)
            if workspace is not None:
                await uow.workspaces.set_chat(workspace.id, new_chat_id)
            await uow.inbox.handled(update_id, at=self._clock.now())
            await uow.commit()
