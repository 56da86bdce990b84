"""Asks Telegram who is in a chat."""

import re

import structlog
import telegram
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, TelegramError

from domain.ids import ChatId, UserId
from services.people import Standing

_log = structlog.get_logger()

_NOBODY = re.compile(r"not found|participant_id_invalid|user_id_invalid", re.IGNORECASE)
"""How Telegram says that it knows no such person in the chat; it has no code for that. Any other refusal,
such as that the member list is inaccessible, says nothing about the person."""


def standing_of(status: str, *, is_member: bool) -> Standing:
    """Return the standing behind a member's status; `is_member` decides for restricted ones."""
    match status:
        case ChatMemberStatus.OWNER | ChatMemberStatus.ADMINISTRATOR:
            return Standing.ADMINISTRATOR
        case ChatMemberStatus.MEMBER:
            return Standing.MEMBER
        case ChatMemberStatus.RESTRICTED if is_member:
            return Standing.MEMBER
        case _:
            return Standing.NONE


class TelegramChatMembers:
    """`ChatMembers` by getChatMember."""

    def __init__(self, bot: telegram.Bot) -> None:
        self._bot = bot

    async def standing(self, chat_id: ChatId, user_id: UserId) -> Standing | None:
        """Return somebody's standing; None: the chat could not be asked now."""
        try:
            member = await self._bot.get_chat_member(chat_id, user_id)
        except TelegramError as error:
            if isinstance(error, BadRequest) and _NOBODY.search(error.message):
                return Standing.NONE
            _log.warning("chat_member.not_answered", chat_id=chat_id, user_id=user_id, why=error.message)
            return None
        is_member = isinstance(member, telegram.ChatMemberRestricted) and member.is_member
        return standing_of(member.status, is_member=is_member)
