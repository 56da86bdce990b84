import dataclasses
from typing import Any

import pytest

from domain.errors import UnsupportedError
from domain.media import MediaKind
from platforms.instagram.payloads import container_params, file_params
from support.instagram import instagram_job, media_item


@pytest.mark.parametrize(
    ("placement", "post", "params"),
    [
        ("story", {}, {"media_type": "STORIES"}),
        ("story", {"caption": "Not shown", "alt": "Not taken"}, {"media_type": "STORIES"}),
        ("story", {"kind": MediaKind.VIDEO}, {"media_type": "STORIES"}),
        ("feed", {}, {}),
        ("feed", {"caption": "Hi"}, {"caption": "Hi"}),
        ("feed", {"caption": "x" * 2200, "alt": "A loaf"}, {"caption": "x" * 2200, "alt_text": "A loaf"}),
        ("feed", {"alt": "y" * 1001}, {"alt_text": "y" * 1000}),
    ],
)
def test_a_post_becomes_the_parameters_of_a_container(
    placement: str, post: dict[str, Any], params: dict[str, str]
) -> None:
    assert container_params(instagram_job(**post).post, placement) == params


def test_the_file_s_address_is_named_after_its_kind() -> None:
    assert file_params(media_item(), "https://c/1") == {"image_url": "https://c/1"}
    assert file_params(media_item(kind=MediaKind.VIDEO), "https://c/1") == {"video_url": "https://c/1"}


@pytest.mark.parametrize("placement", ["reel", "carousel", "text", ""])
def test_a_placement_that_is_not_known_is_refused(placement: str) -> None:
    with pytest.raises(UnsupportedError):
        container_params(instagram_job().post, placement)


@pytest.mark.parametrize("count", [0, 2])
def test_one_file_goes_into_one_container(count: int) -> None:
    post = dataclasses.replace(instagram_job().post, media=tuple(media_item() for _ in range(count)))

    with pytest.raises(UnsupportedError):
        container_params(post, "story")
