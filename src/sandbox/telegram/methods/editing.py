"""Methods that change or remove messages."""

from sandbox.json_values import Json, is_array, is_object
from sandbox.telegram.actors import Message
from sandbox.telegram.calls import Answer, MethodCall
from sandbox.telegram.errors import bad_request
from sandbox.telegram.formatting import text_in, units
from sandbox.telegram.keyboards import inline_keyboard_in
from sandbox.telegram.methods.albums import media_content

_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
_MOST_DELETED_AT_ONCE = 100


async def edit_message_text(call: MethodCall) -> Answer:
    """Replace a message's text; without a keyboard in the call the message loses its own."""
    text = text_in(call.arguments, "text", entities="entities")
    if not text.text:
        raise bad_request("message text is empty")
    if units(text.text) > call.state.limits.text_units:
        raise bad_request("MESSAGE_TOO_LONG")
    message = _own(call)
    if "text" not in message.content:
        raise bad_request("there is no text in the message to edit")
    return _edited(call, message, text.fields("text"))


async def edit_message_caption(call: MethodCall) -> Answer:
    """Replace a caption; without a keyboard in the call the message loses its own."""
    caption = text_in(call.arguments, "caption", entities="caption_entities")
    if units(caption.text) > call.state.limits.caption_units:
        raise bad_request("MEDIA_CAPTION_TOO_LONG")
    message = _own(call)
    if "text" in message.content:
        raise bad_request("there is no caption in the message to edit")
    kept = {key: value for key, value in message.content.items() if not key.startswith("caption")}
    return _edited(call, message, kept | caption.fields("caption"))


async def edit_message_reply_markup(call: MethodCall) -> Answer:
    """Replace a keyboard, or remove it."""
    message = _own(call)
    return _edited(call, message, message.content)


async def edit_message_media(call: MethodCall) -> Answer:
    """Replace what a message shows; a text may become media, never the other way."""
    item = call.arguments.json("media", refusal="can't parse input media JSON object")
    if not is_object(item):
        raise bad_request("media not found" if item is None else "can't parse InputMedia: expected an Object")
    message = _own(call)
    content = await media_content(call, item)
    album = message.content.get("media_group_id")
    return _edited(call, message, content | ({"media_group_id": album} if album else {}))


async def delete_message(call: MethodCall) -> Answer:
    """Delete one message."""
    message = call.message(purpose="delete")
    if not _may_delete(call, message):
        raise bad_request("message can't be deleted for everyone")
    _delete(call, message)
    return Answer(result=True)


async def delete_messages(call: MethodCall) -> Answer:
    """Delete up to 100 messages; those that are not there, or not deletable, are skipped."""
    chat = call.chat()
    given = call.arguments.json("message_ids", refusal="can't parse message identifiers JSON object")
    if not is_array(given) or not given:
        raise bad_request("message identifiers are not specified")
    if len(given) > _MOST_DELETED_AT_ONCE:
        raise bad_request("too many message identifiers specified")
    for message_id in given:
        message = chat.message(int(message_id))
        if message is not None and _may_delete(call, message):
            _delete(call, message)
    return Answer(result=True)


def _own(call: MethodCall) -> Message:
    message = call.message(purpose="edit")
    if message.sender.id != call.bot.id:
        raise bad_request("message can't be edited")
    return message


def _edited(call: MethodCall, message: Message, content: Json) -> Answer:
    reply_markup = inline_keyboard_in(call.arguments, call.state.limits, only_inline=True)
    if content == message.content and reply_markup == message.reply_markup:
        raise bad_request(_NOT_MODIFIED)
    call.state.rates[call.bot.id].count(message.chat.id, edit=True)
    message.content, message.reply_markup = content, reply_markup
    message.edit_date = call.state.world.clock.timestamp()
    call.state.announce(message, "edited")
    return Answer(message.as_json())


def _may_delete(call: MethodCall, message: Message) -> bool:
    if call.state.world.clock.timestamp() - message.date >= call.state.limits.delete_seconds:
        return False
    in_charge = message.chat.members.get(call.bot.id) == "administrator"
    return message.sender.id == call.bot.id or message.chat.type == "private" or in_charge


def _delete(call: MethodCall, message: Message) -> None:
    message.deleted = True
    call.state.announce(message, "deleted")
