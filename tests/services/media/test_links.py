import datetime as dt
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.media.links import MediaLinks
from services.signed_links import ExpiredLinkError, ForgedLinkError
from support.fake_clock import FakeClock

HOUR = dt.timedelta(hours=1)


def links(*keys: bytes, clock: FakeClock | None = None) -> MediaLinks:
    return MediaLinks(base_url="https://team.example/bot/", keys=keys, clock=clock or FakeClock())


def parts(url: str) -> dict[str, str]:
    return {"name": urlsplit(url).path.rpartition("/")[2], **dict(parse_qsl(urlsplit(url).query))}


def check(of: MediaLinks, given: dict[str, str]) -> None:
    of.check(
        given["name"],
        content_type=given["type"],
        expires=given["expires"],
        signature=given["signature"],
    )


def made(of: MediaLinks, *, name: str = "1f.jpg") -> str:
    return of.made(name, content_type="image/jpeg", expires_at=FakeClock().now() + HOUR)


def test_a_link_leads_below_the_public_address() -> None:
    assert made(links(b"key")).startswith("https://team.example/bot/media/1f.jpg?type=image%2Fjpeg&expires=")


def test_a_link_is_good_until_its_last_second() -> None:
    clock = FakeClock()
    ours = links(b"key", clock=clock)
    given = parts(made(ours))

    clock.advance(HOUR - dt.timedelta(seconds=1))
    check(ours, given)
    clock.advance(dt.timedelta(seconds=1))

    with pytest.raises(ExpiredLinkError):
        check(ours, given)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "2e.jpg"},
        {"type": "text/html"},
        {"expires": "99999999999"},
        {"expires": "soon"},
        {"expires": ""},
        {"signature": ""},
        {"signature": "ünïcode"},
        {"name": "1f.jpg\nimage/jpeg", "type": ""},
    ],
)
def test_no_part_of_a_link_can_be_changed(change: dict[str, str]) -> None:
    ours = links(b"key")

    with pytest.raises(ForgedLinkError):
        check(ours, parts(made(ours)) | change)


def test_a_link_outlives_the_key_that_signed_it_as_long_as_that_is_kept() -> None:
    given = parts(made(links(b"old")))

    check(links(b"new", b"old"), given)

    with pytest.raises(ForgedLinkError):
        check(links(b"new"), given)


def test_the_newest_key_signs() -> None:
    check(links(b"new"), parts(made(links(b"new", b"old"))))


def test_an_expired_link_that_was_changed_is_no_link_of_ours() -> None:
    clock = FakeClock()
    ours = links(b"key", clock=clock)
    given = parts(made(ours))
    clock.advance(2 * HOUR)

    with pytest.raises(ForgedLinkError):
        check(ours, given | {"name": "2e.jpg"})
