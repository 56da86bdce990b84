"""Reply markup: which keyboards are taken, and in which words the others are refused."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.json_values import Json, is_array, is_object
from sandbox.telegram.arguments import Arguments
from sandbox.telegram.errors import ApiError, bad_request
from sandbox.telegram.limits import Limits

_ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay", "disabled",
)  # fmt: skip
_STYLES = frozenset({"primary", "success", "danger"})
_OTHER_MARKUP = frozenset({"keyboard", "remove_keyboard", "force_reply"})
_URL_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})


def inline_keyboard_in(arguments: Arguments, limits: Limits, *, only_inline: bool = False) -> Json | None:
    """Return the inline keyboard of a call, checked; None for none, an empty one, or another kind of markup.

    Only an inline keyboard becomes part of the message. `only_inline` refuses the other kinds, as edits do.

    Raises:
        ApiError: 400 in the server's words.
    """
    markup = arguments.json("reply_markup", refusal="can't parse reply keyboard markup JSON object")
    if markup is None:
        return None
    if not is_object(markup):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" not in markup:
        if only_inline and markup.keys() & _OTHER_MARKUP:
            raise bad_request("inline keyboard expected")
        return None
    rows = _rows(markup["inline_keyboard"], limits)
    return {"inline_keyboard": rows} if rows else None


def _rows(value: Any, limits: Limits) -> list[list[Json]]:
    if not is_array(value):
        raise bad_request('field "inline_keyboard" must be of type Array')
    rows: list[list[Json]] = []
    for row in value:
        if not is_array(row):
            raise bad_request(
                'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
            )
        buttons = [_button(button, limits) for button in row]
        if buttons:
            rows.append(buttons)
    if sum(map(len, rows)) > limits.buttons or any(len(row) > limits.buttons_per_row for row in rows):
        raise bad_request("reply markup is too long")
    return rows


def _button(button: Any, limits: Limits) -> Json:
    if not is_object(button):
        raise _unparsable("InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise _unparsable('Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise _unparsable('Field "text" must be of type String')
    if not button["text"].strip():
        raise bad_request("BUTTON_TEXT_EMPTY")
    if button.get("style", "primary") not in _STYLES:
        raise bad_request("invalid button style specified")
    actions = [name for name in _ACTIONS if _acts(name, button.get(name))]
    if not actions:
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise _unparsable(f"exactly one action is allowed, found {' and '.join(actions)}")
    _check_action(actions[0], button[actions[0]], limits)
    return button


def _acts(name: str, value: Any) -> bool:
    # An empty query is one, some actions are written as an empty object; other empty values are nothing.
    return value == {} or bool(value) or (value == "" and name.startswith("switch_inline_query"))


def _check_action(name: str, value: Any, limits: Limits) -> None:
    match name, value:
        case "callback_data", str():
            if len(value.encode()) > limits.callback_data_bytes:
                raise bad_request("BUTTON_DATA_INVALID")
        case "url", str():
            _check_url(value)
        case "copy_text", {"text": str(text)}:
            if not 1 <= len(text) <= limits.copy_text_chars:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")
        case (("callback_data" | "url" | "copy_text"), _):
            raise _unparsable(f'Field "{name}" has a wrong type')
        case _:
            pass


def _check_url(url: str) -> None:
    parts = urlsplit(url if "://" in url else f"http://{url}")
    if parts.scheme not in _URL_SCHEMES:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    host = parts.hostname or ""
    if parts.scheme in {"http", "https"} and ("." not in host.strip(".") or " " in url):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _unparsable(reason: str) -> ApiError:
    return bad_request(f"can't parse inline keyboard button: {reason}")
