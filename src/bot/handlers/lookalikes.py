"""Presses below pictures that look alike: whether both stay."""

import structlog

from bot import texts
from bot.access import Door, Member
from bot.answers import Answers
from bot.callbacks import LookalikeButton
from bot.html import plain
from bot.updates import CallbackQuery
from domain.errors import StorylineError
from domain.ids import ChatId
from domain.publication import person
from domain.workspace import Role
from services.contributions.decide import Pressed
from services.media.library import LibraryService

NEEDED_ROLE = Role.POSTER
"""Who may send media may say which of them stay."""

_log = structlog.get_logger()


class LookalikePresses:
    """Carries presses to the library, and tells the chat what was decided."""

    def __init__(self, *, door: Door, library: LibraryService, answers: Answers) -> None:
        self._door = door
        self._library = library
        self._answers = answers

    async def pressed(self, update_id: int, query: CallbackQuery, button: LookalikeButton) -> None:
        """Carry out one press; a repeated one finds that it was decided, and changes nothing."""
        chat_id = ChatId(query.message.chat.id) if query.message else ChatId(0)
        member = await self._door.admit(chat_id, query.from_.person, update_id=update_id)
        if member is None or query.message is None:
            return await self._answers.nothing(update_id, error="stranger")
        said = await self._decided(member, button)
        if said is None:
            await self._answers.nothing(update_id)
            return self._answers.toast(query.id, texts.DECIDED_ALREADY)
        await self._answers.reply(update_id, chat_id, plain(said), to=query.message.message_id)
        return self._answers.toast(query.id, "")

    async def _decided(self, member: Member, button: LookalikeButton) -> str | None:
        """Carry out a decision and return what is said of it; None: it was made before."""
        if not member.role.may(NEEDED_ROLE):
            return texts.CONTRIBUTION_TOASTS[Pressed.FORBIDDEN]
        try:
            item = await self._library.settle(
                button.media_id,
                is_kept=button.is_kept,
                workspace_id=member.workspace.id,
                by=person(member.person.id),
            )
        except StorylineError as error:
            return str(error)
        if item is None or item.near_of is None:
            return None
        _log.info("lookalike.decided", media_id=item.id, is_kept=button.is_kept)
        return texts.lookalike_decided(item.id, item.near_of, is_kept=button.is_kept, by=member.person.name)
