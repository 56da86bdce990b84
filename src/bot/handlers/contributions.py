"""Media that people send, what they press on the answer, and the caption they answer it with."""

import asyncio

import structlog

from bot import texts
from bot.access import Door, Member
from bot.answers import Answers
from bot.callbacks import ContributionButton
from bot.html import plain
from bot.sent_files import sent_file
from bot.updates import CallbackQuery, Message, User
from domain.contribution import Wish
from domain.ids import ChatId, WorkspaceId
from domain.workspace import Role, SentMedia
from services.contributions.decide import NEEDED_ROLE, ContributionDecisions, ContributionPress, Pressed
from services.contributions.take import ContributionIntake

_log = structlog.get_logger()


class ContributionHandlers:
    """Carries media, presses and captions to the use cases, and says what came of them."""

    def __init__(
        self,
        *,
        door: Door,
        intake: ContributionIntake,
        decisions: ContributionDecisions,
        answers: Answers,
        taken: asyncio.Event,
        most_bytes: int,
    ) -> None:
        """Take the event to set when something was taken, and how large a file the bot can fetch."""
        self._door = door
        self._intake = intake
        self._decisions = decisions
        self._answers = answers
        self._taken = taken
        self._most_bytes = most_bytes

    async def sent(self, update_id: int, message: Message, author: User) -> None:
        """Take in one message with a file: from the team's chat, or from a member's own with the bot."""
        members = await self._members(update_id, message, author)
        if not members:
            return await self._answers.nothing(update_id, error="stranger")
        if len(members) > 1:
            return await self._say(update_id, message, texts.SEVERAL_TEAMS)
        return await self._sent_by(members[0], update_id, message)

    async def _sent_by(self, member: Member, update_id: int, message: Message) -> None:
        file = sent_file(message, member, most_bytes=self._most_bytes)
        wanted = member.workspace.settings.sent_media
        if not message.chat.is_private and (file is None or wanted is SentMedia.PRIVATE):
            # People may talk there with stickers and voices, and with photos where the team has it so.
            return await self._answers.nothing(update_id)
        if file is None or not member.role.may(NEEDED_ROLE):
            return await self._say(update_id, message, texts.MAY_NOT_SEND if file else texts.NO_MEDIA)
        _log.info("media.sent", update_id=update_id, user_id=member.person.id, form=file.form)
        wish = Wish.LIBRARY if wanted is SentMedia.LIBRARY else Wish.PLAN
        await self._intake.take(file, wish=wish, update_id=update_id)
        return self._taken.set()

    async def pressed(self, update_id: int, query: CallbackQuery, button: ContributionButton) -> None:
        """Carry out one press."""
        chat_id = ChatId(query.message.chat.id) if query.message else ChatId(0)
        members = await self._door.admit_anywhere(chat_id, query.from_.person, update_id=update_id)
        if not members:
            return await self._answers.nothing(update_id, error="stranger")
        outcome = await self._decisions.press(
            ContributionPress(
                chat_id=chat_id,
                contribution_id=button.contribution_id,
                version=button.version,
                action=button.action,
                argument=button.argument,
                person=query.from_.person,
                roles=_roles(members),
                update_id=update_id,
            )
        )
        _log.info("press.handled", update_id=update_id, button=button.action, outcome=outcome)
        return self._answers.toast(query.id, texts.CONTRIBUTION_TOASTS[outcome])

    async def captioned(self, update_id: int, message: Message, author: User) -> bool:
        """Carry out an answer with a caption; False: what it answers is about no media, or not theirs."""
        prompt = message.reply_to_message
        members = await self._members(update_id, message, author)
        if not members or prompt is None:
            return False
        outcome = await self._decisions.caption(
            ChatId(message.chat.id),
            prompt.message_id,
            message.text,
            by=author.person,
            roles=_roles(members),
            update_id=update_id,
        )
        if outcome is Pressed.FORBIDDEN:
            await self._say(update_id, message, texts.CONTRIBUTION_TOASTS[outcome])
        return outcome is not Pressed.UNKNOWN

    async def _say(self, update_id: int, message: Message, words: str) -> None:
        chat_id = ChatId(message.chat.id)
        await self._answers.reply(update_id, chat_id, plain(words), to=message.message_id)

    async def _members(self, update_id: int, message: Message, author: User) -> list[Member]:
        return await self._door.admit_anywhere(ChatId(message.chat.id), author.person, update_id=update_id)


def _roles(members: list[Member]) -> dict[WorkspaceId, Role]:
    return {member.workspace.id: member.role for member in members}
