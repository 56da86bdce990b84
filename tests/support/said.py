"""What people say to the bot, and what it says."""

from support.bot_world import BotWorld
from support.telegram_api import ANNA, GROUP, until


def texts(team: BotWorld, chat: int = GROUP) -> list[str]:
    """What the bot said in a chat, oldest first."""
    said = [message.content for message in team.telegram.messages(chat) if message.sender.is_bot]
    return [content.get("text") or content.get("caption") or "" for content in said]


async def answer(team: BotWorld, text: str, *, by: int = ANNA, chat: int = GROUP) -> str:
    """Say something and return what the bot says next."""
    known = len(texts(team, chat)) if chat in {GROUP, ANNA} else 0
    team.telegram.say(chat_id=chat, user_id=by, text=text)

    async def is_answered() -> bool:
        return len(texts(team, chat)) > known

    await until(is_answered)
    return texts(team, chat)[-1]
