"""What a view gives."""

import dataclasses

from telegram import InlineKeyboardMarkup

from bot.html import Html


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A text and the buttons below it."""

    text: Html
    keyboard: InlineKeyboardMarkup | None = None
