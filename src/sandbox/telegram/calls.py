"""What a method of the Bot API is here: a coroutine from a call to its answer."""

import dataclasses
from collections.abc import Awaitable, Callable
from typing import Any

from sandbox.telegram.actors import Bot, Chat, Message
from sandbox.telegram.arguments import Arguments
from sandbox.telegram.errors import bad_request
from sandbox.telegram.state import TelegramState


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class MethodCall:
    """One call of one bot."""

    state: TelegramState
    bot: Bot
    arguments: Arguments

    def chat(self) -> Chat:
        """Return the chat that `chat_id` names. Raises `ApiError` when the bot may not act there."""
        return self.state.chat_for(self.bot, self.arguments.text("chat_id"))

    def message(self, *, purpose: str) -> Message:
        """Return the message that `chat_id` and `message_id` name.

        Raises:
            ApiError: 400; it is not there, and the text says `purpose`, such as "edit".
        """
        chat = self.chat()
        message_id = self.arguments.integer("message_id")
        if message_id <= 0:
            raise bad_request("message identifier is not specified")
        message = chat.message(message_id)
        if message is None:
            raise bad_request(f"message to {purpose} not found")
        return message


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a successful call answers; a few methods add a description."""

    result: Any
    description: str = ""


Method = Callable[[MethodCall], Awaitable[Answer]]
