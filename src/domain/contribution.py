"""What a person sent to the bot: one message with media, or one album, and what is to become of it."""

import dataclasses
import datetime as dt
import enum

from domain.ids import ChatId, ContributedFileId, ContributionId, MediaId, UserId, WorkspaceId
from domain.media import Need

CATEGORY = "chat"
"""The category of what was sent, until a person says another."""


class ContributionStage(enum.StrEnum):
    """How far the bot is with it."""

    GATHERING = "gathering"
    """Its messages may still be coming, or its files are still to be fetched."""
    ANSWERED = "answered"
    """All its files are settled, and the chat was told."""


class Wish(enum.StrEnum):
    """What is to become of it."""

    PLAN = "plan"
    """Put into the next slots."""
    LIBRARY = "library"
    """Keep it, and let the planner come to it in its own time."""
    DISCARD = "discard"
    """Use none of it; its files are deleted after a while."""


class FileStage(enum.StrEnum):
    """What became of one file."""

    WAITING = "waiting"
    """To be fetched."""
    TAKEN = "taken"
    """An item of the library."""
    KNOWN = "known"
    """The library had the very same file."""
    REFUSED = "refused"
    """It cannot be used; `detail` says why."""
    REPLACED = "replaced"
    """It was an item, until the original of the photo came."""
    REMOVED = "removed"
    """It was an item and never used, so its file was deleted."""


class FileForm(enum.StrEnum):
    """How Telegram carried it."""

    PHOTO = "photo"
    """Made smaller by Telegram; the original was never sent."""
    VIDEO = "video"
    """Possibly made smaller by the sender's app."""
    DOCUMENT = "document"
    """The original, byte for byte."""


class ContributionPanel(enum.StrEnum):
    """Which buttons the answer shows."""

    MAIN = "main"
    CATEGORY = "category"
    NEEDS = "needs"
    WHEN = "when"


class ContributionAction(enum.StrEnum):
    """What the buttons of the answer do."""

    CATEGORY = "category"
    """Shows the categories."""
    CATEGORY_IS = "category_is"
    NEEDS = "needs"
    """Shows the needs."""
    NEED = "need"
    """Adds a need, or takes it away."""
    WHEN = "when"
    """Shows the days."""
    WHEN_NEXT = "when_next"
    WHEN_ON = "when_on"
    CAROUSEL = "carousel"
    """Makes one post of all, or several of one."""
    LIBRARY = "library"
    PLAN = "plan"
    """Plans after all what was only kept, or discarded."""
    DISCARD = "discard"
    BACK = "back"
    """Shows the first buttons again."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One message with media, or one album."""

    id: ContributionId
    workspace_id: WorkspaceId
    chat_id: ChatId
    """Where it was sent, and is answered: the team's chat, or a person's own with the bot."""
    sent_by: UserId
    first_message_id: int
    """0: it is in a chat that became another one."""
    sent_at: dt.datetime
    ready_at: dt.datetime
    """When it is taken to be complete: the messages of an album come one by one."""
    stage: ContributionStage
    version: int
    """Counts its changes; a button that shows an older one does nothing."""
    caption: str
    category: str
    needs: frozenset[Need]
    wish: Wish
    on_date: dt.date | None = None
    """The local date to begin with; None: the next free slots."""
    is_carousel: bool = False
    """All its files are one post, where the account takes that."""
    panel: ContributionPanel = ContributionPanel.MAIN
    message_id: int | None = None
    """The bot's answer; None: it is not sent yet."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ContributedFile:
    """One file of a contribution."""

    id: ContributedFileId
    contribution_id: ContributionId
    message_id: int
    form: FileForm
    file_id: str
    """Telegram's name for it, which only this bot can use."""
    unique_id: str
    """The same for every sending of the same file."""
    name: str
    size_bytes: int | None
    """As Telegram says; None: it does not."""
    caption: str
    """Its own; empty: the contribution's holds."""
    stage: FileStage
    media_id: MediaId | None = None
    detail: str = ""
    tries: int = 0
    next_try_at: dt.datetime
