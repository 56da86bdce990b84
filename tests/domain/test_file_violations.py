import dataclasses
import datetime as dt

import pytest

from domain.capabilities import MediaLimits
from domain.media import MediaFacts
from domain.violations import file_violations
from support.file_facts import FILM, IMAGE_LIMITS, PICTURE, VIDEO_LIMITS, said

WIDE_OPEN = MediaLimits(formats=frozenset({"JPEG", "MP4"}), max_bytes=10**9)


@pytest.mark.parametrize(
    "facts",
    [
        PICTURE,
        dataclasses.replace(PICTURE, size_bytes=8_000_000),
        dataclasses.replace(PICTURE, width=1080, height=1352),
        dataclasses.replace(PICTURE, width=320, height=320),
        dataclasses.replace(PICTURE, width=1440, height=1440),
    ],
)
def test_a_picture_at_a_bound_fits(facts: MediaFacts) -> None:
    assert file_violations(facts, IMAGE_LIMITS) == []


@pytest.mark.parametrize(
    "facts",
    [
        FILM,
        dataclasses.replace(FILM, audio_codec=None),
        dataclasses.replace(FILM, format="MOV", video_codec="hevc"),
        dataclasses.replace(FILM, frames_per_second=22.976),
        dataclasses.replace(FILM, frames_per_second=60.04),
        dataclasses.replace(FILM, duration=dt.timedelta(seconds=60.04)),
    ],
)
def test_a_film_at_a_bound_or_a_measuring_error_beyond_it_fits(facts: MediaFacts) -> None:
    assert file_violations(facts, VIDEO_LIMITS) == []


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (dataclasses.replace(PICTURE, format="PNG"), "the file is PNG, only JPEG goes"),
        (dataclasses.replace(PICTURE, size_bytes=9_500_000), "the file has 9.5 MB, at most 8.0 MB go"),
        (dataclasses.replace(PICTURE, is_progressive=True), "the JPEG is progressive, only baseline goes"),
        (
            dataclasses.replace(PICTURE, width=1200, height=400),
            "the picture's ratio is 3.00:1, it must be 0.80:1 to 1.91:1",
        ),
        (
            dataclasses.replace(PICTURE, width=200, height=200),
            "the picture is 200 pixels wide, it must be 320 to 1440",
        ),
    ],
)
def test_a_picture_that_does_not_fit_says_why(facts: MediaFacts, sentence: str) -> None:
    assert said(file_violations(facts, IMAGE_LIMITS)) == [sentence]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (dataclasses.replace(FILM, format="WEBM"), "the file is WEBM, only MOV or MP4 goes"),
        (dataclasses.replace(FILM, video_codec="av1"), "the video is av1, only h264 or hevc goes"),
        (dataclasses.replace(FILM, audio_codec="opus"), "the sound is opus, only aac goes"),
        (dataclasses.replace(FILM, pixel_format="yuv444p"), "the colours are yuv444p, only yuv420p goes"),
        (dataclasses.replace(FILM, width=2160), "the picture is 2160 pixels wide, it must be at most 1920"),
        (
            dataclasses.replace(FILM, duration=dt.timedelta(seconds=61)),
            "the video's length is 61.0 s, it must be 3 s to 60 s",
        ),
        (
            dataclasses.replace(FILM, frames_per_second=15),
            "the video has 15 frames a second, it must be 23 to 60",
        ),
        (dataclasses.replace(FILM, bits_per_second=26_000_000), "the video's bit rate is too high"),
        (
            dataclasses.replace(FILM, is_streamable=False),
            "the video's index must stand at its start, and be one for the whole",
        ),
    ],
)
def test_a_film_that_does_not_fit_says_why(facts: MediaFacts, sentence: str) -> None:
    assert said(file_violations(facts, VIDEO_LIMITS)) == [sentence]


def test_every_violation_is_named_and_not_only_the_first() -> None:
    wrong = dataclasses.replace(PICTURE, format="PNG", width=1600, height=400)

    assert len(file_violations(wrong, IMAGE_LIMITS)) == 3


@pytest.mark.parametrize(
    ("facts", "limits", "sentence"),
    [
        (
            PICTURE,
            dataclasses.replace(WIDE_OPEN, min_width=1100),
            "the picture is 1080 pixels wide, it must be at least 1100",
        ),
        (
            PICTURE,
            dataclasses.replace(WIDE_OPEN, max_width=100),
            "the picture is 1080 pixels wide, it must be at most 100",
        ),
        (
            PICTURE,
            dataclasses.replace(WIDE_OPEN, min_ratio=1),
            "the picture's ratio is 0.80:1, it must be at least 1.00:1",
        ),
        (
            FILM,
            dataclasses.replace(WIDE_OPEN, max_ratio=0.5),
            "the picture's ratio is 0.56:1, it must be at most 0.50:1",
        ),
        (
            FILM,
            dataclasses.replace(WIDE_OPEN, min_duration=dt.timedelta(minutes=1)),
            "the video's length is 15.0 s, it must be at least 60 s",
        ),
        (
            FILM,
            dataclasses.replace(WIDE_OPEN, max_frames_per_second=25),
            "the video has 30 frames a second, it must be at most 25",
        ),
    ],
)
def test_a_bound_on_one_side_is_named_alone(facts: MediaFacts, limits: MediaLimits, sentence: str) -> None:
    assert said(file_violations(facts, limits)) == [sentence]
