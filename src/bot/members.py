"""Asks Telegram who is in a chat."""

import structlog
import telegram
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, TelegramError

from domain.ids import ChatId, UserId
from services.people import Standing

_log = structlog.get_logger()


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
        except BadRequest as error:
            # Telegram knows no such person, or no such chat, any more.
            _log.info("chat_member.unknown", chat_id=chat_id, user_id=user_id, why=error.message)
            return Standing.NONE
        except TelegramError as error:
            _log.warning("chat_member.not_answered", chat_id=chat_id, user_id=user_id, why=error.message)
            return None
        is_member = isinstance(member, telegram.ChatMemberRestricted) and member.is_member
        return standing_of(member.status, is_member=is_member)
