"""Telegram's updates as far as the bot reads them, each checked by itself.

The library's own objects check no types and fail on missing fields that nobody here needs, so a press without
its `chat_instance` would be lost and a user id may be a list. These models take what is needed, strictly, and
anything else about an update is free to change. Source of the fields: Bot API schema 10.3, read 2026-11-20.
"""

from typing import Annotated, Any

import pydantic

from domain.ids import UserId
from domain.workspace import Person

ALLOWED_UPDATES = ("message", "callback_query", "chat_member", "my_chat_member")
"""What is asked of Telegram; `chat_member` comes only to bots that administrate the chat."""


def _storable(text: Any) -> Any:
    # PostgreSQL's text holds no NUL.
    return text.replace("\0", "") if isinstance(text, str) else text


_Text = Annotated[str, pydantic.BeforeValidator(_storable)]
_Id = Annotated[int, pydantic.Field(ge=-(2**52), le=2**52)]
_Count = Annotated[int, pydantic.Field(ge=0, le=2**31 - 1)]


class _Part(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True, frozen=True, extra="ignore")


class User(_Part):
    """Somebody who pressed, wrote, came or left."""

    id: Annotated[_Id, pydantic.Field(gt=0)]
    first_name: _Text
    last_name: _Text = ""
    username: _Text = ""
    is_bot: bool = False

    @property
    def person(self) -> Person:
        """This user in the domain's words."""
        name = f"{self.first_name} {self.last_name}".strip()
        return Person(id=UserId(self.id), name=name, username=self.username)


class Chat(_Part):
    """Where something happened."""

    id: _Id
    type: str

    @property
    def is_private(self) -> bool:
        """Whether it is somebody's own chat with the bot."""
        return self.type == "private"


class File(_Part):
    """A file that somebody sent."""

    file_id: Annotated[_Text, pydantic.Field(min_length=1, max_length=1000)]
    file_unique_id: Annotated[_Text, pydantic.Field(min_length=1, max_length=1000)]
    file_size: Annotated[int | None, pydantic.Field(ge=0, le=2**52)] = None
    file_name: _Text = ""
    """Of photos there is none."""
    mime_type: _Text = ""


class RepliedTo(_Part):
    """The message that a message answers."""

    message_id: _Count
    from_: Annotated[User | None, pydantic.Field(alias="from")] = None


class Message(_Part):
    """Something said, or a note of the chat about itself."""

    message_id: _Count
    chat: Chat
    from_: Annotated[User | None, pydantic.Field(alias="from")] = None
    """None for channels and for the chat's own notes."""
    text: _Text = ""
    caption: _Text = ""
    """What is said with a file."""
    media_group_id: _Text | None = None
    """What the messages of an album have in common."""
    photo: tuple[File, ...] = ()
    """One photo in several sizes, the largest last."""
    video: File | None = None
    document: File | None = None
    """Set beside `animation` too."""
    animation: File | None = None
    sticker: File | None = None
    voice: File | None = None
    audio: File | None = None
    video_note: File | None = None
    reply_to_message: RepliedTo | None = None
    migrate_to_chat_id: _Id | None = None
    """The group became a supergroup with this id."""

    @property
    def has_file(self) -> bool:
        """Whether there is a file with it, of whatever kind."""
        files = (self.video, self.document, self.animation, self.sticker, self.voice, self.audio)
        return bool(self.photo) or any((*files, self.video_note))


class PressedMessage(_Part):
    """The message a pressed button stands on; of an old one nothing more is known."""

    message_id: _Count
    chat: Chat


class CallbackQuery(_Part):
    """A press of a button."""

    id: _Text
    from_: Annotated[User, pydantic.Field(alias="from")]
    message: PressedMessage | None = None
    data: _Text = ""


class ChatMember(_Part):
    """What somebody is in a chat."""

    user: User
    status: str
    is_member: bool = False
    """For `restricted` only."""


class ChatMemberUpdated(_Part):
    """Somebody came, left or became something else."""

    chat: Chat
    new_chat_member: ChatMember


class Update(_Part):
    """One update; at most one of its fields is set."""

    update_id: int
    message: Message | None = None
    callback_query: CallbackQuery | None = None
    chat_member: ChatMemberUpdated | None = None
    my_chat_member: ChatMemberUpdated | None = None

    @property
    def chat(self) -> Chat | None:
        """The chat it happened in, where it is known."""
        if self.callback_query is not None:
            return self.callback_query.message.chat if self.callback_query.message else None
        happened = self.message or self.chat_member or self.my_chat_member
        return happened.chat if happened else None


def read(raw: str) -> Update:
    """Read one stored update.

    Raises:
        ValueError: it is not what the Bot API promises.
    """
    return Update.model_validate_json(raw)
