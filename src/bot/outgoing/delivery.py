"""What came of delivering one message."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """Something arrived."""

    message_id: int = 0
    """The message with the buttons; 0 when there is none."""
    media_message_ids: tuple[int, ...] = ()
    """The messages above it that show its media."""
    messages: int = 1
    """How many messages it was, as the limits count them."""
    is_complete: bool = True
    """False: the media stand there, and the message with the buttons is to follow in its turn."""
