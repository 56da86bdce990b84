"""Text for Telegram in its HTML: the one place that escapes, and the one that counts and cuts.

Telegram counts a text after its markup is parsed, in UTF-16 units: an emoji counts twice, a tag nothing.
Source: Bot API documentation as quoted by the clients, read 2026-11-20.
"""

import dataclasses
import html
from collections.abc import Iterable

MAX_TEXT_UNITS = 4096
"""Longest text of a message. Source: Bot API schema 10.3, read 2026-11-20."""
MAX_CAPTION_UNITS = 1024
"""Longest caption of a photo, video or document. Source: Bot API schema 10.3, read 2026-11-20."""
ELLIPSIS = "…"


@dataclasses.dataclass(frozen=True, slots=True)
class Html:
    """Marked-up text, safe to send, and how long Telegram counts it."""

    source: str
    units: int

    def __add__(self, other: "Html") -> "Html":
        return Html(self.source + other.source, self.units + other.units)

    def __bool__(self) -> bool:
        return bool(self.source)

    def __str__(self) -> str:
        return self.source


EMPTY = Html("", 0)


def plain(text: str) -> Html:
    """Return text as it is."""
    return Html(html.escape(text, quote=False), units_of(text))


def bold(text: str) -> Html:
    """Return bold text."""
    return _wrapped("b", text)


def italic(text: str) -> Html:
    """Return italic text."""
    return _wrapped("i", text)


def code(text: str) -> Html:
    """Return text in a fixed width that is copied by a tap."""
    return _wrapped("code", text)


def preformatted(text: str) -> Html:
    """Return a block in a fixed width that is copied by a tap."""
    return _wrapped("pre", text)


def link(text: str, url: str) -> Html:
    """Return text that opens an address."""
    return Html(f'<a href="{html.escape(url)}">{html.escape(text, quote=False)}</a>', units_of(text))


def joined(parts: Iterable[Html], *, by: str = "\n") -> Html:
    """Return the parts that are not empty, with `by` between them."""
    whole = EMPTY
    for part in parts:
        if part:
            whole = whole + plain(by) + part if whole else part
    return whole


def units_of(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def cut(text: str, units: int) -> str:
    """Return a text of at most so many UTF-16 units, with an ellipsis at its end where it was cut."""
    if units_of(text) <= units:
        return text
    return chunks(text, units - 1)[0].rstrip() + ELLIPSIS if units > 1 else ELLIPSIS[:units]


def chunks(text: str, units: int) -> list[str]:
    """Return the whole text in pieces of at most so many UTF-16 units, which must be two or more."""
    pieces: list[str] = []
    start = length = 0
    for position, character in enumerate(text):
        size = 2 if character > "\uffff" else 1
        if length + size > units:
            pieces.append(text[start:position])
            start, length = position, 0
        length += size
    if start < len(text):
        pieces.append(text[start:])
    return pieces


def _wrapped(tag: str, text: str) -> Html:
    return Html(f"<{tag}>{html.escape(text, quote=False)}</{tag}>", units_of(text))
