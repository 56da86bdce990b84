"""Moving pictures: a list of clips, each a run of frames and a sound."""

# pyright: reportUnknownMemberType=false
# Pillow's annotations name numpy, which is not installed.

import dataclasses
import math
import random
from array import array
from collections.abc import Iterator

from PIL import Image, ImageChops

from sandbox.samples import landscapes, pottery, sound
from sandbox.samples.encoding import FRAME_RATE
from sandbox.samples.light import Size, bokeh, dimmed, falloff, gradient, tinted
from sandbox.samples.pottery import Piece


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Clip:
    """What `encoding.write_clip` needs."""

    size: Size
    frames: Iterator[Image.Image]
    sound: "array[float]"


def evening_waves(rng: random.Random) -> Clip:
    """Return low sun over water that moves."""
    size, seconds = (1080, 1920), 4
    frames = _swell(landscapes.dawn_over_water(rng, size), horizon=0.565, seconds=seconds)
    return Clip(size=size, frames=frames, sound=sound.surf(rng, seconds))


def ridges_passing(rng: random.Random) -> Clip:
    """Return misty hills as seen from a slow train: the near ones pass faster."""
    size, seconds = (720, 1280), 4
    wide = (size[0] * 3 // 2, size[1])
    sky, hills = landscapes.misty_sky(size), landscapes.ridges(rng, wide)
    crests = [(mask.getbbox() or (0, 0, 0, 0))[1] for _, mask in hills]
    count = round(seconds * FRAME_RATE)

    def frames() -> Iterator[Image.Image]:
        for number in range(count):
            picture = sky.copy()
            for depth, ((hill, mask), crest) in enumerate(zip(hills, crests, strict=True)):
                pace = ((depth + 1) / len(hills)) ** 1.6
                left = round((wide[0] - size[0]) * pace * number / count)
                view = (left, crest, left + size[0], size[1])
                picture.paste(hill.crop(view), (0, crest), mask.crop(view))
            yield picture

    return Clip(size=size, frames=frames(), sound=sound.chord(seconds, (147, 220, 277, 330)))


def lights_drifting(rng: random.Random) -> Clip:
    """Return strings of lights, far out of focus, that sway."""
    size, seconds = (720, 1280), 4
    room = (size[0] + 160, size[1] + 160)
    ground = gradient(size, ((0, (30, 20, 40)), (0.6, (58, 36, 52)), (1, (20, 14, 26))))
    warm = ((255, 178, 84), (255, 206, 138), (255, 142, 70), (255, 112, 96), (190, 130, 255))
    far = bokeh(rng, room, warm, count=44, radii=(14, 30), band=(0.1, 0.75))
    near = dimmed(bokeh(rng, room, warm, count=16, radii=(46, 92), band=(0.0, 1.0)), 0.6)

    def frames() -> Iterator[Image.Image]:
        for number in range(round(seconds * FRAME_RATE)):
            turn = math.tau * number / (seconds * FRAME_RATE)
            picture = ground
            for layer, reach in ((far, 26), (near, 76)):
                left, top = (
                    round(80 + reach * math.sin(turn)),
                    round(80 + reach * 0.6 * math.sin(turn * 2 + 1)),
                )
                picture = ImageChops.screen(picture, layer.crop((left, top, left + size[0], top + size[1])))
            yield picture

    return Clip(size=size, frames=frames(), sound=sound.chord(seconds, (196, 247, 294, 392)))


def light_passing(rng: random.Random) -> Clip:
    """Return a still life while a patch of sun wanders over it."""
    size, seconds = (720, 1280), 4
    pieces = (
        Piece(profile=pottery.vase, x=0.4, width=0.4, height=0.72, color=(216, 190, 160), dip=(196, 112, 82)),
        Piece(
            profile=pottery.bowl,
            x=0.76,
            width=0.36,
            height=0.16,
            color=(210, 200, 184),
            dip=(70, 104, 112),
            inside=True,
        ),
    )
    scene = pottery.still_life(rng, size, pieces, wall=(196, 178, 160), table=(132, 92, 62), edge=0.7)
    side = 1500
    spot = falloff(1.6, strength=0.6).resize((side, side))
    beam = tinted(Image.new("RGB", (side, side)), (255, 214, 150), spot)
    count = round(seconds * FRAME_RATE)

    def frames() -> Iterator[Image.Image]:
        for number in range(count):
            left, top = round(900 - 1100 * number / count), 200
            yield ImageChops.screen(scene, beam.crop((left, top, left + size[0], top + size[1])))

    return Clip(size=size, frames=frames(), sound=sound.chord(seconds, (175, 262, 349, 440)))


def _swell(picture: Image.Image, *, horizon: float, seconds: float) -> Iterator[Image.Image]:
    """Move the water below the horizon in bands that sway more the nearer they are."""
    width, height = picture.size
    top = round(height * horizon)
    bands = 70
    edges = [top + round((height - top) * (band / bands) ** 1.7) for band in range(bands + 1)]
    count = round(seconds * FRAME_RATE)
    for number in range(count):
        turn = math.tau * number / count
        frame = picture.copy()
        for band in range(bands):
            reach = 2 + 20 * band / bands
            shift = round(
                reach * math.sin(turn + band * 0.42) + reach * 0.5 * math.sin(turn * 2 - band * 0.9)
            )
            strip = picture.crop((0, edges[band], width, edges[band + 1]))
            frame.paste(ImageChops.offset(strip, shift, 0), (0, edges[band]))
        yield frame
