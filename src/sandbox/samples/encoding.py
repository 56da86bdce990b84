"""Writes clips as Instagram wants them: H.264 High, yuv420p, AAC at 48 kHz, `moov` first, no edit lists."""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false, reportUnknownVariableType=false
# PyAV's annotations name numpy, which is not installed.

import fractions
from array import array
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

import av
from PIL import Image

FRAME_RATE = 30
SAMPLE_RATE = 48_000
_AUDIO_FRAME = 1024


def write_clip(
    file: Path, frames: Iterable[Image.Image], sound: "array[float]", *, size: tuple[int, int]
) -> None:
    """Write frames of this size, 30 a second, with sound: mono samples from -1 to 1, 48,000 a second."""
    options = {"movflags": "+faststart", "use_editlist": "0"}
    with av.open(str(file), "w", format="mp4", options=options) as container:
        video = container.add_stream("libx264", rate=FRAME_RATE)
        video.width, video.height = size
        video.pix_fmt = "yuv420p"
        # Without B frames nothing is shown later than it is decoded, so nothing has to be edited away.
        video.options = {"preset": "superfast", "profile": "high", "crf": "24", "bf": "0", "g": "60"}
        audio = container.add_stream("aac", rate=SAMPLE_RATE, layout="stereo")
        audio.bit_rate = 128_000
        heard = 0
        for number, picture in enumerate(frames):
            frame = _seen(picture)
            frame.pts, frame.time_base = number, fractions.Fraction(1, FRAME_RATE)
            container.mux(video.encode(frame))
            until = (number + 1) * SAMPLE_RATE // FRAME_RATE
            while heard + _AUDIO_FRAME <= min(until, len(sound)):
                container.mux(audio.encode(_heard(sound, heard)))
                heard += _AUDIO_FRAME
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _seen(picture: Image.Image) -> av.VideoFrame:
    # PyAV leaves this one function without annotations.
    return cast("Callable[[Image.Image], av.VideoFrame]", av.VideoFrame.from_image)(picture)


def _heard(sound: "array[float]", start: int) -> av.AudioFrame:
    frame = av.AudioFrame(format="fltp", layout="stereo", samples=_AUDIO_FRAME)
    samples = sound[start : start + _AUDIO_FRAME].tobytes()
    for plane in frame.planes:
        plane.update(samples)
    frame.sample_rate = SAMPLE_RATE
    # The encoder answers one frame early, for its priming; a frame later, it starts with the first picture.
    frame.pts, frame.time_base = start + _AUDIO_FRAME, fractions.Fraction(1, SAMPLE_RATE)
    return frame
