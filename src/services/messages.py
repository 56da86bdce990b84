"""What the team is told, by meaning; `bot/views` finds the words."""

import dataclasses
import datetime as dt
import enum

from domain.ids import AccountId, CardId, ContributionId, MediaId, PlatformName, PublicationId, WorkspaceId


class Urgency(enum.IntEnum):
    """Who goes first when the limits of the chat are reached; lower goes first."""

    PRESS = 0
    """An edit or an answer that somebody who pressed or wrote is waiting for."""
    ALERT = 10
    CARD = 20


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShowCard:
    """Send this card, or redraw it where it was sent already, as the database has it at that moment."""

    card_id: CardId


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendText:
    """Send a text that is ready: HTML as Telegram takes it."""

    html: str
    reply_to: int | None = None
    """Message id in the same chat."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendOriginal:
    """Send the original files of a publication as documents."""

    publication_id: PublicationId
    reply_to: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendCaption:
    """Send the caption of a publication as texts to copy."""

    publication_id: PublicationId
    reply_to: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendQueue:
    """Send a picture and a list of what comes next."""

    reply_to: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendWeek:
    """Send a picture of the plan of the next days."""

    at: dt.datetime
    """From when on."""
    link: str = ""
    """To its page; empty: there is none."""
    reply_to: int | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ShowContribution:
    """Answer what somebody sent, or redraw the answer, as the database has it at that moment."""

    contribution_id: ContributionId


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendLookalikes:
    """Send the pictures of a contribution that look like others of the library, beside those."""

    contribution_id: ContributionId


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendNewLookalikes:
    """Send items that were taken into the library and look like older ones, beside those."""

    media_ids: tuple[MediaId, ...]
    """As many as are to be shown."""
    count: int
    """How many there are."""


class AlertKind(enum.StrEnum):
    """What the team and the admins hear of without having asked."""

    RECONNECT = "reconnect"
    """An account's access is dead; its publications come as cards, or wait."""
    REFRESHED = "refreshed"
    """An account's access was renewed."""
    REFRESH_FAILED = "refresh_failed"
    """An account's access, which still works, could not be renewed."""
    RUNNING_OUT = "running_out"
    """An account's access ends soon; the level is the days left, negative, so that it rises."""
    CONSENT_ENDING = "consent_ending"
    """The consent behind an account's access ends soon; the level is as for `RUNNING_OUT`."""
    QUOTA = "quota"
    """An account's posts are nearly or all used up; the level is the percentage."""
    PAUSED = "paused"
    """Nothing of an account goes out until it is resumed."""
    PLATFORM = "platform"
    """A platform, or the version of its API, cannot be used for now."""
    VERSION = "version"
    """A version of a platform's API ends soon, or is served as another one; posting goes on."""
    UNCONFIRMED = "unconfirmed"
    """Nobody knows whether a publication went out, and the team is asked; the level is its version."""
    MISSED = "missed"
    """A publication was too late to go out."""
    FAILED = "failed"
    """A publication failed for good; the level is its version."""
    NOT_SEEN = "not_seen"
    """A platform was to post a publication by its own schedule, and does not show it."""
    RUNWAY = "runway"
    """What may be posted of a category, or of the whole library, ends within days."""
    NOT_IMPORTED = "not_imported"
    """Files of the media folder could not be taken in; the level is how many."""
    LIBRARY_GONE = "library_gone"
    """Most of the media folder is gone at once, as when a drive is not there; nothing was set aside."""
    SOURCE = "source"
    """The bucket that the library is fetched from cannot be read, or some of its files cannot."""
    STORAGE = "storage"
    """The storage that serves media to the platforms is nearly or all full; the level is the percentage."""
    SETTINGS = "settings"
    """Stored settings of a team cannot be read on this machine, so it was paused."""
    CARD_FAILED = "card_failed"
    """A card could not be shown with its media; the text says where the file is."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendAlert:
    """Tell that something happened that the team should know, or that it is over."""

    kind: AlertKind
    publication_id: PublicationId | None = None
    account_id: AccountId | None = None
    platform: PlatformName | None = None
    category: str | None = None
    """Empty: all categories together."""
    detail: str = ""
    level: int = 0
    """How bad it is, on a scale of its kind; what is told already is told again when this rises."""
    until: dt.datetime | None = None
    """When it ends: a token's life, a wait."""
    is_over: bool = False
    workspace_id: WorkspaceId | None = None
    """Whose matter it is, for who reads it outside the team's chat."""


Message = (
    ShowCard
    | SendText
    | SendOriginal
    | SendCaption
    | SendQueue
    | SendWeek
    | SendAlert
    | ShowContribution
    | SendLookalikes
    | SendNewLookalikes
)
