import dataclasses
import datetime as dt
from typing import Any

import pytest

from domain.capabilities import Placement
from domain.ids import MediaId, PostId, WorkspaceId
from domain.media import Description, MediaFacts, MediaItem
from domain.post import Post, PostDetails, UserTag
from domain.violations import remarks, violations
from support.file_facts import FILM, IMAGE_LIMITS, PICTURE, VIDEO_LIMITS, said

FEED = Placement(name="feed", image=IMAGE_LIMITS, video=None, max_caption_chars=2_200)


def post(*files: MediaFacts, caption: str = "", alt: str = "", **details: Any) -> Post:
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
                description=Description(alt=alt),
                added_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
            )
            for number, facts in enumerate(files, start=1)
        ),
        details=PostDetails(**details),
    )


def test_a_kind_that_the_placement_does_not_take_is_named() -> None:
    assert said(violations(post(FILM), FEED)) == ["a feed takes no videos"]


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

    assert said(violations(post(*[PICTURE] * count), placement)) == [sentence]


def test_a_caption_at_the_bound_fits_and_one_character_more_does_not() -> None:
    assert violations(post(PICTURE, caption="x" * 2_200), FEED) == []
    assert said(violations(post(PICTURE, caption="x" * 2_201), FEED)) == [
        "the caption has 2,201 characters, at most 2,200 go"
    ]


def test_a_video_that_goes_elsewhere_says_where() -> None:
    placement = dataclasses.replace(FEED, instead_of_video="use the placement reel")

    assert said(violations(post(FILM), placement)) == ["a feed takes no videos; use the placement reel"]


def test_a_placement_without_files_says_so() -> None:
    words = Placement(name="text", image=None, video=None, min_media=0, max_media=0)

    assert violations(post(caption="Hello"), words) == []
    assert "a text takes no files" in said(violations(post(PICTURE), words))


def test_words_and_kinds_and_counts_are_judged_at_once() -> None:
    found = violations(post(PICTURE, FILM, caption="x" * 2_201), FEED)

    assert len(found) == 3


SEVERAL = dataclasses.replace(
    FEED,
    name="carousel",
    video=VIDEO_LIMITS,
    min_media=2,
    max_media=10,
    is_cropped_to_first=True,
    max_hashtags=30,
    max_mentions=20,
    max_alt_chars=1_000,
    max_user_tags=20,
    needs_tag_places=True,
    max_collaborators=3,
)


def test_of_several_files_the_wrong_one_is_named() -> None:
    png = dataclasses.replace(PICTURE, format="PNG")

    (violation,) = violations(post(PICTURE, png, FILM), SEVERAL)

    assert violation.says == "file 2: the file is PNG, only JPEG goes"
    assert violation.media_id == MediaId(2)


@pytest.mark.parametrize(
    ("caption", "sentences"),
    [
        ("#a " * 30 + "@b " * 20, []),
        ("#a " * 31, ["the caption has 31 hashtags, at most 30 go"]),
        ("@b " * 21, ["the caption has 21 mentions, at most 20 go"]),
        ("mail@harbour.example 50% # @ " * 21, []),
    ],
)
def test_hashtags_and_mentions_are_counted(caption: str, sentences: list[str]) -> None:
    assert said(violations(post(PICTURE, PICTURE, caption=caption), SEVERAL)) == sentences
    assert violations(post(PICTURE, caption=caption), FEED) == []


def test_an_alternative_text_is_measured_where_it_is_shown() -> None:
    two = post(PICTURE, FILM, alt="x" * 1_001)

    assert said(violations(two, SEVERAL)) == [
        "file 1: the alternative text has 1,001 characters, at most 1,000 go"
    ]
    assert violations(post(PICTURE, FILM, alt="x" * 1_000), SEVERAL) == []
    assert violations(post(PICTURE, alt="x" * 1_001), FEED) == []


@pytest.mark.parametrize(
    ("tag", "is_right"),
    [
        (UserTag(name="lane", x=0, y=1), True),
        (UserTag(name="lane"), False),
        (UserTag(name="lane", x=0.5), False),
        (UserTag(name="lane", x=0.5, y=1.1), False),
    ],
)
def test_people_in_a_picture_are_tagged_at_a_place_in_it(tag: UserTag, *, is_right: bool) -> None:
    found = said(violations(post(PICTURE, PICTURE, user_tags=(tag,)), SEVERAL))

    assert found == (
        [] if is_right else ["the tag of lane needs a place in the picture, from 0,0 (top left) to 1,1"]
    )


def test_people_in_a_video_are_tagged_nowhere_in_particular() -> None:
    assert violations(post(FILM, PICTURE, user_tags=(UserTag(name="lane"),)), SEVERAL) == []


