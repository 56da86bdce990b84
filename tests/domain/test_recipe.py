"""What a file must become is decided from its facts alone."""

import dataclasses
import datetime as dt

import pytest

from domain.capabilities import MediaLimits, Placement
from domain.ids import MediaId, PostId, WorkspaceId
from domain.media import Description, MediaFacts, MediaItem, MediaKind
from domain.post import Post
from domain.recipe import (
    Fit,
    ImageRecipe,
    VideoRecipe,
    Wishes,
    expected,
    expected_post,
    image_recipe,
    key_of,
    parts_of,
    plainest,
    recipe_for,
    recipes_for,
)
from domain.violations import file_violations, violations
from support.builders import NOW
from support.file_facts import FILM, IMAGE_LIMITS, PICTURE, VIDEO_LIMITS

BLUR, CROP, AS_IS = (Wishes(fit=fit) for fit in (Fit.BLUR, Fit.CROP, Fit.AS_IS))
TRIM = Wishes(trims=True)
FEED = Placement(name="feed", image=IMAGE_LIMITS, video=None)
BOTH = Placement(name="story", image=IMAGE_LIMITS, video=VIDEO_LIMITS)
REEL = Placement(name="reel", image=None, video=VIDEO_LIMITS, cover=IMAGE_LIMITS)
STORY_LIMITS = dataclasses.replace(IMAGE_LIMITS, min_ratio=None, max_ratio=None, best_ratio=9 / 16)
GIF = dataclasses.replace(PICTURE, format="GIF", frame_count=12)


def picture(**changes: object) -> MediaFacts:
    return dataclasses.replace(PICTURE, **changes)  # type: ignore[arg-type]  # facts of every type


def video(**changes: object) -> MediaFacts:
    return dataclasses.replace(FILM, **changes)  # type: ignore[arg-type]  # facts of every type


def made(facts: MediaFacts, placement: Placement, wishes: Wishes = BLUR) -> VideoRecipe:
    recipe = recipe_for(facts, placement, wishes)
    assert isinstance(recipe, VideoRecipe)
    return recipe


def test_a_file_that_fits_has_no_recipe() -> None:
    assert recipe_for(PICTURE, FEED, BLUR) is None
    assert recipe_for(FILM, BOTH, BLUR) is None


@pytest.mark.parametrize(("width", "made"), [(200, 320), (3000, 1080)])
def test_a_picture_that_the_platform_would_scale_is_scaled_before(width: int, made: int) -> None:
    limits = dataclasses.replace(IMAGE_LIMITS, min_width=None, max_width=None, shown_widths=(320, 1440))

    recipe = image_recipe(picture(width=width, height=width), limits, BLUR)

    assert recipe is not None
    assert (recipe.width, recipe.height, recipe.fit) == (made, made, Fit.AS_IS)


@pytest.mark.parametrize(
    "facts",
    [
        picture(format="PNG"),
        picture(size_bytes=9_000_000),
        picture(is_progressive=True),
        picture(width=4000, height=5000),
        picture(orientation=6),
        picture(has_location=True),
        picture(is_plain=False),
        picture(color_mode="CMYK"),
        picture(color_mode="L"),
        picture(bits_per_channel=16),
        picture(width=1000, height=2000),
        picture(width=3000, height=1000),
        picture(width=100, height=100),
        GIF,
    ],
)
def test_whatever_is_wrong_with_a_picture_its_recipe_mends_it(facts: MediaFacts) -> None:
    recipe = recipe_for(facts, FEED, BLUR)

    assert isinstance(recipe, ImageRecipe)
    assert file_violations(expected(facts, recipe), IMAGE_LIMITS) == []


@pytest.mark.parametrize(
    "facts",
    [
        video(format="MKV"),
        video(is_streamable=False),
        video(video_codec="vp9"),
        video(audio_codec="mp3"),
        video(pixel_format="yuv420p10le"),
        video(width=3840, height=2160),
        video(frames_per_second=15),
        video(frames_per_second=120),
        video(frames_per_second=None, is_plain=False),
        video(bits_per_second=60_000_000),
        video(size_bytes=200_000_000),
        video(is_plain=False),
        video(has_edit_list=True),
        video(has_location=True),
    ],
)
def test_whatever_is_wrong_with_a_video_its_recipe_mends_it(facts: MediaFacts) -> None:
    recipe = made(facts, BOTH)

    assert file_violations(expected(facts, recipe), VIDEO_LIMITS) == []
    assert recipe.width % 2 == recipe.height % 2 == 0


