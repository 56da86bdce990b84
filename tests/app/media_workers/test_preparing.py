"""What people have becomes what Instagram takes, judged by code that knows nothing of how it was made."""

import asyncio
import contextlib
import datetime as dt
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from app.media_workers.pool import MediaWorkers
from domain.capabilities import Placement
from domain.media import MediaKind
from domain.recipe import Fit, ImageRecipe, Recipe, VideoRecipe, Wishes, recipe_for
from platforms.instagram.capabilities import CAPABILITIES
from services.ports import UnreadableMediaError
from support.odd_media import ODD_IMAGES, ODD_VIDEOS, film, scene
from support.strict_media import complaints

PLACEMENTS = CAPABILITIES.placements
A_MINUTE = dt.timedelta(minutes=1)
RED, YELLOW, WHITE = (220, 30, 30), (255, 255, 0), (255, 255, 255)


def nothing_heard(share: float) -> None:
    pass


def takes(placement: Placement, kind: MediaKind, recipe: Recipe | None) -> bool:
    is_image = isinstance(recipe, ImageRecipe) if recipe else kind is MediaKind.IMAGE
    return (placement.image if is_image else placement.video) is not None


async def made(workers: MediaWorkers, source: Path, recipe: Recipe) -> Path:
    target = source.with_suffix(".made")
    await workers.prepare(recipe, source=source, target=target, patience=A_MINUTE, on_progress=nothing_heard)
    return target


@pytest.mark.parametrize("name", [*ODD_IMAGES, *ODD_VIDEOS])
async def test_what_people_have_becomes_what_instagram_takes(
    workers: MediaWorkers, tmp_path: Path, name: str
) -> None:
    source = tmp_path / name
    await asyncio.to_thread(source.write_bytes, {**ODD_IMAGES, **ODD_VIDEOS}[name]())
    facts = await workers.probe(source)
    results: dict[Recipe | None, Path] = {None: source}
    judged: dict[str, list[str]] = {}

    for placement in PLACEMENTS.values():
        recipe = recipe_for(facts, placement, Wishes(trims=True))
        if not takes(placement, facts.kind, recipe):
            continue
        if recipe is not None and recipe not in results:
            results[recipe] = await made(workers, source, recipe)
        judged[placement.name] = await asyncio.to_thread(complaints, results[recipe], placement.name)

    assert len(judged) >= 2
    assert not any(judged.values()), judged


def pixel(path: Path, x: float, y: float) -> tuple[int, ...]:
    """Return the colour at a place given in shares of the sides."""
    with Image.open(path) as image:
        found = image.getpixel((min(image.width - 1, int(x * image.width)), int(y * image.height)))
    assert isinstance(found, tuple)
    return tuple(round(value) for value in found)


def is_like(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(found, wanted, strict=True))


def image(fit: Fit, *, size: tuple[int, int] = (1080, 1350), max_bytes: int = 8_000_000) -> ImageRecipe:
    return ImageRecipe(width=size[0], height=size[1], fit=fit, max_bytes=max_bytes)


def video(
    fit: Fit, *, size: tuple[int, int] = (180, 320), longest: dt.timedelta | None = None
) -> VideoRecipe:
    return VideoRecipe(
        width=size[0],
        height=size[1],
        fit=fit,
        frames_per_second=24,
        max_bits_per_second=2_000_000,
        longest=longest,
    )


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    path = tmp_path / "wide.png"
    scene((1600, 800)).save(path)
    return path


@pytest.mark.parametrize("fit", [Fit.BLUR, Fit.COLOUR])
async def test_a_surround_leaves_the_picture_whole_in_the_middle(
    workers: MediaWorkers, wide: Path, fit: Fit
) -> None:
    result = await made(workers, wide, image(fit))

    assert is_like(pixel(result, 0.5, 0.5), RED)
    assert is_like(pixel(result, 0.02, 0.32), YELLOW)
    assert not is_like(pixel(result, 0.02, 0.02), YELLOW)


async def test_a_coloured_surround_is_of_one_colour(workers: MediaWorkers, wide: Path) -> None:
    result = await made(workers, wide, image(Fit.COLOUR))

    assert is_like(pixel(result, 0.1, 0.05), pixel(result, 0.9, 0.95))


