"""What the sample library holds: the media of a small pottery by the sea, by category."""

import dataclasses
import io
import os
import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml
from PIL import Image

from sandbox.samples import clips, landscapes, pottery, still_lifes
from sandbox.samples.encoding import write_clip
from sandbox.samples.light import Color, Size
from sandbox.samples.pottery import Piece

STORY: Size = (1080, 1920)
PORTRAIT: Size = (1080, 1350)
SQUARE: Size = (1080, 1080)

CREAM, TERRACOTTA, SAGE, SEA = (220, 206, 184), (202, 120, 88), (96, 124, 102), (70, 108, 128)

Write = Callable[[Path, random.Random], None]
"""Writes one file of the library."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One file of the library and what is said beside it."""

    path: str
    write: Write
    words: Mapping[str, Any] = dataclasses.field(default_factory=dict[str, Any])
    """What its sidecar says; empty: it has none."""


def make_samples(folder: Path, *, seed: int = 0) -> None:
    """Write the sample library into a folder, some 7 MB in about ten seconds.

    Files that are already there stay as they are. The same seed gives the same pictures.
    """
    for category, words in DEFAULTS.items():
        (folder / category).mkdir(parents=True, exist_ok=True)
        _describe(folder / category / "_defaults.yml", words)
    clips_first = sorted(SAMPLES, key=lambda sample: not sample.path.endswith(".mp4"))
    # Pillow and the encoder leave the interpreter's lock while they work, so threads do help.
    with ThreadPoolExecutor(max_workers=min(4, os.cpu_count() or 1)) as pool:
        for done in [pool.submit(_make, sample, folder, seed) for sample in clips_first]:
            done.result()


def _make(sample: Sample, folder: Path, seed: int) -> None:
    file = folder / sample.path
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        unfinished = file.with_name(f".{file.name}.part")
        sample.write(unfinished, random.Random(f"{seed}/{sample.path}"))
        unfinished.replace(file)
    if sample.words:
        _describe(file.with_suffix(".yml"), sample.words)


def _describe(file: Path, words: Mapping[str, Any]) -> None:
    if not file.exists():
        file.write_text(yaml.safe_dump(dict(words), sort_keys=False, allow_unicode=True), encoding="utf-8")


def _picture(draw: Callable[[random.Random, Size], Image.Image], size: Size) -> Write:
    def write(file: Path, rng: random.Random) -> None:
        draw(rng, size).save(file, "JPEG", quality=87, subsampling="4:2:0", optimize=True)

    return write


def _table(*pieces: Piece, wall: Color, edge: float = 0.72) -> Callable[[random.Random, Size], Image.Image]:
    def draw(rng: random.Random, size: Size) -> Image.Image:
        return pottery.still_life(rng, size, pieces, wall=wall, table=(148, 104, 70), edge=edge)

    return draw


def _clip(film: Callable[[random.Random], clips.Clip]) -> Write:
    def write(file: Path, rng: random.Random) -> None:
        clip = film(rng)
        write_clip(file, clip.frames, clip.sound, size=clip.size)

    return write


def _poster(file: Path, rng: random.Random) -> None:
    landscapes.dunes(rng, PORTRAIT).quantize(96).save(file, "PNG")


def _panorama(file: Path, rng: random.Random) -> None:
    landscapes.misty_ridges(rng, (1800, 600)).save(file, "JPEG", quality=85)


def _broken(file: Path, rng: random.Random) -> None:
    whole = io.BytesIO()
    landscapes.blue_hour(rng, (540, 960)).save(whole, "JPEG")
    file.write_bytes(whole.getvalue()[:300])


def _note(file: Path, _rng: random.Random) -> None:
    file.write_text(
        "Ideas for spring: the kiln at night, hands at the wheel, the new blue glaze.\n", encoding="utf-8"
    )


DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "coast": {"tags": ["coast", "harbourlane"], "caption": "A minute by the sea."},
    "products": {"tags": ["stoneware", "harbourlane"]},
    "workshop": {"tags": ["pottery", "handmade"], "caption": "From the workshop."},
    "behind-the-scenes": {"tags": ["behindthescenes"]},
}

