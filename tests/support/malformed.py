"""Updates that nobody should send: good ones with something wrong in them, and nonsense."""

import random  # noqa: TID251  (seeded, so that a failure can be repeated)
from collections.abc import Iterator
from typing import Any

from support.telegram_api import ANNA, BEN, GROUP, STRANGER

_NONSENSE: tuple[Any, ...] = (
    None, True, -1, 0, 2**63, 2**80, 1.5, "", "x", "\0", "💥" * 50, "<b>", "7001", [], [[]], {}, {"id": 7001},
)  # fmt: skip


def malformed_updates(count: int, *, seed: int, data: str = "v1:p:1:1") -> Iterator[dict[str, Any]]:
    """Yield updates without their ids; at least one value of each is not what it should be."""
    chance = random.Random(seed)
    for number in range(count):
        if number % 10 == 0:
            yield {chance.choice(["message", "callback_query", "chat_member"]): chance.choice(_NONSENSE)}
            continue
        update = chance.choice([_press, _message, _change])(data)
        for _ in range(chance.randint(1, 3)):
            _spoil(update, chance)
        yield update


def forged_presses(count: int, *, seed: int, card: int, version: int) -> Iterator[tuple[int, str]]:
    """Yield who presses and what: strangers with good data, members with data of nothing there."""
    chance = random.Random(seed)
    for _ in range(count):
        match chance.randrange(4):
            case 0:
                yield STRANGER, f"v1:p:{card}:{version}"
            case 1:
                yield BEN, f"v1:p:{card + chance.randint(1, 30)}:{version}"
            case 2:
                yield BEN, f"v1:{chance.choice('psa')}:{card}:{max(version - chance.randint(1, 3), 0)}"
            case _:
                yield ANNA, chance.randbytes(chance.randint(1, 30)).decode("latin-1")


def _spoil(update: dict[str, Any], chance: random.Random) -> None:
    """Replace or remove one value somewhere within."""
    place = update
    while place:
        key = chance.choice(list(place))
        if isinstance(place[key], dict) and chance.random() < 0.7:
            place = place[key]
        elif chance.random() < 0.3:
            del place[key]
            return
        else:
            place[key] = chance.choice(_NONSENSE)
            return


def _press(data: str) -> dict[str, Any]:
    return {
        "callback_query": {
            "id": "1",
            "from": {"id": BEN, "is_bot": False, "first_name": "Ben"},
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": GROUP, "type": "supergroup", "title": "Team"},
            },
            "chat_instance": "1",
            "data": data.replace("v1:p", "v1:zz"),
        }
    }


def _message(data: str) -> dict[str, Any]:
    return {
        "message": {
            "message_id": 2,
            "date": 1,
            "chat": {"id": GROUP, "type": "supergroup", "title": "Team"},
            "from": {"id": BEN, "is_bot": False, "first_name": "Ben"},
            "text": "/pause",
        }
    }


def _change(data: str) -> dict[str, Any]:
    return {
        "chat_member": {
            "chat": {"id": GROUP, "type": "supergroup", "title": "Team"},
            "from": {"id": ANNA, "is_bot": False, "first_name": "Anna"},
            "date": 1,
            "old_chat_member": {
                "user": {"id": BEN, "is_bot": False, "first_name": "Ben"},
                "status": "member",
            },
            "new_chat_member": {
                "user": {"id": BEN, "is_bot": False, "first_name": "Ben"},
                "status": "member",
            },
        }
    }
