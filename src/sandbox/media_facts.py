"""What an image or a video file really is, found by decoding it."""

import dataclasses
import io
from collections.abc import Callable
from pathlib import Path
from typing import cast

import av
import av.error
from PIL import Image

LARGEST_IMAGE_PIXELS = 120_000_000
"""Beyond this an image is refused by its header, before it can fill the memory."""


class UnreadableMediaError(Exception):
    """The bytes are no image, or no video, that can be decoded."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class ImageFacts:
    """An image that decoded to its last pixel."""

    format: str
    """Pillow's name, in capitals: `JPEG`, `PNG`, `MPO` …"""
    width: int
    height: int
    is_progressive: bool


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class VideoFacts:
    """A video whose first frame decoded."""

    formats: tuple[str, ...]
    """FFmpeg's names for the container, e.g. `("mov", "mp4", …)`."""
    codec: str
    pixel_format: str
    width: int
    height: int
    seconds: float
    frames_per_second: float
    bits_per_second: int
    audio: "AudioFacts | None"


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class AudioFacts:
    """The first sound track of a video."""

    codec: str
    samples_per_second: int
    channels: int


def read_image(data: bytes) -> ImageFacts:
    """Decode an image wholly. Blocks; raises `UnreadableMediaError`."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > LARGEST_IMAGE_PIXELS:
                raise UnreadableMediaError("too many pixels")
            image.load()
            return ImageFacts(
                format=image.format or "",
                width=image.width,
                height=image.height,
                is_progressive=bool(image.info.get("progressive")),
            )
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise UnreadableMediaError(str(error)) from error


def read_video(path: Path) -> VideoFacts:
    """Open a video and decode its first frame. Blocks; raises `UnreadableMediaError`."""
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            if not container.streams.video:
                raise UnreadableMediaError("no picture track")
            stream = container.streams.video[0]
            frame = next(container.decode(stream))
            audio = container.streams.audio[0] if container.streams.audio else None
            return VideoFacts(
                formats=tuple(container.format.name.split(",")),
                codec=stream.codec_context.name,
                pixel_format=frame.format.name,
                width=frame.width,
                height=frame.height,
                seconds=(container.duration or 0) / av.time_base,
                frames_per_second=float(stream.average_rate or 0),
                bits_per_second=container.bit_rate or 0,
                audio=None
                if audio is None
                else AudioFacts(
                    codec=audio.codec_context.name,
                    samples_per_second=audio.codec_context.sample_rate,
                    channels=audio.codec_context.channels,
                ),
            )
    except (av.error.FFmpegError, StopIteration, ValueError) as error:
        raise UnreadableMediaError(str(error)) from error


def read_still(path: Path, seconds: float) -> bytes:
    """Return the first frame of a video that shows at this time or after it, as JPEG.

    Blocks; raises `UnreadableMediaError`.
    """
    try:
        with av.open(str(path), metadata_errors="ignore") as container:
            container.seek(round(seconds * av.time_base))
            frames = container.decode(container.streams.video[0])
            last = next(frames)
            still = next((frame for frame in frames if (last.time or 0) < seconds <= (frame.time or 0)), last)
            buffer = io.BytesIO()
            # PyAV leaves what it takes and gives here open.
            to_image = cast("Callable[[], Image.Image]", still.to_image)  # pyright: ignore[reportUnknownMemberType]
            to_image().save(buffer, "JPEG", quality=85)
            return buffer.getvalue()
    except (av.error.FFmpegError, StopIteration, ValueError) as error:
        raise UnreadableMediaError(str(error)) from error