SAMPLES: tuple[Sample, ...] = (
    Sample(
        path="coast/dawn-over-the-bay.jpg",
        write=_picture(landscapes.dawn_over_water, STORY),
        words={"caption": "Good morning from the harbour ☀️", "alt": "Sunrise over a calm bay"},
    ),
    Sample(
        path="coast/blue-hour.jpg",
        write=_picture(landscapes.blue_hour, STORY),
        words={"caption": "The lighthouse keeper clocks in.", "alt": "A lighthouse under the moon"},
    ),
    Sample(path="coast/dunes.jpg", write=_picture(landscapes.dunes, STORY)),
    Sample(path="coast/misty-ridges.jpg", write=_picture(landscapes.misty_ridges, STORY)),
    Sample(
        path="coast/harbour-lights.jpg",
        write=_picture(landscapes.harbour_lights, STORY),
        words={"caption": "Where should we open late this summer?", "needs": ["poll"]},
    ),
    Sample(
        path="coast/evening-waves.mp4",
        write=_clip(clips.evening_waves),
        words={"caption": "Sound on. 🌊", "alt": "Low sun over moving water"},
    ),
    Sample(
        path="coast/from-the-train.mp4",
        write=_clip(clips.ridges_passing),
        words={"caption": "On the way to the spring fair.", "alt": "Misty hills passing by"},
    ),
    Sample(
        path="products/tall-vase.jpg",
        write=_picture(
            _table(
                Piece(profile=pottery.vase, x=0.5, width=0.42, height=0.66, color=CREAM, dip=SEA),
                wall=(214, 196, 178),
            ),
            PORTRAIT,
        ),
        words={
            "caption": "The tall vase is back.\n\nThrown in one piece, dipped by hand, no two alike.",
            "alt": "A stoneware vase, half blue, on a wooden table",
        },
    ),
    Sample(
        path="products/blue-bowl.jpg",
        write=_picture(
            _table(
                Piece(
                    profile=pottery.bowl,
                    x=0.5,
                    width=0.56,
                    height=0.24,
                    color=CREAM,
                    dip=(60, 92, 120),
                    inside=True,
                ),
                wall=(196, 168, 142),
                edge=0.68,
            ),
            SQUARE,
        ),
        words={"caption": "Breakfast bowl in harbour blue.", "alt": "A wide bowl with a blue rim"},
    ),
    Sample(
        path="products/three-bottles.jpg",
        write=_picture(
            _table(
                Piece(profile=pottery.bottle, x=0.27, width=0.17, height=0.62, color=SAGE),
                Piece(profile=pottery.bottle, x=0.5, width=0.2, height=0.5, color=TERRACOTTA),
                Piece(profile=pottery.bottle, x=0.74, width=0.16, height=0.7, color=CREAM),
                wall=(120, 138, 140),
            ),
            PORTRAIT,
        ),
        words={
            "caption": "Three of a kind.",
            "products": ["Bottle, sage", "Bottle, clay"],
            "needs": ["product"],
        },
    ),
    Sample(
        path="products/candle-pair.jpg",
        write=_picture(
            _table(
                Piece(profile=pottery.cup, x=0.3, width=0.2, height=0.2, color=TERRACOTTA, inside=True),
                Piece(profile=pottery.candle, x=0.55, width=0.075, height=0.62, color=(236, 222, 196)),
                Piece(profile=pottery.candle, x=0.69, width=0.075, height=0.46, color=(214, 164, 128)),
                wall=(92, 96, 112),
            ),
            PORTRAIT,
        ),
        words={"caption": "Beeswax, dipped forty times.", "alt": "Two candles and a small cup"},
    ),
    Sample(
        path="products/new-cups.jpg",
        write=_picture(
            _table(
                Piece(
                    profile=pottery.cup,
                    x=0.29,
                    width=0.36,
                    height=0.4,
                    color=CREAM,
                    dip=TERRACOTTA,
                    inside=True,
                ),
                Piece(profile=pottery.cup, x=0.7, width=0.38, height=0.5, color=CREAM, dip=SAGE, inside=True),
                wall=(226, 210, 190),
            ),
            STORY,
        ),
        words={
            "caption": "New cups, in the shop from today.",
            "link": "https://harbourlane.example/cups",
            "needs": ["link"],
        },
    ),
    Sample(
        path="products/afternoon-light.mp4",
        write=_clip(clips.light_passing),
        words={"caption": "Four o'clock in the shop.", "needs": ["music"], "alt": "Sun moving over a vase"},
    ),
    Sample(
        path="workshop/glaze-tests.jpg",
        write=_picture(still_lifes.glaze_tests, PORTRAIT),
        words={"caption": "Twenty tiles, eight glazes, one favourite. Which is yours?"},
    ),
    Sample(
        path="workshop/thread-wall.jpg",
        write=_picture(still_lifes.thread_spools, STORY),
        words={"alt": "Rows of coloured thread"},
    ),
    Sample(
        path="workshop/first-out-of-the-kiln.jpg",
        write=_picture(
            _table(
                Piece(
                    profile=pottery.bowl,
                    x=0.36,
                    width=0.5,
                    height=0.22,
                    color=CREAM,
                    dip=SAGE,
                    inside=True,
                ),
                Piece(profile=pottery.vase, x=0.77, width=0.26, height=0.56, color=(188, 170, 150)),
                wall=(158, 146, 140),
            ),
            STORY,
        ),
        words={"caption": "First out of the kiln, still warm.", "needs": ["sticker"]},
    ),
    Sample(
        path="behind-the-scenes/morning-coffee.jpg",
        write=_picture(still_lifes.morning_coffee, STORY),
        words={"caption": "Before the first pot: coffee.", "needs": ["sticker"]},
    ),
    Sample(
        path="behind-the-scenes/window.jpg",
        write=_picture(still_lifes.window_shadow, STORY),
        words={"caption": "The best light is at nine.", "alt": "Shadows of a plant on a wall"},
    ),
    Sample(
        path="behind-the-scenes/evening-lights.jpg",
        write=_picture(still_lifes.string_lights, SQUARE),
        words={"caption": "Summer party, Friday at seven. Come by!"},
    ),
    Sample(
        path="behind-the-scenes/party-lights.mp4",
        write=_clip(clips.lights_drifting),
        words={"caption": "See you on Friday?", "alt": "Strings of lights, out of focus"},
    ),
    Sample(path="odd-ones/poster.png", write=_poster, words={"caption": "A PNG: Instagram takes JPEG only."}),
    Sample(path="odd-ones/panorama.jpg", write=_panorama, words={"caption": "Three times as wide as high."}),
    Sample(path="odd-ones/broken.jpg", write=_broken),
    Sample(path="odd-ones/notes.txt", write=_note),
)
