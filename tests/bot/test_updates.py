import json
from typing import Any

import pytest

from bot.updates import read
from domain.ids import UserId
from domain.workspace import Person

PRESS = {
    "update_id": 5,
    "callback_query": {
        "id": "9",
        "from": {"id": 7002, "is_bot": False, "first_name": "Ben", "last_name": "Okafor"},
        "message": {"message_id": 3, "date": 0, "chat": {"id": -1001, "type": "supergroup"}},
        "data": "v1:p:1:1",
    },
}


def changed(update: dict[str, Any], *path: str, to: Any) -> str:
    """Return the update as JSON with one value replaced."""
    copy = json.loads(json.dumps(update))
    place = copy
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return json.dumps(copy)


def test_a_press_on_an_old_message_without_chat_instance_is_read() -> None:
    update = read(json.dumps(PRESS))

    assert update.callback_query is not None
    assert update.callback_query.from_.person == Person(id=UserId(7002), name="Ben Okafor")
    assert update.chat is not None
    assert update.chat.id == -1001


def test_what_is_new_in_an_update_does_not_matter() -> None:
    assert read(changed(PRESS, "callback_query", "new_field", to={"a": [1]})).callback_query is not None


def test_a_character_that_no_database_holds_is_dropped_from_names() -> None:
    update = read(changed(PRESS, "callback_query", "from", "first_name", to="B\0en"))

    assert update.callback_query is not None
    assert update.callback_query.from_.first_name == "Ben"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("callback_query", "from", "id"), "7002"),
        (("callback_query", "from", "id"), True),
        (("callback_query", "from", "id"), [7002]),
        (("callback_query", "from", "id"), 2**70),
        (("callback_query", "from", "id"), -5),
        (("callback_query", "from", "first_name"), None),
        (("callback_query", "from"), None),
        (("callback_query", "message", "chat", "id"), 1.5),
        (("callback_query", "message", "message_id"), -3),
        (("callback_query", "data"), {"a": 1}),
        (("callback_query", "id"), 9),
        (("callback_query",), "press"),
        (("update_id",), None),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(path: tuple[str, ...], value: Any) -> None:
    with pytest.raises(ValueError, match="validation error"):
        read(changed(PRESS, *path, to=value))


@pytest.mark.parametrize(
    "raw", ["", "[]", "null", "5", '"x"', "{", '{"update_id": 1', '{"a": "\\ud800"}', "[" * 5000]
)
def test_what_is_no_update_at_all_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        read(raw)