async def test_a_cut_is_where_most_is_to_be_seen(workers: MediaWorkers, tmp_path: Path) -> None:
    path = tmp_path / "aside.png"
    empty = Image.new("RGB", (1600, 800), (40, 90, 160))
    empty.paste(scene((400, 800)), (1200, 0))
    await asyncio.to_thread(empty.save, path)

    result = await made(workers, path, image(Fit.CROP, size=(540, 1080)))

    assert is_like(pixel(result, 0.5, 0.5), RED)


async def test_a_film_is_cut_where_most_is_to_be_seen_in_the_course_of_it(
    workers: MediaWorkers, tmp_path: Path
) -> None:
    path = tmp_path / "aside.mkv"
    await asyncio.to_thread(_write_film_with_something_aside, path)

    result = await made(workers, path, video(Fit.CROP, size=(120, 240)))

    assert is_like(await asyncio.to_thread(middle_of_the_last_picture, result), RED)


def _write_film_with_something_aside(path: Path) -> None:
    """Write a film that is black at first, and then has a scene at its right edge."""
    black, shown = Image.new("RGB", (480, 240)), Image.new("RGB", (480, 240), (40, 90, 160))
    shown.paste(scene((120, 240)), (340, 0))
    output: Any = av.open(str(path), "w")
    with output:
        track: Any = output.add_stream("libx264", rate=24, options={"g": "12"})
        track.width, track.height, track.pix_fmt = 480, 240, "yuv420p"
        for number in range(76):
            frame: Any = av.VideoFrame(480, 240, "rgb24")
            frame.planes[0].update((black if number < 12 else shown).tobytes())
            frame.pts = number
            output.mux(track.encode(frame))
        output.mux(track.encode(None))


