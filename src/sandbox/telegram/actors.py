"""Who is there: people, bots, chats, and what they say."""

import dataclasses
import hashlib
from typing import Any

from sandbox.json_values import Json

PRESENT = frozenset({"creator", "administrator", "member"})
"""Member statuses of somebody who is in the chat."""
IN_CHARGE = frozenset({"creator", "administrator"})


@dataclasses.dataclass(kw_only=True, slots=True)
class Person:
    """A Telegram user; a bot is one too."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False

    def as_json(self) -> Json:
        """Return the Bot API's User."""
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | _given(
            last_name=self.last_name, username=self.username, language_code=self.language_code
        )


@dataclasses.dataclass(kw_only=True, slots=True)
class Bot:
    """A bot and what is set for it."""

    token: str
    person: Person
    reads_all_messages: bool = False
    """Off is privacy mode, as BotFather makes bots: in groups only commands and replies reach it."""
    commands: dict[str, list[Json]] = dataclasses.field(default_factory=dict[str, list[Json]])
    """By scope and language."""
    profile: dict[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    """What the harmless setters set, by the name of their getter."""

    @property
    def id(self) -> int:
        """The bot's user id."""
        return self.person.id


@dataclasses.dataclass(kw_only=True, slots=True)
class Message:
    """A message as it now is."""

    id: int
    chat: "Chat"
    sender: Person
    date: int
    """Unix seconds."""
    content: Json
    """The fields that make up what is said: text, caption, entities, photo, video and so on."""
    reply_markup: Json | None = None
    reply_to: "Message | None" = None
    thread_id: int | None = None
    edit_date: int | None = None
    deleted: bool = False

    def as_json(self, *, with_reply: bool = True) -> Json:
        """Return the Bot API's Message; a replied-to message is shown one level deep."""
        shown: Json = {
            "message_id": self.id,
            "from": self.sender.as_json(),
            "chat": self.chat.as_json(),
            "date": self.date,
        }
        if self.thread_id is not None:
            shown |= {"message_thread_id": self.thread_id, "is_topic_message": True}
        if with_reply and self.reply_to is not None and not self.reply_to.deleted:
            shown["reply_to_message"] = self.reply_to.as_json(with_reply=False)
        if self.edit_date is not None:
            shown["edit_date"] = self.edit_date
        shown |= self.content
        if self.reply_markup is not None:
            shown["reply_markup"] = self.reply_markup
        return shown


@dataclasses.dataclass(kw_only=True, slots=True)
class Chat:
    """A private chat, group, supergroup or channel, with who is in it and what was said."""

    id: int
    type: str
    """`private`, `group`, `supergroup` or `channel`."""
    title: str = ""
    username: str = ""
    person: Person | None = None
    """The other side of a private chat."""
    is_forum: bool = False
    topics: set[int] = dataclasses.field(default_factory=set[int])
    """Thread ids of a forum, without the general topic."""
    members: dict[int, str] = dataclasses.field(default_factory=dict[int, str])
    """Status by user id."""
    migrated_to: int | None = None
    messages: dict[int, Message] = dataclasses.field(default_factory=dict[int, Message])
    pinned: Message | None = None
    last_message_id: int = 0

    @property
    def instance(self) -> str:
        """What Telegram gives as `chat_instance`: one value for each chat."""
        return str(int.from_bytes(hashlib.sha256(str(self.id).encode()).digest()[:8], signed=True))

    def as_json(self) -> Json:
        """Return the Bot API's Chat."""
        if self.person is not None:
            person = _given(
                first_name=self.person.first_name,
                last_name=self.person.last_name,
                username=self.person.username,
            )
            return {"id": self.id, **person, "type": self.type}
        shown: Json = {
            "id": self.id,
            "title": self.title,
            **_given(username=self.username),
            "type": self.type,
        }
        return shown | ({"is_forum": True} if self.is_forum else {})

    def message(self, message_id: int) -> Message | None:
        """Return a message that is there and not deleted."""
        message = self.messages.get(message_id)
        return None if message is None or message.deleted else message


def _given(**texts: str) -> Json:
    return {name: text for name, text in texts.items() if text}
