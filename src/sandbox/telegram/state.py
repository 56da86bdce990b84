"""All that the stand-in knows: bots, people, chats, messages, presses, and what waits for whom."""

import asyncio
import dataclasses
import re

from sandbox.json_values import Json
from sandbox.telegram.actors import PRESENT, Bot, Chat, Message, Person
from sandbox.telegram.attachments import Attachments
from sandbox.telegram.errors import bad_request, forbidden
from sandbox.telegram.files import Files
from sandbox.telegram.limits import Limits
from sandbox.telegram.rates import Rates
from sandbox.telegram.updates import UpdateQueue
from sandbox.telegram.webhooks import Webhook
from sandbox.world import World

_COMMAND = re.compile(r"/\w+(?:@(\w+))?")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Press:
    """A press of a button that waits for the bot's answer."""

    bot_id: int
    pressed_at: float
    """Unix seconds of the sandbox's clock."""
    answer: asyncio.Future[Json]
    """Completed with `text` and `show_alert`."""


class TelegramState:
    """Everything, and the few changes that several methods of the Bot API share."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.limits = Limits()
        self.files = Files(world)
        self.attachments = Attachments(self.files, self.limits)
        self.bots: dict[str, Bot] = {}
        """By token."""
        self.people: dict[int, Person] = {}
        """By user id; bots are among them."""
        self.chats: dict[int, Chat] = {}
        self.queues: dict[int, UpdateQueue] = {}
        """By bot id."""
        self.webhooks: dict[int, Webhook] = {}
        """By bot id."""
        self.rates: dict[int, Rates] = {}
        """By bot id."""
        self.presses: dict[str, Press] = {}
        """By callback query id."""

    def add_bot(self, bot: Bot) -> None:
        """Let a bot in."""
        self.bots[bot.token] = bot
        self.people[bot.id] = bot.person
        self.queues[bot.id] = UpdateQueue(
            clock=self.world.clock, limits=self.limits, first_id=self.world.random.randrange(10**8, 5 * 10**8)
        )
        self.webhooks[bot.id] = Webhook(self.world, self.queues[bot.id])
        self.rates[bot.id] = Rates(self.limits, self.world.clock)

    def bots_in(self, chat: Chat) -> list[Bot]:
        """Return the bots that are in a chat."""
        return [bot for bot in self.bots.values() if chat.members.get(bot.id) in PRESENT]

    def chat_for(self, bot: Bot, chat_id: str) -> Chat:
        """Return the chat that a bot means, if it may act there.

        Raises:
            ApiError: 400 or 403 in the server's words.
        """
        if not chat_id:
            raise bad_request("chat_id is empty")
        chat = self._chat(chat_id)
        if chat is None:
            if chat_id.isdecimal() and int(chat_id) in self.people:
                raise forbidden("bot can't initiate conversation with a user")
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            error = bad_request("group chat was upgraded to a supergroup chat")
            error.parameters = {"migrate_to_chat_id": chat.migrated_to}
            raise error
        match chat.members.get(bot.id):
            case None:
                raise bad_request("chat not found")
            case "kicked" if chat.type == "private":
                raise forbidden("bot was blocked by the user")
            case "kicked":
                raise forbidden(f"bot was kicked from the {chat.type} chat")
            case "left":
                raise forbidden(f"bot is not a member of the {chat.type} chat")
            case _:
                return chat

    def _chat(self, chat_id: str) -> Chat | None:
        if chat_id.startswith("@"):
            wanted = chat_id[1:].lower()
            return next((chat for chat in self.chats.values() if chat.username.lower() == wanted), None)
        try:
            return self.chats.get(int(chat_id))
        except ValueError:
            return None

    def post(
        self,
        chat: Chat,
        sender: Person,
        content: Json,
        *,
        reply_markup: Json | None = None,
        reply_to: Message | None = None,
        thread_id: int | None = None,
    ) -> Message:
        """Put a message into a chat and tell who watches."""
        chat.last_message_id += 1
        message = Message(
            id=chat.last_message_id,
            chat=chat,
            sender=sender,
            date=self.world.clock.timestamp(),
            content=content,
            reply_markup=reply_markup,
            reply_to=reply_to,
            thread_id=thread_id,
        )
        chat.messages[message.id] = message
        self.announce(message, "new")
        return message

    def announce(self, message: Message, change: str) -> None:
        """Tell who watches that a message is `new`, `edited` or `deleted`."""
        self.world.announce(
            "message", {"chat_id": message.chat.id, "message_id": message.id, "change": change}
        )

    def tell_bots(self, message: Message) -> None:
        """Queue a person's message, or a service message, for the bots in the chat that get to see it."""
        for bot in self.bots_in(message.chat):
            if _sees(bot, message):
                self.queues[bot.id].add("message", {"message": message.as_json()})


def _sees(bot: Bot, message: Message) -> bool:
    # Privacy mode: https://core.telegram.org/bots/features#privacy-mode
    text = message.content.get("text", message.content.get("caption"))
    if (
        message.chat.type == "private"
        or bot.reads_all_messages
        or message.chat.members[bot.id] == "administrator"
    ):
        return True
    if text is None and not any(
        kind in message.content for kind in ("photo", "video", "document", "animation")
    ):
        return True
    if message.reply_to is not None and message.reply_to.sender.id == bot.id:
        return True
    command = _COMMAND.match(text or "")
    return command is not None and (command[1] is None or command[1].lower() == bot.person.username.lower())
