from typing import Any

import pytest

from domain.content_key import content_key
from domain.ids import AccountId, PlatformName

POST: dict[str, Any] = {
    "platform": PlatformName("instagram"),
    "account_id": AccountId(1),
    "placement": "feed",
    "caption": "Good morning",
    "media_sha256": ["aa", "bb"],
    "link": "",
}


def key_of(**changes: Any) -> str:
    """Return the key of a post that differs from the usual one by these."""
    given: dict[str, Any] = {**POST, **changes}
    return content_key(**given)


@pytest.mark.parametrize(
    "change",
    [
        {"platform": PlatformName("facebook")},
        {"account_id": AccountId(2)},
        {"placement": "story"},
        {"caption": "Good evening"},
        {"media_sha256": ["bb", "aa"]},
        {"media_sha256": ["aa"]},
        {"link": "https://example.com"},
    ],
)
def test_whatever_a_reader_would_see_makes_another_key(change: dict[str, Any]) -> None:
    assert key_of(**change) != key_of()


def test_the_same_content_has_the_same_key_whatever_space_is_around_its_words() -> None:
    assert key_of(caption=" Good morning\n") == key_of()
    assert len(key_of()) == 64


def test_parts_cannot_be_mistaken_for_each_other() -> None:
    words = key_of(caption='"],""', media_sha256=[])

    assert words != key_of(caption="", media_sha256=['"]', ""])
