"""Methods that send one message."""

import dataclasses

from sandbox.json_values import Json, is_object
from sandbox.telegram.actors import Chat, Message
from sandbox.telegram.calls import Answer, MethodCall
from sandbox.telegram.errors import bad_request
from sandbox.telegram.formatting import FormattedText, text_in, units
from sandbox.telegram.keyboards import inline_keyboard_in

_ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip
_CAPTIONED = ("photo", "video", "animation", "document")


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Destination:
    """Where a message goes and what hangs on it."""

    chat: Chat
    thread_id: int | None
    reply_to: Message | None
    reply_markup: Json | None


def destination_of(call: MethodCall) -> Destination:
    """Return where a call sends to. Raises `ApiError` in the server's words."""
    reply_markup = inline_keyboard_in(call.arguments, call.state.limits)
    chat = call.chat()
    return Destination(
        chat=chat,
        thread_id=_thread(call, chat),
        reply_to=_reply_to(call, chat),
        reply_markup=reply_markup,
    )


def caption_in(call: MethodCall) -> FormattedText:
    """Return a call's caption. Raises `ApiError` when it cannot be parsed or is too long."""
    caption = text_in(call.arguments, "caption", entities="caption_entities")
    if units(caption.text) > call.state.limits.caption_units:
        raise bad_request("message caption is too long")
    return caption


async def send_message(call: MethodCall) -> Answer:
    """Send a text."""
    text = text_in(call.arguments, "text", entities="entities")
    if not text.text:
        raise bad_request(
            "text must be non-empty" if call.arguments.text("text") else "message text is empty"
        )
    if units(text.text) > call.state.limits.text_units:
        raise bad_request("message is too long")
    return _sent(call, destination_of(call), text.fields("text"))


async def send_photo(call: MethodCall) -> Answer:
    """Send a photo."""
    return await _send_media(call, "photo")


async def send_video(call: MethodCall) -> Answer:
    """Send a video; what is no MPEG-4 video arrives as a document."""
    return await _send_media(call, "video")


async def send_animation(call: MethodCall) -> Answer:
    """Send an animation."""
    return await _send_media(call, "animation")


async def send_document(call: MethodCall) -> Answer:
    """Send a file as it is."""
    return await _send_media(call, "document")


async def send_chat_action(call: MethodCall) -> Answer:
    """Show what the bot is doing; nothing is kept of it."""
    call.chat()
    if call.arguments.text("action").lower() not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    return Answer(result=True)


async def copy_message(call: MethodCall) -> Answer:
    """Send a copy of a message, with another caption if one is given."""
    destination = destination_of(call)
    source = call.state.chat_for(call.bot, call.arguments.text("from_chat_id"))
    original = source.message(call.arguments.integer("message_id"))
    if original is None:
        raise bad_request("message to copy not found")
    content = {key: value for key, value in original.content.items() if key != "media_group_id"}
    if call.arguments.has("caption") and any(kind in content for kind in _CAPTIONED):
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= caption_in(call).fields("caption")
    message_id = _sent(call, destination, content).result["message_id"]
    return Answer({"message_id": message_id})


async def _send_media(call: MethodCall, kind: str) -> Answer:
    caption = caption_in(call)
    destination = destination_of(call)
    content = await call.state.attachments.content(call.arguments, kind=kind, field=kind)
    return _sent(call, destination, content | caption.fields("caption") | _flags(call))


def _flags(call: MethodCall) -> Json:
    flags = ("has_spoiler", "has_media_spoiler"), ("show_caption_above_media", "show_caption_above_media")
    return {shown: True for given, shown in flags if call.arguments.flag(given)}


def _sent(call: MethodCall, destination: Destination, content: Json) -> Answer:
    call.state.rates[call.bot.id].count(destination.chat.id)
    message = call.state.post(
        destination.chat,
        call.bot.person,
        content,
        reply_markup=destination.reply_markup,
        reply_to=destination.reply_to,
        thread_id=destination.thread_id,
    )
    return Answer(message.as_json())


def _thread(call: MethodCall, chat: Chat) -> int | None:
    # The general topic is addressed by leaving the id out; its own id, 1, is refused like an unknown one.
    thread_id = call.arguments.integer("message_thread_id")
    if thread_id == 0:
        return None
    if thread_id not in chat.topics:
        raise bad_request("message thread not found")
    return thread_id


def _reply_to(call: MethodCall, chat: Chat) -> Message | None:
    given = call.arguments.json("reply_parameters", refusal="can't parse reply parameters JSON object")
    parameters = given if is_object(given) else {}
    message_id = parameters.get("message_id") or call.arguments.integer("reply_to_message_id")
    if not message_id:
        return None
    message = chat.message(int(message_id))
    optional = parameters.get("allow_sending_without_reply") or call.arguments.flag(
        "allow_sending_without_reply"
    )
    if message is None and not optional:
        raise bad_request("message to be replied not found")
    return message
