"""Formatted text: from what a bot sends to text and entities. Lengths and offsets are UTF-16 code units."""

import dataclasses
import json
import re
from typing import Any

from sandbox.json_values import Json, is_array
from sandbox.telegram import html_markup
from sandbox.telegram.arguments import Arguments
from sandbox.telegram.errors import bad_request

_WHITESPACE = " \n\t\r"
_OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})
"""Entities inside which nothing is found by itself."""

_FOUND_BY_ITSELF = (
    ("url", re.compile(r"https?://[^\s<>\"]*[^\s<>\".,:;!?)']")),
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{4,32}\b")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d_]\w*")),
)


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class FormattedText:
    """A text as a message holds it."""

    text: str
    entities: list[Json]

    def fields(self, name: str) -> Json:
        """Return it as fields of a Message: `text` and `entities`, or `caption` and `caption_entities`."""
        if not self.text:
            return {}
        entities = "entities" if name == "text" else "caption_entities"
        return {name: self.text} | ({entities: self.entities} if self.entities else {})


def units(text: str) -> int:
    """Return a text's length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def text_in(arguments: Arguments, name: str, *, entities: str) -> FormattedText:
    """Return the formatted text of a call.

    Raises:
        ApiError: 400 when it cannot be parsed.
    """
    raw = arguments.text(name).replace("\r", "")
    listed = arguments.json(entities, refusal="can't parse entities JSON object")
    return formatted(raw, parse_mode=arguments.text("parse_mode"), listed=listed)


def formatted(raw: str, *, parse_mode: str, listed: Any = None) -> FormattedText:
    """Return a raw text parsed, trimmed, and with what Telegram finds in it by itself.

    `listed` are entities given beside the text; a parse mode wins over them.

    Raises:
        ApiError: 400 when it cannot be parsed.
    """
    match parse_mode.lower():
        case "html":
            try:
                text, entities = html_markup.parse(raw)
            except html_markup.MarkupError as error:
                raise bad_request(f"can't parse entities: {error}") from None
        case "" | "none":
            text, entities = raw, _checked(listed, units(raw))
        case _:
            raise bad_request("unsupported parse_mode")
    text, entities = _trimmed(text, entities)
    return FormattedText(text=text, entities=_sorted(entities + _found(text, entities)))


def _checked(listed: Any, length: int) -> list[Json]:
    if listed is None:
        return []
    if not is_array(listed):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    entities: list[Json] = []
    for entity in listed:
        match entity:
            case {"type": str(), "offset": int(offset), "length": int(size)}:
                pass
            case _:
                raise bad_request(f"can't parse MessageEntity: {json.dumps(entity)}")
        if offset < 0 or size <= 0 or offset + size > length:
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text"
                f" at UTF-16 offset {offset + size}"
            )
        entities.append(dict(entity))
    return entities


def _trimmed(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    text = text.rstrip(_WHITESPACE)
    # What is formatted keeps its leading space; only what stands before the first entity goes.
    first = min((entity["offset"] for entity in entities), default=units(text))
    leading = min(len(text) - len(text.lstrip(_WHITESPACE)), first)
    length = units(text)
    kept: list[Json] = []
    for entity in entities:
        size = min(entity["length"], length - entity["offset"])
        if size > 0:
            kept.append(entity | {"offset": entity["offset"] - leading, "length": size})
    return text[leading:], kept


def _found(text: str, entities: list[Json]) -> list[Json]:
    taken = [
        range(entity["offset"], entity["offset"] + entity["length"])
        for entity in entities
        if entity["type"] in _OPAQUE
    ]
    found: list[Json] = []
    for kind, pattern in _FOUND_BY_ITSELF:
        for match in pattern.finditer(text):
            offset, length = units(text[: match.start()]), units(match[0])
            if any(offset < span.stop and span.start < offset + length for span in taken):
                continue
            taken.append(range(offset, offset + length))
            found.append({"offset": offset, "length": length, "type": kind})
    return found


def _sorted(entities: list[Json]) -> list[Json]:
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
