"""Handling that fails: the update is tried again, and one that never works is put aside."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator
from typing import Any, cast

from bot.answers import Answers
from bot.dispatch import Dispatcher, Handlers
from bot.handlers.cards import CardPresses
from bot.handlers.commands import Commands
from bot.handlers.contributions import ContributionHandlers
from bot.handlers.lookalikes import LookalikePresses
from bot.handlers.members import Members
from bot.handlers.replies import PromptReplies
from bot.updates import Message, User
from services.unit_of_work import Repositories, UnitOfWork
from support.bot_world import BotWorld, FastClock
from support.telegram_api import until


class BrokenDatabase:
    """A database that is away for the first so many transactions after it was broken."""

    def __init__(self, team: BotWorld) -> None:
        self._database = team.database
        self.away_for = 0

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncGenerator[Repositories]:
        self._fail_while_away()
        async with self._database.read() as look:
            yield look

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncGenerator[UnitOfWork]:
        self._fail_while_away()
        async with self._database.begin() as uow:
            yield uow

    def _fail_while_away(self) -> None:
        if self.away_for > 0:
            self.away_for -= 1
            raise ConnectionError("the database is away")


class FakeCommands:
    """Fails as often as it is told to, by chat; then notes what it handled, and marks it."""

    def __init__(self, answers: Answers, database: BrokenDatabase) -> None:
        self._answers = answers
        self._database = database
        self.failures: dict[int, int] = {}
        self.takes_the_database_along = False
        self.handled: list[tuple[int, str]] = []

    async def handle(self, update_id: int, message: Message, author: User) -> None:
        if self.failures.get(message.chat.id, 0) > 0:
            self.failures[message.chat.id] -= 1
            self._database.away_for = 1 if self.takes_the_database_along else 0
            raise RuntimeError("a bug")
        self.handled.append((message.chat.id, message.text))
        await self._answers.nothing(update_id)


class DispatchWorld:
    """A dispatcher over a real inbox, with handlers that can fail."""

    def __init__(self, team: BotWorld) -> None:
        self.team = team
        self.database = BrokenDatabase(team)
        self.answers = Answers(database=self.database, clock=team.clock, bot=team.bot)
        self.commands = FakeCommands(self.answers, self.database)
        self.stored = asyncio.Event()
        self.dispatcher = Dispatcher(
            database=self.database,
            clock=FastClock(),
            handlers=Handlers(
                cards=cast("CardPresses", None),
                commands=cast("Commands", self.commands),
                replies=cast("PromptReplies", None),
                contributions=cast("ContributionHandlers", None),
                lookalikes=cast("LookalikePresses", None),
                members=cast("Members", None),
            ),
            answers=self.answers,
            stored=self.stored,
            beat=lambda: None,
        )

    async def store(self, *commands: tuple[int, int, str]) -> None:
        """Put commands into the inbox: number, chat, text."""
        updates: dict[int, Any] = {
            number: {
                "update_id": number,
                "message": {
                    "message_id": number,
                    "chat": {"id": chat, "type": "group"},
                    "from": {"id": 1, "first_name": "Anna"},
                    "text": text,
                },
            }
            for number, chat, text in commands
        }
        async with self.team.database.begin() as uow:
            await uow.inbox.add(
                {n: json.dumps(body) for n, body in updates.items()}, at=self.team.clock.now()
            )
            await uow.commit()
        self.stored.set()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(self.dispatcher.run(stop))
        try:
            yield
        finally:
            stop.set()
            await task


async def test_updates_of_one_chat_are_handled_in_order_though_one_fails_first(team: BotWorld) -> None:
    world = DispatchWorld(team)
    world.commands.failures = {-1: 1}
    await world.store((1, -1, "/a"), (2, -1, "/b"), (3, -2, "/c"))

    async with world.running():
        await until(team.inbox_is_empty)

    assert world.commands.handled == [(-2, "/c"), (-1, "/a"), (-1, "/b")]


async def test_an_update_that_never_works_is_put_aside_and_the_next_is_handled(team: BotWorld) -> None:
    world = DispatchWorld(team)
    world.commands.failures = {-1: 3}
    await world.store((1, -1, "/bug"), (2, -1, "/b"))

    async with world.running():
        await until(team.inbox_is_empty)

    assert world.commands.handled == [(-1, "/b")]


async def test_no_update_is_put_aside_for_a_database_that_was_away(team: BotWorld) -> None:
    world = DispatchWorld(team)
    world.commands.failures = {-1: 4}
    world.commands.takes_the_database_along = True
    await world.store((1, -1, "/a"))

    async with world.running():
        await until(team.inbox_is_empty)

    assert world.commands.handled == [(-1, "/a")]


async def test_what_cannot_be_read_is_put_aside_at_once(team: BotWorld) -> None:
    world = DispatchWorld(team)
    async with team.database.begin() as uow:
        await uow.inbox.add({1: "nonsense", 2: '{"update_id": 2}'}, at=team.clock.now())
        await uow.commit()

    async with world.running():
        await until(team.inbox_is_empty)

    assert world.commands.handled == []
