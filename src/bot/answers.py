"""How the bot answers: replies through the outbox, toasts directly."""

import asyncio

import structlog
import telegram
from telegram.error import BadRequest, TelegramError

from bot.html import Html
from domain.ids import ChatId
from services.messages import Message, SendText, Urgency
from services.ports import Clock
from services.unit_of_work import Database

_log = structlog.get_logger()

MAX_TOAST_CHARACTERS = 200
"""Longest text of a toast. Source: Bot API schema 10.3, read 2026-11-20."""


class Answers:
    """Answers updates. An answer and the note that the update is handled are one transaction."""

    def __init__(self, *, database: Database, clock: Clock, bot: telegram.Bot) -> None:
        self._database = database
        self._clock = clock
        self._bot = bot
        self._toasts = set[asyncio.Task[None]]()

    async def reply(self, update_id: int, chat_id: ChatId, html: Html, *, to: int) -> None:
        """Answer a message with a text; the update is handled."""
        await self.send(update_id, chat_id, SendText(html=html.source, reply_to=to))

    async def send(self, update_id: int, chat_id: ChatId, message: Message) -> None:
        """Answer with any message; the update is handled."""
        async with self._database.begin() as uow:
            now = self._clock.now()
            await uow.outbox.add(chat_id, message, urgency=Urgency.PRESS, at=now)
            await uow.inbox.handled(update_id, at=now)
            await uow.commit()

    async def nothing(self, update_id: int, *, error: str = "") -> None:
        """Store that an update is handled, or why it could not be."""
        async with self._database.begin() as uow:
            await uow.inbox.handled(update_id, at=self._clock.now(), error=error)
            await uow.commit()

    def toast(self, callback_id: str, text: str) -> None:
        """Answer a press with a text that shows for a moment; empty: the button just stops waiting.

        It is best effort, as what the press did is in the chat, and nobody waits for it here.
        """
        task = asyncio.create_task(self._toast(callback_id, text))
        self._toasts.add(task)
        task.add_done_callback(self._toasts.discard)

    async def finish(self) -> None:
        """Wait for the toasts that are on their way."""
        await asyncio.gather(*self._toasts)

    async def _toast(self, callback_id: str, text: str) -> None:
        try:
            await self._bot.answer_callback_query(callback_id, text=text[:MAX_TOAST_CHARACTERS] or None)
        except BadRequest as error:
            # "query is too old": the person waited longer than Telegram lets a toast come.
            _log.info("toast.too_late", why=error.message)
        except TelegramError as error:
            _log.warning("toast.failed", why=error.message)
