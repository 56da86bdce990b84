"""What came of delivering one message."""

import dataclasses

from telegram.error import TelegramError


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something arrived."""

    message_id: int = 0
    """The message with the buttons; 0 when there is none, or none that can be addressed yet."""
    media_message_ids: tuple[int, ...] = ()
    messages: int = 1
    """How many messages it was, as the limits count them."""


class PartlyDeliveredError(Exception):
    """The media of a card arrived, and the message with its buttons did not."""

    def __init__(self, media_message_ids: tuple[int, ...], *, why: TelegramError) -> None:
        super().__init__(str(why))
        self.media_message_ids = media_message_ids
        self.why = why
