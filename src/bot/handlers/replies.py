"""Answers to what the bot asked."""

from bot import texts
from bot.access import Door
from bot.answers import Answers
from bot.html import plain
from bot.updates import Message, RepliedTo, User
from domain.ids import ChatId
from services.posting.decide import DecisionService, Reply


class PromptReplies:
    """Carries answers to the use case and says what came of them."""

    def __init__(self, *, door: Door, decisions: DecisionService, answers: Answers) -> None:
        self._door = door
        self._decisions = decisions
        self._answers = answers

    async def handle(self, update_id: int, message: Message, author: User, prompt: RepliedTo) -> None:
        """Carry out one answer."""
        chat_id = ChatId(message.chat.id)
        member = await self._door.admit(chat_id, author.person, update_id=update_id)
        if member is None:
            return await self._answers.nothing(update_id, error="stranger")
        outcome = await self._decisions.reply(
            Reply(
                chat_id=chat_id,
                prompt_message_id=prompt.message_id,
                text=message.text,
                person=member.person,
                role=member.role,
                update_id=update_id,
            )
        )
        if words := texts.answer(outcome, member.workspace.settings.zone):
            await self._answers.reply(update_id, chat_id, plain(words), to=message.message_id)
        return None
