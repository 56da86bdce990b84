"""Sending several media as one album."""

from typing import Any

from sandbox.json_values import Json, is_array, is_object
from sandbox.telegram.calls import Answer, MethodCall
from sandbox.telegram.errors import bad_request
from sandbox.telegram.formatting import formatted, units
from sandbox.telegram.methods.sending import destination_of

_PICTURES = frozenset({"photo", "video"})
_KINDS = _PICTURES | {"document"}
_SHOWN = _KINDS | {"animation"}


async def send_media_group(call: MethodCall) -> Answer:
    """Send an album. It carries no keyboard: the method has no such argument."""
    items = _items(call)
    destination = destination_of(call)
    contents = [await media_content(call, item) for item in items]
    call.state.rates[call.bot.id].count(destination.chat.id, messages=len(contents))
    album = {"media_group_id": str(call.state.world.random.randrange(10**17, 10**18))}
    sent = [
        call.state.post(
            destination.chat,
            call.bot.person,
            album | content,
            reply_to=destination.reply_to,
            thread_id=destination.thread_id,
        )
        for content in contents
    ]
    return Answer([message.as_json() for message in sent])


async def media_content(call: MethodCall, item: Json) -> Json:
    """Return the fields of a message that shows an InputMedia. Raises `ApiError`."""
    caption = formatted(
        str(item.get("caption", "")),
        parse_mode=str(item.get("parse_mode", "")),
        listed=item.get("caption_entities"),
    )
    if units(caption.text) > call.state.limits.caption_units:
        raise bad_request("message caption is too long")
    kind, media = str(item.get("type", "")), str(item.get("media", ""))
    if kind not in _SHOWN:
        raise bad_request(f'can\'t parse InputMedia: type "{kind}" is unknown')
    content = await call.state.attachments.content(call.arguments, kind=kind, field="media", value=media)
    flags = {"has_media_spoiler": True} if item.get("has_spoiler") else {}
    return content | caption.fields("caption") | flags


def _items(call: MethodCall) -> list[Json]:
    given = call.arguments.json("media", refusal="can't parse media JSON object")
    if given is None:
        raise bad_request('parameter "media" is required')
    if not is_array(given):
        raise bad_request("expected an Array of InputMedia")
    least, most = call.state.limits.album
    if not given:
        raise bad_request("there are no messages to send")
    if len(given) > most:
        raise bad_request("too many messages to send as an album")
    if len(given) < least:
        # Documented as 2 to 10; this wording is ours.
        raise bad_request("not enough messages to send as an album")
    checked = [_checked(item) for item in given]
    kinds = {item["type"] for item in checked}
    if "document" in kinds and len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    return checked


def _checked(item: Any) -> Json:
    if not is_object(item):
        raise bad_request("can't parse InputMedia: expected an Object")
    kind = item.get("type")
    if kind not in _KINDS:
        raise bad_request(f"can't parse InputMedia: type \"{kind}\" can't be used in sendMediaGroup")
    return item
