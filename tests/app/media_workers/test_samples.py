"""Films by another encoder than the product's become what Instagram takes, and look as they did."""

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path

import av
import pytest
from av.video.reformatter import Colorspace

from app.media_workers.pool import MediaWorkers
from domain.recipe import VideoRecipe, Wishes, recipe_for
from platforms.instagram.capabilities import CAPABILITIES, CAROUSEL
from support.ffprobe import ffprobe
from support.strict_media import complaints

SAMPLES = Path(__file__).parents[2] / "support" / "samples"
PLACEMENT = CAPABILITIES.placements[CAROUSEL]
"""It takes every ratio, so that nothing is scaled."""
BARS = {
    0.18: (191, 191, 191),
    0.29: (191, 191, 0),
    0.39: (0, 191, 191),
    0.50: (0, 191, 0),
    0.61: (191, 0, 191),
    0.71: (191, 0, 0),
    0.82: (0, 0, 191),
}
"""Where they are from the left, and their colours."""
TURNED: Mapping[int, Callable[[float, float], tuple[float, float]]] = {
    90: lambda x, y: (y, 1 - x),
    180: lambda x, y: (1 - x, 1 - y),
    270: lambda x, y: (1 - y, x),
}
"""Where a place is once a picture was turned by so many degrees against the clock."""
UPRIGHT = (
    "untagged_hd.mkv",
    "untagged_sd.mp4",
    "full_range.mov",
    "ten_bits.mp4",
    "interlaced.mp4",
    "fragments.mp4",
    "reordered.mkv",
    "more_sound.mkv",
    "cut.mov",
    "words.mp4",
    "pq.mp4",
)


async def made(
    workers: MediaWorkers, name: str, folder: Path, *, size: tuple[int, int] | None = None
) -> Path:
    """Return what a film becomes; with a size, what it becomes when it is encoded anew."""
    source, target = SAMPLES / name, folder / "made.mp4"
    recipe = recipe_for(await workers.probe(source), PLACEMENT, Wishes())
    assert isinstance(recipe, VideoRecipe)
    if size is not None:
        recipe = dataclasses.replace(recipe, width=size[0], height=size[1], is_copied=False)
    await workers.prepare(
        recipe,
        source=source,
        target=target,
        patience=dt.timedelta(minutes=1),
        on_progress=lambda share: None,
    )
    return target


def colours(path: Path, *, places: list[tuple[float, float]]) -> list[tuple[int, int, int]]:
    """Return the colours of the first picture as it is stored, at places given in shares of its sides."""
    with av.open(str(path)) as film:
        frame = next(film.decode(video=0))
    is_high_definition = frame.colorspace == 1
    shown = frame.reformat(
        format="rgb24", src_colorspace=Colorspace.ITU709 if is_high_definition else Colorspace.ITU601
    )
    plane = shown.planes[0]
    data = bytes(plane)
    starts = [
        int(y * shown.height) * plane.line_size + 3 * min(shown.width - 1, int(x * shown.width))
        for x, y in places
    ]
    return [(data[at], data[at + 1], data[at + 2]) for at in starts]


def are_like(found: list[tuple[int, int, int]], wanted: list[tuple[int, int, int]]) -> bool:
    return all(
        abs(one - other) <= 40
        for pair in zip(found, wanted, strict=True)
        for one, other in zip(*pair, strict=True)
    )


@pytest.mark.parametrize("name", UPRIGHT)
async def test_a_film_goes_and_keeps_its_colours(workers: MediaWorkers, tmp_path: Path, name: str) -> None:
    result = await made(workers, name, tmp_path)

    found = await asyncio.to_thread(colours, result, places=[(x, 0.3) for x in BARS])
    assert await asyncio.to_thread(complaints, result, CAROUSEL) == []
    assert are_like(found, list(BARS.values())), found


async def test_what_is_as_bright_as_paper_in_hdr_is_nearly_white(
    workers: MediaWorkers, tmp_path: Path
) -> None:
    result = await made(workers, "hlg.mov", tmp_path)

    assert await asyncio.to_thread(complaints, result, CAROUSEL) == []
    (white, yellow) = await asyncio.to_thread(colours, result, places=[(0.18, 0.3), (0.29, 0.3)])
    assert 235 < min(white) <= max(white) < 253
    assert yellow[2] < 60


def angle_of(path: Path) -> int:
    """Return by how many degrees players turn a film against the clock."""
    (track,) = ffprobe(path, "-show_streams")["streams"]
    return sum(int(each.get("rotation", 0)) for each in track.get("side_data_list", [])) % 360


@pytest.mark.parametrize("angle", [90, 180, 270])
async def test_a_film_that_a_telephone_turned_stays_turned(
    workers: MediaWorkers, tmp_path: Path, angle: int
) -> None:
    result = await made(workers, f"turned_{angle}.mov", tmp_path)

    assert await asyncio.to_thread(complaints, result, CAROUSEL) == []
    assert await asyncio.to_thread(angle_of, result) == angle


@pytest.mark.parametrize("angle", [90, 180, 270])
async def test_a_film_that_a_telephone_turned_is_encoded_upright(
    workers: MediaWorkers, tmp_path: Path, angle: int
) -> None:
    size = (320, 180) if angle == 180 else (180, 320)
    result = await made(workers, f"turned_{angle}.mov", tmp_path, size=size)

    found = await asyncio.to_thread(colours, result, places=[TURNED[angle](x, 0.3) for x in BARS])
    assert await asyncio.to_thread(angle_of, result) == 0
    assert are_like(found, list(BARS.values())), found


async def test_a_film_of_open_groups_is_encoded_anew(workers: MediaWorkers, tmp_path: Path) -> None:
    before = await asyncio.to_thread(complaints, SAMPLES / "open_groups.mp4", CAROUSEL)
    result = await made(workers, "open_groups.mp4", tmp_path)

    assert "a group of pictures is open" in before
    assert await asyncio.to_thread(complaints, result, CAROUSEL) == []


async def test_the_last_picture_stays_while_there_is_sound(workers: MediaWorkers, tmp_path: Path) -> None:
    result = await made(workers, "more_sound.mkv", tmp_path)

    tracks = (await asyncio.to_thread(ffprobe, result, "-show_streams"))["streams"]
    assert [round(float(track["duration"])) for track in tracks] == [5, 5]


async def test_what_is_said_beside_a_film_is_left_out(workers: MediaWorkers, tmp_path: Path) -> None:
    result = await made(workers, "words.mp4", tmp_path)

    assert b"secret" not in await asyncio.to_thread(result.read_bytes)
