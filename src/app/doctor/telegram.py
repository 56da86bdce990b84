"""Looks at the bot, at what it may do in each team's chat, and whether it reaches the admins."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus

from app.doctor.installation import Installation, NotCheckedError
from bot.inspection import (
    BotFacts,
    ChatFacts,
    Place,
    TelegramInspector,
    TelegramRefusalError,
    TelegramSilenceError,
)
from domain.finding import Finding, fail, ok, skipped, warn

BOT, CHAT, ADMINS = "bot", "chat", "admins"
NO_TOKEN = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND})
GROUPS = frozenset({"group", "supergroup"})
NEEDED = {
    "can_send_messages": "messages",
    "can_send_photos": "photos",
    "can_send_videos": "videos",
    "can_send_documents": "documents",
}
"""What cards and files are sent as."""


async def look(installation: Installation) -> list[Finding]:
    """Look at the bot first, and then at all that it can be asked."""
    telegram = installation.settings.telegram
    if telegram.telegram_bot_token is None:
        return [fail(BOT, "there is none", "set TELEGRAM_BOT_TOKEN, which BotFather shows")]
    inspector = TelegramInspector(
        installation.http,
        token=telegram.telegram_bot_token.get_secret_value(),
        api_base_url=telegram.telegram_api_base_url,
    )
    try:
        bot, has_webhook = await asyncio.gather(inspector.me(), inspector.has_webhook())
    except TelegramRefusalError as refusal:
        if refusal.code in NO_TOKEN:
            return [
                fail(BOT, "Telegram does not know the token", "check TELEGRAM_BOT_TOKEN; BotFather shows it")
            ]
        return [fail(BOT, f"Telegram refuses: {refusal}", "try again later")]
    except TelegramSilenceError as silence:
        to_do = "check the network, and TELEGRAM_API_BASE_URL if it is set"
        return [fail(BOT, f"Telegram gives no answer ({silence})", to_do)]
    about_chats = [_chat(inspector, bot, chat, team) for chat, team in (await _chats(installation)).items()]
    about_admins = [_admin(inspector, bot, admin_id) for admin_id in telegram.telegram_admin_ids]
    found = await asyncio.gather(*about_chats, *about_admins)
    chats = found[: len(about_chats)] or [fail(CHAT, "no team has one yet", "set TELEGRAM_CHAT_ID")]
    return [_bot(bot, has_webhook=has_webhook), *chats, *found[len(about_chats) :]]


def _bot(bot: BotFacts, *, has_webhook: bool) -> Finding:
    if has_webhook:
        says = f"@{bot.username} has a webhook, so Storyline cannot fetch what people do"
        return fail(
            BOT, says, "call deleteWebhook of the Bot API, and see that no other program uses the bot"
        )
    return ok(BOT, f"@{bot.username}")


async def _chats(installation: Installation) -> dict[int, str]:
    """Return the chats of all teams, with the teams' names."""
    try:
        workspaces: Sequence[tuple[int, str]] = [
            (workspace.chat_id, workspace.name) for workspace in (await installation.records()).workspaces
        ]
    except NotCheckedError:
        workspaces = []
    first = installation.settings.telegram.telegram_chat_id
    return {**({} if first is None else {int(first): ""}), **dict(workspaces)}


async def _chat(inspector: TelegramInspector, bot: BotFacts, chat_id: int, team: str) -> Finding:
    subject = team or str(chat_id)
    try:
        chat = await inspector.chat(chat_id)
        place = await inspector.place(chat_id, bot.id)
    except TelegramRefusalError as refusal:
        if refusal.migrated_to:
            says = f"the group has become a supergroup, {refusal.migrated_to}"
            return fail(CHAT, says, f"TELEGRAM_CHAT_ID={refusal.migrated_to}", subject=subject)
        to_do = f"add @{bot.username} to the chat, and check TELEGRAM_CHAT_ID ({chat_id})"
        return fail(CHAT, f"Telegram refuses: {refusal}", to_do, subject=subject)
    except TelegramSilenceError as silence:
        return skipped(CHAT, f"Telegram gives no answer ({silence})", subject=subject)
    if place.status in {"left", "kicked"}:
        to_do = f"add @{bot.username} to the chat"
        return fail(CHAT, f"the bot is not in “{chat.name}”", to_do, subject=subject)
    refused = _refused(chat, place)
    if refused:
        to_do = "let members do that, or make the bot an administrator"
        if chat.kind == "channel":
            to_do = "make the bot an administrator that may post"
        return fail(
            CHAT, f"the bot may not send {', '.join(refused)} in “{chat.name}”", to_do, subject=subject
        )
    if chat.kind in GROUPS and not bot.reads_all_messages and place.status == "member":
        says = (
            f"in “{chat.name}” the bot sees commands, presses and replies, but no files that people throw in"
        )
        to_do = "make it an administrator, or turn its group privacy off in BotFather and add it again"
        return warn(CHAT, says, to_do, subject=subject)
    return ok(CHAT, f"“{chat.name}”, where the bot is {place.status}", subject=subject)


def _refused(chat: ChatFacts, place: Place) -> list[str]:
    """Return what the bot may not send."""
    if chat.kind == "channel":
        return [] if place.rights.get("can_post_messages") else ["anything"]
    match place.status:
        case "member":
            rights = chat.permissions
        case "restricted":
            rights = place.rights
        case _:
            return []
    return [what for right, what in NEEDED.items() if not rights.get(right, True)]


async def _admin(inspector: TelegramInspector, bot: BotFacts, admin_id: int) -> Finding:
    subject = str(admin_id)
    try:
        chat = await inspector.chat(admin_id)
    except TelegramRefusalError:
        says = "has not written to the bot, which therefore cannot alert this admin in private"
        return warn(ADMINS, says, f"let them open @{bot.username} and press Start", subject=subject)
    except TelegramSilenceError as silence:
        return skipped(ADMINS, f"Telegram gives no answer ({silence})", subject=subject)
    return ok(ADMINS, f"{chat.name} can be written to", subject=subject)
