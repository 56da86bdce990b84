"""What the team is told, by meaning; `bot/views` finds the words."""

import dataclasses
import enum

from domain.ids import AccountId, CardId, PublicationId


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


class AlertKind(enum.StrEnum):
    """What the team hears of without having asked."""

    RECONNECT = "reconnect"
    """An account's access is dead; its publications come as cards."""
    MISSED = "missed"
    """A publication was too late to go out."""
    FAILED = "failed"
    """A publication failed for good."""
    CARD_FAILED = "card_failed"
    """A card could not be shown with its media; the text says where the file is."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class SendAlert:
    """Tell the team that something happened that it should know."""

    kind: AlertKind
    publication_id: PublicationId | None = None
    account_id: AccountId | None = None
    detail: str = ""


Message = ShowCard | SendText | SendOriginal | SendCaption | SendQueue | SendAlert
