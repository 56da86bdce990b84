"""The Telegram stand-in as plain data, to be written down and read again."""

import asyncio
import dataclasses
from collections.abc import Mapping

from sandbox.json_values import Json
from sandbox.telegram.actors import Bot, Chat, Message, Person
from sandbox.telegram.files import StoredFile
from sandbox.telegram.state import Press, TelegramState
from sandbox.telegram.updates import Update
from sandbox.telegram.webhooks import Target

IDS_PASSED_OVER = 1000
"""Ids of messages and updates that are left out by a restored world, in each chat and for each bot.

The last moments before a kill are not written down, but clients may have seen ids of that time. A message
must not get the id of a forgotten one, and an update with an id that its bot has confirmed would be lost.
"""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MessageRecord:
    """A message; people and messages are named by id."""

    id: int
    sender: int
    date: int
    content: Json
    reply_markup: Json | None
    reply_to: int | None
    thread_id: int | None
    edit_date: int | None
    deleted: bool


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ChatRecord:
    """A chat and what was said in it."""

    id: int
    type: str
    title: str
    username: str
    is_forum: bool
    topics: set[int]
    members: Mapping[int, str]
    migrated_to: int | None
    pinned: int | None
    last_message_id: int
    messages: list[MessageRecord]


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class BotRecord:
    """A bot and what waits for it."""

    bot: Bot
    allowed: frozenset[str] | None
    next_update_id: int
    waiting: list[Update]
    webhook: Target | None


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PressRecord:
    """A press that waits for the bot's answer."""

    id: str
    bot_id: int
    pressed_at: float


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class TelegramSnapshot:
    """All of it but the rates, which a new process counts anew."""

    people: list[Person]
    bots: list[BotRecord]
    chats: list[ChatRecord]
    presses: list[PressRecord]
    files: list[StoredFile]

    def __post_init__(self) -> None:
        """Refuse a snapshot that names people it does not have; raises `ValueError`."""
        known = {person.id for person in self.people} | {record.bot.id for record in self.bots}
        for chat in self.chats:
            named = {*chat.members, *(message.sender for message in chat.messages)}
            if not named <= known or (chat.type == "private" and chat.id not in known):
                raise ValueError(f"somebody in chat {chat.id} is unknown")


def taken(state: TelegramState) -> TelegramSnapshot:
    """Return what there is now; it shares objects with the state, so use it before anything else happens."""
    return TelegramSnapshot(
        people=[person for person in state.people.values() if not person.is_bot],
        bots=[_bot_record(state, bot) for bot in state.bots.values()],
        chats=[_chat_record(chat) for chat in state.chats.values()],
        presses=[
            PressRecord(id=query_id, bot_id=press.bot_id, pressed_at=press.pressed_at)
            for query_id, press in state.presses.items()
            if not press.answer.done() or press.answer.cancelled()
        ],
        files=state.files.all(),
    )


async def restore(state: TelegramState, snapshot: TelegramSnapshot) -> None:
    """Fill an empty state; webhooks are delivered to again from now on."""
    state.files.restore(snapshot.files)
    state.people |= {person.id: person for person in snapshot.people}
    for record in snapshot.bots:
        await _restore_bot(state, record)
    for chat in snapshot.chats:
        state.chats[chat.id] = _chat(chat, state.people)
    for press in snapshot.presses:
        answer = asyncio.get_running_loop().create_future()
        state.presses[press.id] = Press(bot_id=press.bot_id, pressed_at=press.pressed_at, answer=answer)


def _bot_record(state: TelegramState, bot: Bot) -> BotRecord:
    queue = state.queues[bot.id]
    return BotRecord(
        bot=bot,
        allowed=queue.allowed,
        next_update_id=queue.next_id,
        waiting=queue.waiting(),
        webhook=state.webhooks[bot.id].target,
    )


async def _restore_bot(state: TelegramState, record: BotRecord) -> None:
    state.add_bot(record.bot)
    queue = state.queues[record.bot.id]
    queue.allowed = record.allowed
    queue.restore(record.waiting, next_id=record.next_update_id + IDS_PASSED_OVER)
    if record.webhook is not None:
        await state.webhooks[record.bot.id].set(record.webhook)


def _chat_record(chat: Chat) -> ChatRecord:
    return ChatRecord(
        id=chat.id,
        type=chat.type,
        title=chat.title,
        username=chat.username,
        is_forum=chat.is_forum,
        topics=chat.topics,
        members=chat.members,
        migrated_to=chat.migrated_to,
        pinned=chat.pinned.id if chat.pinned else None,
        last_message_id=chat.last_message_id,
        messages=[_message_record(message) for message in chat.messages.values()],
    )


def _message_record(message: Message) -> MessageRecord:
    return MessageRecord(
        id=message.id,
        sender=message.sender.id,
        date=message.date,
        content=message.content,
        reply_markup=message.reply_markup,
        reply_to=message.reply_to.id if message.reply_to else None,
        thread_id=message.thread_id,
        edit_date=message.edit_date,
        deleted=message.deleted,
    )


def _chat(record: ChatRecord, people: Mapping[int, Person]) -> Chat:
    chat = Chat(
        id=record.id,
        type=record.type,
        title=record.title,
        username=record.username,
        person=people[record.id] if record.type == "private" else None,
        is_forum=record.is_forum,
        topics=record.topics,
        members=dict(record.members),
        migrated_to=record.migrated_to,
        last_message_id=record.last_message_id + IDS_PASSED_OVER,
    )
    for each in record.messages:  # oldest first: a reply follows what it replies to
        chat.messages[each.id] = Message(
            id=each.id,
            chat=chat,
            sender=people[each.sender],
            date=each.date,
            content=each.content,
            reply_markup=each.reply_markup,
            reply_to=chat.messages.get(each.reply_to) if each.reply_to else None,
            thread_id=each.thread_id,
            edit_date=each.edit_date,
            deleted=each.deleted,
        )
    chat.pinned = chat.messages.get(record.pinned) if record.pinned else None
    return chat
