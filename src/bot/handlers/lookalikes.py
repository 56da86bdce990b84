"""Presses below pictures that look alike: whether both stay."""

import structlog

from bot import texts
from bot.access import Door
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
        if not member.role.may(NEEDED_ROLE):
            return await self._only_toast(update_id, query, texts.CONTRIBUTION_TOASTS[Pressed.FORBIDDEN])
        workspace_id = member.workspace.id
        try:
            item = (await self._library.details(button.media_id, workspace_id=workspace_id)).item
        except StorylineError as error:
            return await self._only_toast(update_id, query, str(error))
        if item.near_of is None or item.is_retired:
            return await self._only_toast(update_id, query, texts.DECIDED_ALREADY)
        decide = self._library.keep if button.is_kept else self._library.retire
        await decide([item.id], workspace_id=workspace_id, by=person(member.person.id))
        _log.info("lookalike.decided", update_id=update_id, media_id=item.id, is_kept=button.is_kept)
        said = texts.lookalike_decided(item.id, item.near_of, is_kept=button.is_kept, by=member.person.name)
        await self._answers.reply(update_id, chat_id, plain(said), to=query.message.message_id)
        return self._answers.toast(query.id, texts.CONTRIBUTION_TOASTS[Pressed.DONE])

    async def _only_toast(self, update_id: int, query: CallbackQuery, words: str) -> None:
        await self._answers.nothing(update_id)
        self._answers.toast(query.id, words)
