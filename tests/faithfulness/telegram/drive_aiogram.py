"""Drives a Bot API with aiogram, or holds replies against aiogram's models; in an environment of its own."""

import asyncio
import importlib
import json
import sys
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

# Only the environment this runs in has aiogram.
aiogram: Any = importlib.import_module("aiogram")
exceptions: Any = importlib.import_module("aiogram.exceptions")
methods: Any = importlib.import_module("aiogram.methods")
types: Any = importlib.import_module("aiogram.types")
session_module: Any = importlib.import_module("aiogram.client.session.aiohttp")
server_module: Any = importlib.import_module("aiogram.client.telegram")


def connected(base: str, token: str) -> Any:
    """Return aiogram's bot, pointed at a base URL."""
    server = server_module.TelegramAPIServer.from_base(base)
    return aiogram.Bot(token, session=session_module.AiohttpSession(api=server))


async def drive(base: str, token: str, group: str, picture: str, video: str) -> dict[str, Any]:
    """Send, edit, download, run into refusals, and answer the press of a button."""
    bot, chat = connected(base, token), int(group)
    content = Path(picture).read_bytes()  # noqa: ASYNC240 - a few kilobytes
    button = types.InlineKeyboardButton(text="Go", callback_data="aiogram:go")
    keyboard = types.InlineKeyboardMarkup(inline_keyboard=[[button]])
    me = await bot.get_me()
    card = await bot.send_photo(
        chat, types.FSInputFile(picture), caption="<b>Card</b>", parse_mode="HTML", reply_markup=keyboard
    )
    place = {"chat_id": chat, "message_id": card.message_id}
    edited = await bot.edit_message_caption(**place, caption="Edited", reply_markup=keyboard)
    media = [types.InputMediaPhoto(media=types.FSInputFile(picture)) for _ in range(2)]
    album = await bot.send_media_group(chat, media)
    film = await bot.send_video(chat, types.FSInputFile(video))
    document = await bot.send_document(chat, types.BufferedInputFile(content, "original.jpg"))
    download = await bot.download(document.document)
    errors = {
        "same": await refusal(bot.edit_message_caption(**place, caption="Edited", reply_markup=keyboard)),
        "chat": await refusal(bot.send_message(-1, "x")),
        "blocked": await refusal(bot.send_message(7009, "x")),
        "upgraded": await refusal(bot.send_message(-55, "x")),
        "flood": await refusal(flooded(bot, chat)),
        "token": await refusal(connected(base, f"{token}x").get_me()),
    }
    pressed = await pressed_button(bot)
    await bot.session.close()
    return {
        "me": me.username,
        "card": [len(card.photo), card.caption, card.caption_entities[0].type],
        "edited": edited.caption,
        "album": len({message.media_group_id for message in album}),
        "film": [film.video.width, film.video.duration, film.video.thumbnail is not None],
        "same_bytes": download.read() == content,
        "errors": errors,
        "pressed": pressed,
    }


async def flooded(bot: Any, chat: int) -> None:
    """Send more than a group takes."""
    for number in range(30):
        await bot.send_message(chat, str(number))


async def pressed_button(bot: Any) -> str:
    """Poll as aiogram does until a button is pressed, answer, edit the card, and stop."""
    dispatcher: Any = aiogram.Dispatcher()
    pressed: list[str] = []

    async def handle(query: Any) -> None:
        await query.answer("Seen by aiogram", show_alert=True)
        await query.message.edit_caption(caption=f"Pressed by {query.from_user.first_name}")
        pressed.append(query.data)
        await dispatcher.stop_polling()

    dispatcher.callback_query.register(handle)
    # A short poll: stopping waits for the open one to end.
    await dispatcher.start_polling(bot, polling_timeout=1, handle_signals=False, close_bot_session=False)
    return pressed[0]


async def refusal(call: Awaitable[Any]) -> list[Any]:
    """Return the kind and the words of the error that a call ends in."""
    try:
        await call
    except exceptions.TelegramAPIError as error:
        more = [
            getattr(error, name) for name in ("retry_after", "migrate_to_chat_id") if hasattr(error, name)
        ]
        return [type(error).__name__, error.message, *more]
    return []


def validate(replies: list[Any]) -> list[str]:
    """Return the replies that aiogram's models refuse, each with the reason."""
    refused: list[str] = []
    for name, reply in replies:
        returned = getattr(methods, name[0].upper() + name[1:]).__returning__
        try:
            methods.base.Response[returned].model_validate(reply)
        except ValueError as error:
            refused.append(f"{name}: {error}")
    return refused


def main() -> None:
    """Do what the first argument says."""
    command, *arguments = sys.argv[1:]
    if command == "validate":
        sys.stdout.write(json.dumps(validate(json.load(sys.stdin))))
    else:
        sys.stdout.write(json.dumps(asyncio.run(drive(*arguments))))


if __name__ == "__main__":
    main()
