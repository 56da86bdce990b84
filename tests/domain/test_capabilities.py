import dataclasses
import datetime as dt

import pytest

from domain.capabilities import MediaLimits, Placement, file_violations, violations
from domain.ids import MediaId, PostId, WorkspaceId
from domain.media import Description, MediaFacts, MediaItem, MediaKind
from domain.post import Post

PICTURE = MediaFacts(kind=MediaKind.IMAGE, format="JPEG", size_bytes=2_000_000, width=1080, height=1350)
FILM = MediaFacts(
    kind=MediaKind.VIDEO,
    format="MP4",
    size_bytes=20_000_000,
    width=1080,
    height=1920,
    duration=dt.timedelta(seconds=15),
    video_codec="h264",
    audio_codec="aac",
    frames_per_second=30,
    pixel_format="yuv420p",
    bits_per_second=5_000_000,
)
IMAGE_LIMITS = MediaLimits(
    formats=frozenset({"JPEG"}),
    max_bytes=8_000_000,
    min_ratio=4 / 5,
    max_ratio=1.91,
    min_width=320,
    max_width=1440,
    takes_progressive=False,
)
VIDEO_LIMITS = MediaLimits(
    formats=frozenset({"MP4", "MOV"}),
    max_bytes=100_000_000,
    max_width=1920,
    min_duration=dt.timedelta(seconds=3),
    max_duration=dt.timedelta(seconds=60),
    video_codecs=frozenset({"h264", "hevc"}),
    audio_codecs=frozenset({"aac"}),
    min_frames_per_second=23,
    max_frames_per_second=60,
    pixel_formats=frozenset({"yuv420p"}),
    max_bits_per_second=25_000_000,
    needs_streamable=True,
)
FEED = Placement(name="feed", image=IMAGE_LIMITS, video=None, max_caption_chars=2_200)


def post(*files: MediaFacts, caption: str = "") -> Post:
    return Post(
        id=PostId(1),
        workspace_id=WorkspaceId(1),
        caption=caption,
        link="",
        needs=frozenset(),
        media=tuple(
            MediaItem(
                id=MediaId(number),
                workspace_id=WorkspaceId(1),
                path=f"/library/{number}.jpg",
                sha256="0" * 64,
                facts=facts,
                description=Description(),
                added_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
            )
            for number, facts in enumerate(files, start=1)
        ),
    )


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
    assert file_violations(facts, IMAGE_LIMITS) == [sentence]


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
            "the video's index stands at its end, it must stand at its start",
        ),
    ],
)
def test_a_film_that_does_not_fit_says_why(facts: MediaFacts, sentence: str) -> None:
    assert file_violations(facts, VIDEO_LIMITS) == [sentence]


def test_every_violation_is_named_and_not_only_the_first() -> None:
    wrong = dataclasses.replace(PICTURE, format="PNG", width=1600, height=400)

    assert len(file_violations(wrong, IMAGE_LIMITS)) == 3


def test_a_kind_that_the_placement_does_not_take_is_named() -> None:
    assert violations(post(FILM), FEED) == ["a feed takes no videos"]


@pytest.mark.parametrize(
    ("count", "most", "sentence"),
    [
        (0, 1, "a feed takes 1 file, not 0"),
        (2, 1, "a feed takes 1 file, not 2"),
        (11, 10, "a feed takes 1 to 10 files, not 11"),
    ],
)
def test_too_many_and_too_few_files_are_named(count: int, most: int, sentence: str) -> None:
    placement = dataclasses.replace(FEED, max_media=most)

    assert violations(post(*[PICTURE] * count), placement) == [sentence]


def test_a_caption_at_the_bound_fits_and_one_character_more_does_not() -> None:
    assert violations(post(PICTURE, caption="x" * 2_200), FEED) == []
    assert violations(post(PICTURE, caption="x" * 2_201), FEED) == [
        "the caption has 2,201 characters, at most 2,200 go"
    ]


WIDE_OPEN = MediaLimits(formats=frozenset({"JPEG", "MP4"}), max_bytes=10**9)


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
    assert file_violations(facts, limits) == [sentence]
