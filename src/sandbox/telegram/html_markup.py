"""Telegram's HTML: a small strict dialect with texts of its own for what it refuses.

Source: the Bot API's formatting options and the public source of the server's entity parser, read 2026-11-20.
Byte offsets in errors count UTF-8 bytes of the raw text.
"""

import dataclasses
import re
from typing import Any

_KINDS = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
    "code": "code", "pre": "pre", "a": "text_link",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,8})|#([0-9]{1,8})|(lt|gt|amp|quot))(;?)")
_LINK = re.compile(
    r"(?:https?|tg|ton|tonsite)://\S+|mailto:\S+|tel:\S+|[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?", re.IGNORECASE
)
_SPACE = " \n\t\r"
_LAST_CODE_POINT = 0x10FFFF
_LAST_OF_ONE_UNIT = 0xFFFF


class MarkupError(ValueError):
    """What the parser refuses, in the server's words."""


@dataclasses.dataclass(kw_only=True, slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    begin: int
    """Index into the plain text where the entity's text starts."""


class _Parser:
    def __init__(self, raw: str) -> None:
        self._raw = raw
        self._at = 0
        self._plain: list[str] = []
        self._offset = 0
        self._open: list[_Open] = []
        self._entities: list[dict[str, Any]] = []

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self._at < len(self._raw):
            if self._raw[self._at] != "<":
                self._character()
            elif self._raw.startswith("</", self._at):
                self._end_tag()
            else:
                self._start_tag()
        if self._open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return "".join(self._plain), self._entities

    def _character(self) -> None:
        found = _CHARACTER.match(self._raw, self._at)
        character = _character_of(found) if found else None
        if found is None or character is None:
            character = self._raw[self._at]
            self._at += 1
        else:
            self._at = found.end()
        self._plain.append(character)
        self._offset += 2 if ord(character) > _LAST_OF_ONE_UNIT else 1

    def _start_tag(self) -> None:
        begin = self._at
        tag = self._word(begin + 1, _SPACE + ">").lower()
        if self._at >= len(self._raw):
            raise MarkupError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
        if tag not in _KINDS:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begin)}')
        argument = ""
        while not self._skipped_to(">"):
            name, value = self._attribute(tag, begin)
            argument = _argument(tag, name, value) or argument
        if tag == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begin)}')
        self._at += 1
        self._open.append(_Open(tag=tag, argument=argument, offset=self._offset, begin=len(self._plain)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._word(self._at, _SPACE + "=>/")
        if not name:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begin)}')
        if not self._skipped_to("="):
            return name, ""
        self._at += 1
        if self._skipped_to('"') or self._skipped_to("'"):
            quote = self._raw[self._at]
            end = self._raw.find(quote, self._at + 1)
            if end < 0:
                raise MarkupError(f"Unclosed start tag at byte offset {self._bytes(begin)}")
            value, self._at = self._raw[self._at + 1 : end], end + 1
            return name, _CHARACTER.sub(lambda found: _character_of(found) or found[0], value)
        token_begin = self._at
        found = re.compile(r"[A-Za-z0-9.-]*").match(self._raw, self._at)
        token = found[0] if found else ""
        self._at += len(token)
        if self._raw[self._at : self._at + 1] not in set(_SPACE + ">"):
            raise MarkupError(f"Unexpected end of name token at byte offset {self._bytes(token_begin)}")
        return name, token.lower()

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {self._bytes(begin)}")
        name = self._word(begin + 2, _SPACE + ">")
        if not self._skipped_to(">"):
            raise MarkupError(f"Unclosed end tag at byte offset {self._bytes(begin)}")
        opened = self._open.pop()
        if name and name != opened.tag:
            raise MarkupError(
                f"Unmatched end tag at byte offset {self._bytes(begin)},"
                f' expected "</{opened.tag}>", found "</{name}>"'
            )
        self._at += 1
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        length = self._offset - opened.offset
        if length == 0:
            return
        entity: dict[str, Any] = {"offset": opened.offset, "length": length, "type": _KINDS[opened.tag]}
        match opened.tag:
            case "a":
                url = opened.argument or "".join(self._plain[opened.begin :])
                if not _LINK.fullmatch(url):
                    return
                entity["url"] = url
            case "tg-emoji":
                entity["custom_emoji_id"] = opened.argument
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "pre":
                inner = self._entities[-1] if self._entities else None
                if inner and inner.get("language") and _same_span(inner, entity):
                    self._entities.pop()
                    entity["language"] = inner["language"]
            case "code" if opened.argument:
                if not (
                    self._open and self._open[-1].tag == "pre" and self._open[-1].offset == opened.offset
                ):
                    self._entities.append(entity)
                    return
                entity["language"] = opened.argument
            case _:
                pass
        self._entities.append(entity)

    def _word(self, start: int, stops: str) -> str:
        self._at = start
        while self._at < len(self._raw) and self._raw[self._at] not in stops:
            self._at += 1
        return self._raw[start : self._at]

    def _skipped_to(self, character: str) -> bool:
        while self._at < len(self._raw) and self._raw[self._at] in _SPACE:
            self._at += 1
        return self._raw.startswith(character, self._at)

    def _bytes(self, index: int) -> int:
        return len(self._raw[:index].encode())


def parse(raw: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the plain text and its entities, in UTF-16 code units. Raises `MarkupError`."""
    return _Parser(raw).parse()


def _character_of(found: re.Match[str]) -> str | None:
    hexadecimal, decimal, name, _ = found.groups()
    if name:
        return _NAMED[name]
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code <= _LAST_CODE_POINT else None


def _argument(tag: str, name: str, value: str) -> str:
    match tag, name:
        case "a", "href":
            return value
        case "code", "class" if value.startswith("language-"):
            return value.removeprefix("language-")
        case "span", "class" if value.startswith("tg-"):
            return value.removeprefix("tg-")
        case "tg-emoji", "emoji-id":
            return value
        case "blockquote", "expandable":
            return "1"
        case _:
            return ""


def _same_span(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return (one["offset"], one["length"]) == (other["offset"], other["length"])
