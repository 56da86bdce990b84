"""Media that people send and forward, as their apps do it."""

import base64
import binascii
import dataclasses
from collections.abc import Sequence
from typing import Literal

from sandbox.json_values import Json
from sandbox.telegram.actors import Chat, Message, Person
from sandbox.telegram.arguments import Upload
from sandbox.telegram.errors import ApiError
from sandbox.telegram.formatting import formatted
from sandbox.telegram.state import TelegramState

LARGEST_ALBUM = 10
_CONTENT = frozenset(
    {"photo", "video", "animation", "document", "caption", "caption_entities", "text", "entities"}
)
"""What a forwarded message takes along."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class SharedFile:
    """A file somebody picks in their app."""

    name: str
    content: str
    """In base64."""
    kind: Literal["photo", "video", "animation", "document"] = "photo"
    """A photo is made smaller before it is sent; a document arrives as it is."""


async def share(
    state: TelegramState,
    chat: Chat,
    person: Person,
    files: Sequence[SharedFile],
    *,
    caption: str,
    reply_to: Message | None,
) -> list[Message]:
    """Let a person send files: one message each, several of them as an album with the caption on the first.

    Raises:
        ValueError: there are none or too many, or their app would not send one.
    """
    if not 1 <= len(files) <= LARGEST_ALBUM:
        raise ValueError(f"1 to {LARGEST_ALBUM} files are sent at once")
    contents = [await _kept(state, file) for file in files]
    contents[0] |= formatted(caption, parse_mode="").fields("caption") if caption else {}
    return _posted(state, chat, person, contents, reply_to=reply_to)


def forward(state: TelegramState, chat: Chat, person: Person, messages: Sequence[Message]) -> list[Message]:
    """Let a person forward messages; several with media that were an album are one again."""
    contents: list[Json] = []
    for message in messages:
        origin = {"type": "user", "sender_user": message.sender.as_json(), "date": message.date}
        shown = {key: value for key, value in message.content.items() if key in _CONTENT}
        contents.append(shown | {"forward_origin": origin})
    is_album = len({message.content.get("media_group_id") for message in messages} - {None}) == 1
    return _posted(state, chat, person, contents, is_album=is_album)


def _posted(
    state: TelegramState,
    chat: Chat,
    person: Person,
    contents: Sequence[Json],
    *,
    reply_to: Message | None = None,
    is_album: bool = True,
) -> list[Message]:
    album: Json = {}
    if is_album and len(contents) > 1:
        album = {"media_group_id": str(state.world.random.randrange(10**16, 10**17))}
    posted = [state.post(chat, person, content | album, reply_to=reply_to) for content in contents]
    for message in posted:
        state.tell_bots(message)
    return posted


async def _kept(state: TelegramState, file: SharedFile) -> Json:
    try:
        content = base64.b64decode(file.content, validate=True)
    except binascii.Error:
        raise ValueError(f"the content of {file.name} is not base64") from None
    upload = Upload(name=file.name, content=content, content_type="application/octet-stream")
    try:
        return dict(await state.attachments.keep(upload, kind=file.kind))
    except ApiError as error:
        raise ValueError(f"{file.name}: {error.description}") from None