def middle_of_the_last_picture(path: Path) -> tuple[int, ...]:
    with av.open(str(path)) as container:
        frames: list[Any] = list(container.decode(video=0))
    shown: Image.Image = frames[-1].to_image()
    found = shown.getpixel((shown.width // 2, shown.height // 2))
    assert isinstance(found, tuple)
    return tuple(round(value) for value in found)


async def test_an_orientation_is_obeyed_and_then_forgotten(workers: MediaWorkers, tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    await asyncio.to_thread(path.write_bytes, ODD_IMAGES["turned.jpg"]())

    result = await made(workers, path, image(Fit.AS_IS, size=(480, 640)))

    assert is_like(pixel(result, 0.97, 0.03), YELLOW)
    with Image.open(result) as opened:
        assert dict(opened.getexif()) == {}


async def test_what_is_transparent_becomes_white(workers: MediaWorkers, tmp_path: Path) -> None:
    path = tmp_path / "hole.png"
    await asyncio.to_thread(path.write_bytes, ODD_IMAGES["alpha.png"]())

    result = await made(workers, path, image(Fit.AS_IS, size=(640, 480)))

    assert is_like(pixel(result, 0.1, 0.5), WHITE)
    assert is_like(pixel(result, 0.5, 0.5), RED)


async def test_sixteen_bits_are_scaled_down_and_not_cut_off(workers: MediaWorkers, tmp_path: Path) -> None:
    deep, plain = tmp_path / "deep.png", tmp_path / "plain.png"
    await asyncio.to_thread(deep.write_bytes, ODD_IMAGES["sixteen_grey.png"]())
    await asyncio.to_thread(scene(mode="L").convert("RGB").save, plain)

    result = await made(workers, deep, image(Fit.AS_IS, size=(640, 480)))

    assert all(
        is_like(pixel(result, x, y), pixel(plain, x, y)) for x, y in ((0.5, 0.5), (0.5, 0.1), (0.9, 0.9))
    )


async def test_the_quality_goes_down_until_the_size_goes(workers: MediaWorkers, tmp_path: Path) -> None:
    path = tmp_path / "noise.png"
    await asyncio.to_thread(Image.effect_noise((800, 800), 90).save, path)

    result = await made(workers, path, image(Fit.AS_IS, size=(800, 800), max_bytes=400_000))

    assert 100_000 < result.stat().st_size <= 400_000


async def test_a_picture_that_cannot_be_small_enough_is_refused(workers: MediaWorkers, wide: Path) -> None:
    with pytest.raises(UnreadableMediaError, match="cannot be made smaller"):
        await made(workers, wide, image(Fit.AS_IS, max_bytes=1000))


async def test_long_work_tells_how_far_it_is(workers: MediaWorkers, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    await asyncio.to_thread(path.write_bytes, film("mp4"))
    heard: list[float] = []

    await workers.prepare(
        video(Fit.CROP),
        source=path,
        target=tmp_path / "made",
        patience=A_MINUTE,
        on_progress=heard.append,
    )

    assert len(heard) > 10
    assert heard == sorted(heard)
    assert heard[-1] <= 1


async def test_a_video_is_cut_at_the_length_that_is_asked_for(workers: MediaWorkers, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    await asyncio.to_thread(path.write_bytes, film("mp4"))

    result = await made(workers, path, video(Fit.AS_IS, longest=dt.timedelta(seconds=2)))

    facts = await workers.probe(result)
    assert facts.duration is not None
    assert dt.timedelta(seconds=1.99) < facts.duration < dt.timedelta(seconds=2.05)


async def test_work_that_takes_too_long_is_given_up_and_the_next_goes_on(
    workers: MediaWorkers, wide: Path, tmp_path: Path
) -> None:
    path = tmp_path / "film.mp4"
    await asyncio.to_thread(path.write_bytes, film("mp4"))

    with pytest.raises(UnreadableMediaError, match="took longer than"):
        await workers.prepare(
            video(Fit.BLUR, size=(1080, 1920)),
            source=path,
            target=tmp_path / "made",
            patience=dt.timedelta(milliseconds=300),
            on_progress=nothing_heard,
        )
    result = await made(workers, wide, image(Fit.CROP))

    assert complaints(result, "feed") == []


@pytest.mark.parametrize("recipe", [image(Fit.AS_IS), video(Fit.AS_IS)])
async def test_a_full_disk_is_no_fault_of_the_file(
    workers: MediaWorkers, tmp_path: Path, wide: Path, recipe: Recipe
) -> None:
    path = tmp_path / "film.mp4"
    await asyncio.to_thread(path.write_bytes, film("mp4"))

    with pytest.raises(OSError, match="No space left on device"):
        await workers.prepare(
            recipe,
            source=wide if isinstance(recipe, ImageRecipe) else path,
            target=Path("/dev/full"),
            patience=A_MINUTE,
            on_progress=nothing_heard,
        )


async def test_sound_that_does_not_go_is_made_anew_beside_a_picture_that_stays(
    workers: MediaWorkers, tmp_path: Path
) -> None:
    path = tmp_path / "surround.mp4"
    await asyncio.to_thread(path.write_bytes, ODD_VIDEOS["surround.mp4"]())
    recipe = recipe_for(await workers.probe(path), PLACEMENTS["reel"], Wishes())
    assert recipe is not None

    result = await made(workers, path, recipe)

    assert await asyncio.to_thread(complaints, result, "reel") == []
    before, after = [await asyncio.to_thread(coded_pictures, each) for each in (path, result)]
    assert before == after


def coded_pictures(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        packets: list[Any] = list(container.demux(video=0))
    return [bytes(packet) for packet in packets if packet.size]


async def test_a_film_that_breaks_off_is_refused(workers: MediaWorkers, tmp_path: Path) -> None:
    path, whole = tmp_path / "film.mkv", film("mkv", size=(640, 360))
    await asyncio.to_thread(path.write_bytes, whole[: len(whole) // 3])

    with pytest.raises(UnreadableMediaError, match=r"breaks off|broken"):
        await made(workers, path, video(Fit.BLUR))


async def test_noise_in_a_film_is_refused_or_shown_but_hangs_nobody_up(
    workers: MediaWorkers, wide: Path, tmp_path: Path
) -> None:
    path, whole = tmp_path / "film.mp4", bytearray(film("mp4"))
    middle = len(whole) // 2
    whole[middle : middle + 2000] = bytes(range(250)) * 8
    await asyncio.to_thread(path.write_bytes, bytes(whole))

    with contextlib.suppress(UnreadableMediaError):
        await made(workers, path, video(Fit.CROP))
    result = await made(workers, wide, image(Fit.CROP))

    assert complaints(result, "feed") == []


async def test_films_leave_a_place_for_what_takes_no_time(tmp_path: Path, wide: Path) -> None:
    path = tmp_path / "film.mp4"
    await asyncio.to_thread(path.write_bytes, film("mp4"))
    async with MediaWorkers(count=2) as workers:
        films = [
            asyncio.create_task(made(workers, path, video(Fit.BLUR, size=(720, 1280)))) for _ in range(3)
        ]
        await made(workers, wide, image(Fit.CROP))
        still_waiting = [each for each in films if not each.done()]
        for each in films:
            each.cancel()
        await asyncio.gather(*films, return_exceptions=True)

    assert len(still_waiting) == 3
