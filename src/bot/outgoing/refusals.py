"""What it means that a call to Telegram failed: one table for all calls."""

import dataclasses
import datetime as dt

import httpx
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from domain.ids import ChatId

_NOTHING_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_TOO_LARGE = "request entity too large"


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class TooFast:
    """Nothing happened; again after this time."""

    after: dt.timedelta


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """The chat has another id now."""

    to: ChatId


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Telegram will not do this, however often it is asked."""

    why: str


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Down:
    """Telegram does not answer as it should; `unclear`: the message may have arrived all the same."""

    why: str
    unclear: bool


Refusal = TooFast | Moved | Refused | Down


def read_refusal(error: TelegramError) -> Refusal:
    """Return what a failed call means. Its words name no address and no token."""
    match error:
        case RetryAfter():
            after = error.retry_after
            return TooFast(after=after if isinstance(after, dt.timedelta) else dt.timedelta(seconds=after))
        case ChatMigrated():
            return Moved(to=ChatId(error.new_chat_id))
        case BadRequest() | Forbidden():
            return Refused(why=error.message)
        case InvalidToken():
            return Down(why="the token is not accepted", unclear=False)
        case _ if _TOO_LARGE in error.message.lower():
            return Refused(why=error.message)
        case _:
            return _unanswered(error)


def _unanswered(error: TelegramError) -> Down:
    cause = error.__cause__
    if isinstance(cause, _NOTHING_LEFT):
        return Down(why=type(cause).__name__, unclear=False)
    if isinstance(cause, httpx.HTTPError):
        return Down(why=type(cause).__name__, unclear=True)
    if type(error) is TelegramError:
        return Down(why="the answer makes no sense", unclear=True)
    # A status of 5xx: Telegram says itself that it failed.
    return Down(why="Telegram reports an error of its own", unclear=False)


def is_not_modified(error: BadRequest) -> bool:
    """Whether an edit found everything as it should be. Source: Bot API server 10.0, read 2026-11-20."""
    return "message is not modified" in error.message.lower()


def is_gone(error: BadRequest) -> bool:
    """Whether the message to edit is not there, or will never be edited again."""
    words = error.message.lower()
    return "message to edit not found" in words or "message can't be edited" in words


def has_other_text(error: BadRequest) -> bool:
    """Whether a caption was edited where there is a text, or the other way round."""
    words = error.message.lower()
    return "there is no text in the message" in words or "there is no caption in the message" in words
