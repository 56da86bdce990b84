"""Handles what the intake stored: in order within a chat, at the same time in different ones.

This is plain dispatch and not the library's Application, which takes updates from memory and forgets them
there: here a stored update counts as handled only with the transaction of its effect, so a kill at any moment
repeats it, and every handler may be run twice.
"""

import asyncio
import collections
import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping

import structlog

from bot import texts
from bot.answers import Answers
from bot.callbacks import ContributionButton, LookalikeButton
from bot.handlers.cards import CardPresses
from bot.handlers.commands import Commands
from bot.handlers.contributions import ContributionHandlers
from bot.handlers.lookalikes import LookalikePresses
from bot.handlers.members import Members
from bot.handlers.replies import PromptReplies
from bot.updates import Message, Update, read
from bot.waiting import GrowingWait, first_of
from domain.ids import ChatId
from services.ports import Clock
from services.unit_of_work import Database

MOST_IN_HAND = 1000
"""How many stored updates are looked at; the later ones wait in the database."""
MOST_TRIES = 3
"""How often an update is tried while the database answers; then it is put aside with its error."""
IDLE = dt.timedelta(seconds=30)
"""The longest time without a look into the inbox, should a wake-up be lost."""

_log = structlog.get_logger()


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Handlers:
    """Who handles what."""

    cards: CardPresses
    commands: Commands
    replies: PromptReplies
    contributions: ContributionHandlers
    lookalikes: LookalikePresses
    members: Members


class Dispatcher:
    """Reads the inbox and hands each update to its handler."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        handlers: Handlers,
        answers: Answers,
        stored: asyncio.Event,
        beat: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._handlers = handlers
        self._answers = answers
        self._stored = stored
        self._beat = beat
        self._waiting = dict[int, collections.deque[Update]]()
        self._in_hand = set[int]()
        self._more_wait_in_the_database = False

    async def run(self, stop: asyncio.Event) -> None:
        """Handle updates until `stop` is set; then finish the ones that were begun."""
        self._waiting.clear()
        self._in_hand.clear()
        async with asyncio.TaskGroup() as chats:
            while not stop.is_set():
                self._beat()
                self._stored.clear()
                await self._take_in(chats, stop)
                await first_of(self._stored, stop, clock=self._clock, within=IDLE)
        await self._answers.finish()

    async def _take_in(self, chats: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        async with self._database.read() as look:
            rows = await look.inbox.unhandled(limit=MOST_IN_HAND)
        self._more_wait_in_the_database = len(rows) == MOST_IN_HAND
        unreadable = dict[int, str]()
        for update_id, raw in rows:
            if update_id in self._in_hand:
                continue
            try:
                update = read(raw)
            except ValueError as error:
                unreadable[update_id] = type(error).__name__
                continue
            self._in_hand.add(update_id)
            key = update.chat.id if update.chat else 0
            if key in self._waiting:
                self._waiting[key].append(update)
            else:
                self._waiting[key] = collections.deque([update])
                chats.create_task(self._work_through(key, stop))
        if unreadable:
            await self._put_aside(unreadable)

    async def _put_aside(self, unreadable: Mapping[int, str]) -> None:
        async with self._database.begin() as uow:
            for update_id, error in unreadable.items():
                await uow.inbox.handled(update_id, at=self._clock.now(), error=error)
            await uow.commit()
        _log.warning("update.unreadable", count=len(unreadable), first=min(unreadable))
        self._stored.set()

    async def _work_through(self, key: int, stop: asyncio.Event) -> None:
        waiting = self._waiting[key]
        while waiting and not stop.is_set():
            update = waiting.popleft()
            await self._handle(update, stop)
            self._in_hand.discard(update.update_id)
        del self._waiting[key]
        if self._more_wait_in_the_database:
            self._stored.set()

    async def _handle(self, update: Update, stop: asyncio.Event) -> None:
        failures = 0
        waits = GrowingWait()
        while failures < MOST_TRIES:
            try:
                return await self._route(update)
            except Exception:  # noqa: BLE001  (one update must not end the handling of all others)
                _log.exception("update.failed", update_id=update.update_id)
            await first_of(stop, clock=self._clock, within=waits.grow())
            if stop.is_set():
                return None
            failures += await self._database_answers()
        if update.callback_query is not None:
            self._answers.toast(update.callback_query.id, texts.WENT_WRONG)
        return await self._answers.nothing(update.update_id, error="failed")

    async def _route(self, update: Update) -> None:
        handlers, update_id = self._handlers, update.update_id
        if update.callback_query is not None:
            button = ContributionButton.parse(update.callback_query.data)
            if button is not None:
                return await handlers.contributions.pressed(update_id, update.callback_query, button)
            choice = LookalikeButton.parse(update.callback_query.data)
            if choice is not None:
                return await handlers.lookalikes.pressed(update_id, update.callback_query, choice)
            return await handlers.cards.handle(update_id, update.callback_query)
        if update.message is not None:
            return await self._route_message(update_id, update.message)
        change = update.chat_member or update.my_chat_member
        if change is not None:
            return await handlers.members.changed(update_id, change)
        return await self._answers.nothing(update_id)

    async def _route_message(self, update_id: int, message: Message) -> None:
        author, prompt = message.from_, message.reply_to_message
        if message.migrate_to_chat_id is not None:
            new_chat_id = ChatId(message.migrate_to_chat_id)
            return await self._handlers.members.moved(update_id, ChatId(message.chat.id), new_chat_id)
        if author is None or author.is_bot:
            return await self._answers.nothing(update_id)
        if message.has_file:
            return await self._handlers.contributions.sent(update_id, message, author)
        if not message.text:
            return await self._answers.nothing(update_id)
        if message.text.startswith("/"):
            return await self._handlers.commands.handle(update_id, message, author)
        if prompt is not None and prompt.from_ is not None and prompt.from_.is_bot:
            if await self._handlers.contributions.captioned(update_id, message, author):
                return None
            return await self._handlers.replies.handle(update_id, message, author, prompt)
        return await self._answers.nothing(update_id)

    async def _database_answers(self) -> bool:
        """Whether the failure was the update's own: while the database is away, no update is to blame."""
        try:
            async with self._database.read() as look:
                await look.inbox.unhandled(limit=1)
        except Exception:  # noqa: BLE001  (whatever the driver raises says the same here)
            return False
        return True