@pytest.mark.parametrize(
    ("facts", "is_copied"),
    [
        (video(format="MKV"), True),
        (video(is_streamable=False), True),
        (video(has_edit_list=True), True),
        (video(has_location=True), True),
        (video(video_codec="hevc", format="MKV"), False),
        (video(format="MKV", is_plain=False), False),
        (video(format="MKV", audio_codec="mp3"), True),
        (video(is_sound_plain=False), True),
        (video(frames_per_second=15), False),
    ],
)
def test_a_picture_that_is_right_is_not_encoded_again(facts: MediaFacts, *, is_copied: bool) -> None:
    assert made(facts, BOTH).is_copied is is_copied


@pytest.mark.parametrize(
    ("facts", "is_copied"),
    [
        (video(format="MKV"), True),
        (video(format="MKV", audio_codec=None), True),
        (video(format="MKV", audio_codec="mp3"), False),
        (video(is_sound_plain=False), False),
        (video(is_plain=False), False),
    ],
)
def test_sound_that_is_right_is_not_encoded_again_beside_its_picture(
    facts: MediaFacts, *, is_copied: bool
) -> None:
    assert made(facts, BOTH).is_sound_copied is is_copied


def test_a_video_that_is_too_long_is_cut_only_where_that_is_wished() -> None:
    long = video(duration=dt.timedelta(seconds=90))

    left, cut = made(long, BOTH), made(long, BOTH, TRIM)

    assert [each.says for each in file_violations(expected(long, left), VIDEO_LIMITS)] == [
        "the video's length is 90.0 s, it must be 3 s to 60 s"
    ]
    assert cut.longest == dt.timedelta(seconds=59.9)
    assert file_violations(expected(long, cut), VIDEO_LIMITS) == []


def test_a_video_that_is_too_long_has_parts_of_one_length() -> None:
    parts = parts_of(video(duration=dt.timedelta(seconds=150)), BOTH, BLUR)

    assert [part.begin.total_seconds() for part in parts] == [0, 50, 100]
    assert {part.longest for part in parts} == {dt.timedelta(seconds=50)}
    assert parts_of(FILM, BOTH, BLUR) == []
    assert parts_of(PICTURE, BOTH, BLUR) == []


def test_a_video_that_is_too_long_for_its_size_has_no_recipe() -> None:
    limits = dataclasses.replace(VIDEO_LIMITS, max_duration=None, max_bytes=10_000_000)
    endless = video(duration=dt.timedelta(hours=2), size_bytes=500_000_000)

    assert recipe_for(endless, dataclasses.replace(BOTH, video=limits), BLUR) is None


def test_the_bits_of_a_second_are_such_that_the_whole_has_a_size_that_goes() -> None:
    limits = dataclasses.replace(VIDEO_LIMITS, max_bytes=10_000_000)
    recipe = made(video(size_bytes=50_000_000), dataclasses.replace(BOTH, video=limits))

    assert recipe.max_bits_per_second / 8 * 15 <= 10_000_000


def test_an_animation_becomes_a_video_where_only_that_moves() -> None:
    takes_gif = dataclasses.replace(IMAGE_LIMITS, formats=frozenset({"JPEG", "GIF"}))

    assert isinstance(recipe_for(GIF, BOTH, BLUR), VideoRecipe)
    assert isinstance(recipe_for(GIF, REEL, BLUR), VideoRecipe)
    assert isinstance(recipe_for(GIF, FEED, BLUR), ImageRecipe)
    assert recipe_for(GIF, dataclasses.replace(BOTH, image=takes_gif), BLUR) is None


def test_the_further_pictures_of_a_stereo_camera_make_no_video() -> None:
    stereo = picture(format="MPO", frame_count=2)

    assert isinstance(recipe_for(stereo, BOTH, BLUR), ImageRecipe)
    assert recipe_for(stereo, REEL, BLUR) is None


