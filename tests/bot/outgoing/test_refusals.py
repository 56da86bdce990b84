import datetime as dt

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.outgoing.refusals import (
    Down,
    Moved,
    Refused,
    TooFast,
    has_other_text,
    is_gone,
    is_not_modified,
    read_refusal,
)
from domain.ids import ChatId


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


def test_a_429_says_how_long_to_wait() -> None:
    assert read_refusal(RetryAfter(7)) == TooFast(after=dt.timedelta(seconds=7))


def test_a_chat_that_moved_is_followed() -> None:
    assert read_refusal(ChatMigrated(-100200)) == Moved(to=ChatId(-100200))


@pytest.mark.parametrize(
    "error",
    [
        BadRequest("Chat not found"),
        Forbidden("bot was kicked from the group chat"),
        NetworkError("Request Entity Too Large"),
    ],
)
def test_a_definite_no_is_not_asked_again(error: TelegramError) -> None:
    assert read_refusal(error) == Refused(why=error.message)


@pytest.mark.parametrize(
    "cause", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")]
)
def test_a_call_that_never_left_may_be_repeated(cause: Exception) -> None:
    refusal = read_refusal(caused(NetworkError("x"), cause))

    assert refusal == Down(why=type(cause).__name__, unclear=False)


@pytest.mark.parametrize(
    "cause", [httpx.ReadTimeout("x"), httpx.ReadError("x"), httpx.RemoteProtocolError("x")]
)
def test_a_call_that_left_without_an_answer_is_unclear(cause: Exception) -> None:
    assert read_refusal(caused(TimedOut(), cause)) == Down(why=type(cause).__name__, unclear=True)


@pytest.mark.parametrize("error", [NetworkError("Bad Gateway"), InvalidToken("x"), Conflict("x")])
def test_an_error_of_telegrams_own_has_no_effect(error: TelegramError) -> None:
    refusal = read_refusal(error)

    assert isinstance(refusal, Down)
    assert not refusal.unclear


def test_an_answer_that_makes_no_sense_is_unclear() -> None:
    refusal = read_refusal(TelegramError("Invalid server response"))

    assert isinstance(refusal, Down)
    assert refusal.unclear


def test_the_words_of_the_server_are_known_as_the_library_writes_them() -> None:
    modified = (
        "Bad Request: message is not modified: specified new message content and reply markup are exactly"
    )

    assert is_not_modified(BadRequest(modified))
    assert is_gone(BadRequest("Bad Request: message to edit not found"))
    assert has_other_text(BadRequest("Bad Request: there is no caption in the message to edit"))
    assert has_other_text(BadRequest("Bad Request: there is no text in the message to edit"))
    assert not is_gone(BadRequest("Bad Request: chat not found"))


def test_no_refusal_repeats_an_address() -> None:
    cause = httpx.ReadError("https://api.telegram.org/bot123:secret/sendPhoto")
    refusal = read_refusal(caused(NetworkError(f"httpx.ReadError: {cause}"), cause))

    assert "secret" not in str(refusal)
