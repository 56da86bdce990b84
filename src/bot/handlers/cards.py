"""Presses of the buttons of cards."""

import structlog

from bot import texts
from bot.access import Door
from bot.answers import Answers
from bot.callbacks import CardButton
from bot.updates import CallbackQuery
from domain.ids import ChatId
from services.posting.decide import DecisionService, Press

_log = structlog.get_logger()


class CardPresses:
    """Carries presses to the use case and its outcome back."""

    def __init__(self, *, door: Door, decisions: DecisionService, answers: Answers) -> None:
        self._door = door
        self._decisions = decisions
        self._answers = answers

    async def handle(self, update_id: int, query: CallbackQuery) -> None:
        """Carry out one press."""
        chat_id = ChatId(query.message.chat.id) if query.message else ChatId(0)
        member = await self._door.admit(chat_id, query.from_.person, update_id=update_id)
        if member is None:
            return await self._answers.nothing(update_id, error="stranger")
        button = CardButton.parse(query.data)
        if button is None:
            _log.warning("press.unreadable", update_id=update_id, user_id=member.person.id)
            await self._answers.nothing(update_id, error="unreadable button")
            return self._answers.toast(query.id, texts.OUTDATED_BUTTON)
        outcome = await self._decisions.press(
            Press(
                chat_id=chat_id,
                card_id=button.card_id,
                version=button.version,
                action=button.action,
                person=member.person,
                role=member.role,
                update_id=update_id,
                message_id=query.message.message_id if query.message else 0,
            )
        )
        _log.info("press.handled", update_id=update_id, button=button.action, outcome=outcome.kind)
        return self._answers.toast(query.id, texts.toast(outcome, member.workspace.settings.zone))
