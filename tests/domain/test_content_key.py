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
    assert content_key(**POST | change) != content_key(**POST)


def test_the_same_content_has_the_same_key_whatever_space_is_around_its_words() -> None:
    assert content_key(**POST | {"caption": " Good morning\n"}) == content_key(**POST)
    assert len(content_key(**POST)) == 64


def test_parts_cannot_be_mistaken_for_each_other() -> None:
    words = content_key(**POST | {"caption": '"],""', "media_sha256": []})

    assert words != content_key(**POST | {"caption": "", "media_sha256": ['"]', ""]})
