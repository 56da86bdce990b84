import dataclasses
import datetime as dt

import pytest

from bot.outgoing.files import MAX_FILE_BYTES, MAX_PHOTO_BYTES, Carrier, carriers
from domain.media import MediaFacts, MediaKind

PICTURE = MediaFacts(kind=MediaKind.IMAGE, format="JPEG", size_bytes=200_000, width=1080, height=1920)
CLIP = MediaFacts(
    kind=MediaKind.VIDEO,
    format="MP4",
    size_bytes=9_000_000,
    width=720,
    height=1280,
    duration=dt.timedelta(seconds=9),
)


def test_pictures_and_clips_are_shown_and_else_come_as_files() -> None:
    assert carriers(PICTURE) == (Carrier.PHOTO, Carrier.DOCUMENT)
    assert carriers(CLIP) == (Carrier.VIDEO, Carrier.DOCUMENT)


@pytest.mark.parametrize(
    "facts",
    [
        dataclasses.replace(PICTURE, size_bytes=MAX_PHOTO_BYTES + 1),
        dataclasses.replace(PICTURE, width=9000, height=1001),
        dataclasses.replace(PICTURE, width=2100, height=100),
        dataclasses.replace(PICTURE, format="HEIF"),
        dataclasses.replace(CLIP, format="WEBM"),
    ],
)
def test_what_telegram_would_not_show_comes_as_a_file(facts: MediaFacts) -> None:
    assert carriers(facts) == (Carrier.DOCUMENT,)


def test_a_file_beyond_the_limit_of_bots_does_not_travel_at_all() -> None:
    assert carriers(dataclasses.replace(CLIP, size_bytes=MAX_FILE_BYTES)) != ()
    assert carriers(dataclasses.replace(CLIP, size_bytes=MAX_FILE_BYTES + 1)) == ()
