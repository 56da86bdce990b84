"""The buttons below pictures that look alike."""

from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.callbacks import LookalikeButton
from domain.ids import MediaId
from domain.media import MediaItem


def keyboard(pairs: Sequence[tuple[MediaItem, MediaItem]]) -> InlineKeyboardMarkup:
    """Return a row for each pair, which names the newer item where there are several."""
    return InlineKeyboardMarkup([_row(item.id, is_only=len(pairs) == 1) for _, item in pairs])


def _row(media_id: MediaId, *, is_only: bool) -> list[InlineKeyboardButton]:
    keep = "✅ Keep both" if is_only else f"✅ Keep no. {media_id}"
    retire = "🗑 Retire the new one" if is_only else f"🗑 Retire no. {media_id}"
    return [
        InlineKeyboardButton(keep, callback_data=LookalikeButton(media_id=media_id, is_kept=True).encode()),
        InlineKeyboardButton(
            retire, callback_data=LookalikeButton(media_id=media_id, is_kept=False).encode()
        ),
    ]