def test_too_many_people_are_counted() -> None:
    tags = tuple(UserTag(name=f"p{number}", x=0, y=0) for number in range(21))
    crowd = post(PICTURE, PICTURE, user_tags=tags, collaborators=("a", "b", "c", "d"))

    assert said(violations(crowd, SEVERAL)) == [
        "21 people are tagged, at most 20 can be",
        "4 collaborators are asked, at most 3 can be",
    ]


def test_a_placement_that_passes_people_over_does_not_count_them() -> None:
    crowd = post(PICTURE, user_tags=(UserTag(name="lane"),) * 21, collaborators=("a",) * 9)

    assert violations(crowd, FEED) == []


REEL = Placement(name="reel", image=None, video=VIDEO_LIMITS, cover=IMAGE_LIMITS, takes_thumb_offset=True)


def test_a_cover_must_be_a_picture_that_goes() -> None:
    png = post(dataclasses.replace(PICTURE, format="PNG")).media[0]

    (violation,) = violations(dataclasses.replace(post(FILM), cover=png), REEL)

    assert violation.says == "the cover: the file is PNG, only JPEG goes"
    assert violation.media_id == png.id


def test_a_cover_is_passed_over_where_there_are_none() -> None:
    png = post(dataclasses.replace(PICTURE, format="PNG")).media[0]

    assert violations(dataclasses.replace(post(PICTURE), cover=png), FEED) == []


@pytest.mark.parametrize(("seconds", "count"), [(0, 0), (15, 0), (15.1, 1), (-1, 1)])
def test_the_moment_of_the_cover_lies_in_the_video(seconds: float, count: int) -> None:
    film = post(FILM, thumb_offset=dt.timedelta(seconds=seconds))

    assert len(violations(film, REEL)) == count
    assert violations(dataclasses.replace(film, cover=post(PICTURE).media[0]), REEL) == []


def test_a_platform_without_scheduling_is_not_asked_to_schedule() -> None:
    film = post(FILM, native_schedule=True)

    assert said(violations(film, REEL)) == ["the platform cannot schedule a reel by itself"]
    assert violations(film, dataclasses.replace(REEL, takes_native_schedule=True)) == []


def test_files_that_will_be_cropped_are_remarked_on_and_go() -> None:
    square = dataclasses.replace(PICTURE, width=1080, height=1080)
    mixed = post(PICTURE, square, PICTURE, square)

    assert violations(mixed, SEVERAL) == []
    assert remarks(mixed, SEVERAL) == ["all files are cropped to the shape of the first: 2, 4"]
    assert remarks(post(PICTURE, PICTURE), SEVERAL) == []
    assert remarks(post(square), FEED) == []


def test_what_a_placement_passes_over_is_remarked_on_and_the_post_goes() -> None:
    details = PostDetails(user_tags=(UserTag(name="anna"),), collaborators=("ben",))
    wished = dataclasses.replace(post(PICTURE), details=details)
    covered = dataclasses.replace(wished, details=PostDetails(thumb_offset=dt.timedelta(seconds=1)))

    assert violations(wished, FEED) == []
    assert remarks(wished, FEED) == ["a feed goes without tags of people, collaborators here"]
    assert remarks(covered, FEED) == ["a feed goes without cover here"]
    assert remarks(wished, dataclasses.replace(FEED, max_user_tags=1, max_collaborators=1)) == []


TEXT = Placement(name="text", image=None, video=None, min_media=0, max_media=0, needs_caption=True)
LINK = dataclasses.replace(TEXT, name="link", needs_caption=False, needs_link=True)
ANYTHING = dataclasses.replace(FEED, min_media=0)


@pytest.mark.parametrize(
    ("placement", "caption", "link", "sentences"),
    [
        (TEXT, "Hello", "", []),
        (TEXT, "  ", "", ["a text needs words"]),
        (LINK, "", "https://pots.example", []),
        (LINK, "Hello", "", ["a link needs an address"]),
        (ANYTHING, "", "https://pots.example", []),
        (ANYTHING, "", "", ["there is nothing in it: no file, no words and no link"]),
    ],
)
def test_what_a_placement_lives_on_must_be_there(
    placement: Placement, caption: str, link: str, sentences: list[str]
) -> None:
    written = dataclasses.replace(post(caption=caption), link=link)

    assert said(violations(written, placement)) == sentences


def test_a_video_that_goes_alone_takes_nothing_beside_it() -> None:
    feed = Placement(name="feed", image=IMAGE_LIMITS, video=VIDEO_LIMITS, max_media=10, is_video_alone=True)

    assert said(violations(post(FILM, PICTURE), feed)) == [
        "a video goes alone, without other files beside it"
    ]
    assert violations(post(PICTURE, PICTURE), feed) == []