@pytest.mark.parametrize(
    ("size", "canvas"),
    [
        ((3000, 1000), (1440, 754)),
        ((1000, 3000), (1080, 1350)),
    ],
)
def test_a_ratio_out_of_bounds_becomes_the_nearest_that_goes(
    size: tuple[int, int], canvas: tuple[int, int]
) -> None:
    recipe = image_recipe(picture(width=size[0], height=size[1]), IMAGE_LIMITS, BLUR)

    assert recipe is not None
    assert (recipe.width, recipe.height) == canvas
    assert recipe.fit is Fit.BLUR


def test_a_surface_is_filled_where_that_is_wished() -> None:
    square = picture(width=2000, height=2000)

    filled, left = image_recipe(square, STORY_LIMITS, CROP), image_recipe(square, STORY_LIMITS, AS_IS)

    assert filled is not None
    assert (filled.width, filled.height, filled.fit) == (1080, 1920, Fit.CROP)
    assert left is not None
    assert (left.width, left.height, left.fit) == (1080, 1080, Fit.AS_IS)


def test_a_ratio_that_is_as_good_as_right_gets_no_surround() -> None:
    almost = picture(width=795, height=1000)

    recipe = image_recipe(almost, IMAGE_LIMITS, BLUR)

    assert recipe is not None
    assert recipe.fit is Fit.CROP


def test_what_only_another_ratio_would_mend_stays_wrong_where_no_other_is_wished() -> None:
    tall = picture(width=500, height=1500)
    recipe = image_recipe(tall, IMAGE_LIMITS, AS_IS)

    assert recipe is not None
    assert [each.says for each in file_violations(expected(tall, recipe), IMAGE_LIMITS)] == [
        "the picture's ratio is 0.33:1, it must be 0.80:1 to 1.91:1"
    ]


def test_a_second_try_is_plainer_and_there_is_no_third() -> None:
    recipe = made(video(format="MKV"), BOTH)

    plainer = plainest(recipe)

    assert plainer is not None
    assert (plainer.width, plainer.height, plainer.is_copied) == (720, 1280, False)
    assert plainest(plainer) is None


def test_a_key_is_the_same_everywhere_and_another_for_whatever_differs() -> None:
    recipe = ImageRecipe(width=1080, height=1350, fit=Fit.BLUR, max_bytes=8_000_000)
    others = [
        key_of(dataclasses.replace(recipe, fit=Fit.CROP), sha256="1" * 64),
        key_of(dataclasses.replace(recipe, width=1079), sha256="1" * 64),
        key_of(recipe, sha256="2" * 64),
        key_of(made(video(format="MKV"), BOTH), sha256="1" * 64),
    ]

    key = key_of(recipe, sha256="1" * 64)

    assert key == "242613c730b9af10a7e86218aca4d5ddc84182273f61c277df5bc9eaff8ed9d0"
    assert len({key, *others}) == 5


def item(number: int, facts: MediaFacts) -> MediaItem:
    return MediaItem(
        id=MediaId(number),
        workspace_id=WorkspaceId(1),
        path=f"/library/{number}",
        sha256=f"{number:064x}",
        facts=facts,
        description=Description(),
        added_at=NOW,
    )


def test_a_cover_is_made_to_fit_what_covers_must_be() -> None:
    post = Post(
        id=PostId(1),
        workspace_id=WorkspaceId(1),
        caption="",
        link="",
        needs=frozenset(),
        media=(item(1, FILM),),
        cover=item(2, picture(format="PNG")),
    )

    recipes = recipes_for(post, REEL, lambda _: BLUR)
    shown = expected_post(post, REEL, lambda _: BLUR)

    assert set(recipes) == {MediaId(2)}
    assert violations(shown, REEL) == []
    assert shown.media == post.media


def test_a_recipe_never_changes_what_a_post_says() -> None:
    limits: MediaLimits = IMAGE_LIMITS
    post = Post(
        id=PostId(1),
        workspace_id=WorkspaceId(1),
        caption="Harbour",
        link="",
        needs=frozenset(),
        media=(item(1, picture(format="PNG")), item(2, PICTURE)),
    )

    shown = expected_post(post, dataclasses.replace(FEED, image=limits, max_media=2), lambda _: BLUR)

    assert [one.id for one in shown.media] == [1, 2]
    assert (shown.caption, shown.media[0].facts.kind) == ("Harbour", MediaKind.IMAGE)
