"""The Telegram messages that stand for a publication."""

import dataclasses
import enum

from domain.ids import CardId, ChatId, PublicationId, UserId


class CardKind(enum.StrEnum):
    """What a card wants of the team."""

    POST = "post"
    """Post it by hand."""
    APPROVAL = "approval"
    """Say whether it may go out."""
    QUESTION = "question"
    """Say whether it is live."""
    PROMPT_TIME = "prompt_time"
    """Answer with a time."""
    PROMPT_LINK = "prompt_link"
    """Answer with the link of the live post."""

    @property
    def is_prompt(self) -> bool:
        """Whether it is a plain message that waits for a reply."""
        return self in {CardKind.PROMPT_TIME, CardKind.PROMPT_LINK}


class CardPanel(enum.StrEnum):
    """Which set of buttons an open card shows."""

    MAIN = "main"
    LATER = "later"
    """The times to choose from."""
    CONFIRM_REJECT = "confirm_reject"
    """Reject asks once more."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message in the chat that stands for a publication, or asks something about it."""

    id: CardId
    publication_id: PublicationId
    kind: CardKind
    chat_id: ChatId
    panel: CardPanel = CardPanel.MAIN
    message_id: int | None = None
    """The message with the buttons; None while it was not delivered."""
    media_message_ids: tuple[int, ...] = ()
    """Further messages that show its media, such as an album."""
    is_open: bool = True
    """False once it was decided or another card took its place; it then shows how it ended."""
    asked_of: UserId | None = None
    """For prompts: who is to answer."""


class Action(enum.StrEnum):
    """What a button of a card asks for."""

    POSTED = "posted"
    SKIP = "skip"
    LATER = "later"
    """Show the times to choose from."""
    LATER_HOUR = "later_hour"
    LATER_TONIGHT = "later_tonight"
    LATER_TOMORROW = "later_tomorrow"
    LATER_OWN = "later_own"
    """Ask for a time."""
    REJECT = "reject"
    """Ask once more."""
    REJECT_SURELY = "reject_surely"
    BACK = "back"
    """Show the main buttons again."""
    APPROVE = "approve"
    LET_BOT = "let_bot"
    """Let the bot post it after all."""
    TAKE_OVER = "take_over"
    """Take a scheduled one to post it by hand."""
    ORIGINAL = "original"
    """Send the original file as a document."""
    CAPTION = "caption"
    """Send the whole caption as a text."""
    LIVE = "live"
    """It is live."""
    LIVE_LINK = "live_link"
    """It is live, and here is its link: ask for it."""
    ABSENT = "absent"
    """It is not there, post again."""
    LEAVE = "leave"
    """Leave it as it is."""
