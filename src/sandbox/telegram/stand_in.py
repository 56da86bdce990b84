"""The Telegram Bot API, played on loopback."""

import asyncio
import dataclasses
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from sandbox.json_values import Json
from sandbox.telegram import sharing, snapshot
from sandbox.telegram.actors import PRESENT, Bot, Chat, Message, Person
from sandbox.telegram.api import BotApi
from sandbox.telegram.formatting import formatted
from sandbox.telegram.limits import Limits
from sandbox.telegram.membership import STATUSES, change_json
from sandbox.telegram.sharing import SharedFile
from sandbox.telegram.snapshot import TelegramSnapshot
from sandbox.telegram.state import Press, TelegramState
from sandbox.world import World


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class PressAnswer:
    """What the person who pressed a button got to see."""

    answered: bool
    """False when the bot did not answer in time."""
    text: str | None = None
    show_alert: bool = False


class TelegramStandIn:
    """Bots, people, chats and their messages, served as the Bot API serves them.

    The methods below are what people, and Telegram itself, do; they raise `ValueError` with a sentence when
    they make no sense.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._state = TelegramState(world)
        self.app = Starlette(routes=self.api_routes())

    @property
    def limits(self) -> Limits:
        """The limits in force; set its fields to change them."""
        return self._state.limits

    def api_routes(self) -> list[BaseRoute]:
        """Return the Bot API's own routes, which start with `/bot` and `/file/bot`."""
        return BotApi(self._state).routes()

    @property
    def state(self) -> TelegramState:
        """What Telegram knows."""
        return self._state

    async def close(self) -> None:
        """End open long polls and presses and stop delivering: the server is to stop."""
        for press in self._state.presses.values():
            press.answer.cancel()
        for bot_id, queue in self._state.queues.items():
            queue.close()
            await self._state.webhooks[bot_id].stop()

    def snapshot(self) -> TelegramSnapshot:
        """Return all there is, for the moment."""
        return snapshot.taken(self._state)

    async def restore(self, past: TelegramSnapshot) -> None:
        """Fill this new stand-in with what there was."""
        await snapshot.restore(self._state, past)

    def add_bot(self, *, token: str, username: str, first_name: str, reads_all_messages: bool = False) -> Bot:
        """Make a bot; its id is the part of the token before the colon."""
        bot_id, _, secret = token.partition(":")
        if not bot_id.isdecimal() or not secret:
            raise ValueError("a bot's token is a number, a colon and a secret")
        person = Person(id=int(bot_id), first_name=first_name, username=username, is_bot=True)
        bot = Bot(token=token, person=person, reads_all_messages=reads_all_messages)
        self._state.add_bot(bot)
        return bot

    def add_person(
        self,
        *,
        id: int,  # noqa: A002 - Telegram's name for it
        first_name: str,
        last_name: str = "",
        username: str = "",
    ) -> Person:
        """Make a person."""
        person = Person(
            id=id, first_name=first_name, last_name=last_name, username=username, language_code="en"
        )
        self._state.people[id] = person
        return person

    def add_chat(
        self,
        *,
        id: int,  # noqa: A002 - Telegram's name for it
        type: str,  # noqa: A002 - Telegram's name for it
        title: str,
        is_forum: bool = False,
        topics: frozenset[int] = frozenset(),
    ) -> Chat:
        """Make a group, supergroup or channel that nobody is in yet."""
        if type not in {"group", "supergroup", "channel"} or id >= 0:
            raise ValueError("a chat is a group, supergroup or channel and its id is negative")
        chat = Chat(id=id, type=type, title=title, is_forum=is_forum, topics=set(topics))
        self._state.chats[id] = chat
        return chat

    def add_member(self, *, chat_id: int, user_id: int, status: str = "member") -> None:
        """Make somebody a member, administrator or creator, or let them leave or be kicked."""
        chat, person = self._chat(chat_id), self._person(user_id)
        if status not in STATUSES:
            raise ValueError(f"a status is one of {', '.join(sorted(STATUSES))}")
        old, chat.members[user_id] = chat.members.get(user_id, "left"), status
        date = self._world.clock.timestamp()
        change = change_json(chat, person, old=old, new=status, by=person, date=date)
        if person.is_bot:
            self._state.queues[user_id].add("my_chat_member", {"my_chat_member": change})
            return
        for bot in self._state.bots_in(chat):
            self._state.queues[bot.id].add("chat_member", {"chat_member": change})

    def open_private_chat(self, *, bot_id: int, user_id: int) -> Chat:
        """Let a person start a bot, or come back to it after blocking it."""
        chat = self._state.chats.setdefault(
            user_id, Chat(id=user_id, type="private", person=self._person(user_id))
        )
        chat.members |= {user_id: "member", bot_id: "member"}
        return chat

    def block_bot(self, *, bot_id: int, user_id: int) -> None:
        """Let a person block a bot."""
        self.open_private_chat(bot_id=bot_id, user_id=user_id).members[bot_id] = "kicked"

    def migrate(self, *, chat_id: int, new_id: int) -> Chat:
        """Upgrade a group to a supergroup with another id."""
        old = self._chat(chat_id)
        new = self.add_chat(id=new_id, type="supergroup", title=old.title)
        new.members = dict(old.members)
        by = self._person(next(iter(old.members)))
        self._state.tell_bots(self._state.post(old, by, {"migrate_to_chat_id": new_id}))
        self._state.tell_bots(self._state.post(new, by, {"migrate_from_chat_id": chat_id}))
        old.migrated_to = new_id
        return new

    def messages(self, chat_id: int) -> list[Message]:
        """Return a chat's messages, oldest first, deleted ones among them."""
        return list(self._chat(chat_id).messages.values())

    def say(
        self, *, chat_id: int, user_id: int, text: str, reply_to_message_id: int | None = None
    ) -> Message:
        """Let a person write."""
        chat, person = self._writing(chat_id, user_id)
        content = formatted(text, parse_mode="").fields("text")
        if not content:
            raise ValueError("there is nothing in this text")
        reply_to = chat.message(reply_to_message_id) if reply_to_message_id else None
        message = self._state.post(chat, person, content, reply_to=reply_to)
        self._state.tell_bots(message)
        return message

    async def share(
        self,
        *,
        chat_id: int,
        user_id: int,
        files: Sequence[SharedFile],
        caption: str = "",
        reply_to_message_id: int | None = None,
    ) -> list[Message]:
        """Let a person send files, several of them as an album; photos are made smaller, as apps do."""
        chat, person = self._writing(chat_id, user_id)
        reply_to = chat.message(reply_to_message_id) if reply_to_message_id else None
        return await sharing.share(self._state, chat, person, files, caption=caption, reply_to=reply_to)

    def forward(
        self, *, chat_id: int, user_id: int, from_chat_id: int, message_ids: Sequence[int]
    ) -> list[Message]:
        """Let a person forward messages that they can see."""
        chat, person = self._writing(chat_id, user_id)
        source, _ = self._writing(from_chat_id, user_id)
        messages = [source.message(message_id) for message_id in message_ids]
        found = [message for message in messages if message is not None]
        if not found or len(found) < len(messages):
            raise ValueError("there is no such message to be forwarded")
        return sharing.forward(self._state, chat, person, found)

    async def press(
        self, *, chat_id: int, message_id: int, user_id: int, data: str, wait_seconds: float = 5.0
    ) -> PressAnswer:
        """Let a person press a button and wait, in real seconds, for what the bot answers.

        Neither the button nor the message need be there, nor the person in the chat: clients can be forged.
        """
        chat, person = self._chat(chat_id), self._person(user_id)
        message = chat.messages.get(message_id)
        bot_id = self._pressed_bot(chat, message)
        query_id = str(self._world.random.randrange(10**17, 10**18))
        press = Press(
            bot_id=bot_id,
            pressed_at=self._world.clock.now().timestamp(),
            answer=asyncio.get_running_loop().create_future(),
        )
        self._state.presses[query_id] = press
        shown: Json = (
            {"chat": chat.as_json(), "message_id": message_id, "date": 0}
            if message is None or message.deleted
            else message.as_json()
        )
        query = {
            "id": query_id,
            "from": person.as_json(),
            "message": shown,
            "chat_instance": chat.instance,
            "data": data,
        }
        self._state.queues[bot_id].add("callback_query", {"callback_query": query})
        await asyncio.wait({press.answer}, timeout=wait_seconds)
        if press.answer.done() and not press.answer.cancelled():
            return PressAnswer(answered=True, **press.answer.result())
        return PressAnswer(answered=False)

    def inject(self, *, token: str, update: Json) -> int | None:
        """Put any JSON into a bot's updates; return its id, None when the bot does not want its kind."""
        body = {key: value for key, value in update.items() if key != "update_id"}
        kind = next(iter(body), "message")
        return self._state.queues[self._bot(token).id].add(kind, body)

    def forget_updates(self, *, token: str) -> None:
        """Empty a bot's updates, as if it had fetched them all."""
        self._state.queues[self._bot(token).id].forget_all()

    def _bot(self, token: str) -> Bot:
        bot = self._state.bots.get(token)
        if bot is None:
            raise ValueError("there is no bot of this token")
        return bot

    def _chat(self, chat_id: int) -> Chat:
        chat = self._state.chats.get(chat_id)
        if chat is None:
            raise ValueError(f"there is no chat {chat_id}")
        return chat

    def _writing(self, chat_id: int, user_id: int) -> tuple[Chat, Person]:
        """Return the chat somebody writes in; a first word in private starts the bot there is."""
        person = self._person(user_id)
        if chat_id == user_id:
            for bot in self._state.bots.values():
                self.open_private_chat(bot_id=bot.id, user_id=user_id)
        chat = self._chat(chat_id)
        if chat.members.get(user_id) not in PRESENT:
            raise ValueError(f"{person.first_name} is not in this chat")
        return chat, person

    def _person(self, user_id: int) -> Person:
        person = self._state.people.get(user_id)
        if person is None:
            raise ValueError(f"there is no person {user_id}")
        return person

    def _pressed_bot(self, chat: Chat, message: Message | None) -> int:
        if message is not None and message.sender.is_bot:
            return message.sender.id
        bots = self._state.bots_in(chat)
        if not bots:
            raise ValueError("there is no bot in this chat")
        return bots[0].id
