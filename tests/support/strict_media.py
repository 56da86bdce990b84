"""Judges a file as Instagram documents what it takes, by no line of the product.

Source: the IG User Media reference (page of 2026-09-11) with what clients logged, as recorded 2026-11-20.
"""

# PyAV leaves the parameters of its generic packets open.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import io
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from PIL import Image

MEGABYTE = 1_000_000
RATIOS = {"story": (0.1, 10), "reel": (0.01, 10), "carousel": (0.01, 10)}
VIDEO_BYTES = {"story": 100 * MEGABYTE, "reel": 300 * MEGABYTE, "carousel": 300 * MEGABYTE}
VIDEO_SECONDS = {"story": (3, 60), "reel": (3, 900), "carousel": (3, 900)}


def complaints(path: Path, placement: str) -> list[str]:
    """Return what stands against a file at a placement; empty: it goes."""
    data = path.read_bytes()
    if data[:3] == b"\xff\xd8\xff":
        return _against_image(data, placement)
    return _against_video(path, data, placement)


def _against_image(data: bytes, placement: str) -> list[str]:
    found: list[str] = []
    if placement == "reel":
        found.append("a reel is a video")
    if len(data) > 8 * MEGABYTE:
        found.append("more than 8 MB")
    markers = _jpeg_markers(data)
    if 0xC0 not in markers:
        found.append("no baseline JPEG")
    if 0xE1 in markers:
        found.append("EXIF or XMP is left in it")
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        width, height = image.size
        if image.format != "JPEG" or image.mode != "RGB":
            found.append(f"{image.format} in {image.mode}")
        if not 320 <= width <= 1440:
            found.append(f"{width} pixels wide")
        if placement != "story" and not Fraction(4, 5) <= Fraction(width, height) <= Fraction(191, 100):
            found.append(f"{width} to {height}")
    return found


def _jpeg_markers(data: bytes) -> set[int]:
    markers: set[int] = set()
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        markers.add(data[at + 1])
        if data[at + 1] == 0xDA:
            break
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return markers


def _against_video(path: Path, data: bytes, placement: str) -> list[str]:
    if placement == "feed":
        return ["the feed takes no video"]
    found = _against_boxes(data)
    if len(data) > VIDEO_BYTES[placement]:
        found.append(f"{len(data) / MEGABYTE:.0f} MB")
    with av.open(str(path)) as container:
        picture: Any = container.streams.video[0]
        context = picture.codec_context
        if context.name not in {"h264", "hevc"}:
            found.append(f"the codec is {context.name}")
        if context.pix_fmt != "yuv420p":
            found.append(f"the pixels are {context.pix_fmt}")
        low, high = RATIOS[placement]
        if not low <= context.width / context.height <= high:
            found.append(f"{context.width} to {context.height}")
        if context.width > 1920:
            found.append(f"{context.width} columns")
        seconds = (container.duration or 0) / av.time_base
        shortest, longest = VIDEO_SECONDS[placement]
        if not shortest <= seconds <= longest:
            found.append(f"{seconds:.2f} s")
        if len(data) * 8 / max(seconds, 0.1) > 25_000_000:
            found.append("more than 25 Mbps")
        if container.metadata.keys() - {"major_brand", "minor_version", "compatible_brands", "encoder"}:
            found.append(f"it says {dict(container.metadata)}")
        found += _against_frames(path)
        if container.streams.audio:
            found += _against_sound(container.streams.audio[0])
    return found


def _against_frames(path: Path) -> list[str]:
    found: list[str] = []
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    if any(frame.interlaced_frame for frame in frames):
        found.append("it is interlaced")
    if {frame.color_trc for frame in frames} & {16, 18}:
        found.append("it is HDR")
    gaps = [later.time - earlier.time for earlier, later in pairwise(frames)]
    if max(gaps) > 1.6 * sum(gaps) / len(gaps):
        found.append("its rate is not steady")
    if not 22.9 <= 1 / (sum(gaps) / len(gaps)) <= 60.1:
        found.append(f"{1 / (sum(gaps) / len(gaps)):.1f} frames a second")
    return found


def _against_sound(track: Any) -> list[str]:
    context = track.codec_context
    found: list[str] = []
    if context.name != "aac":
        found.append(f"the sound is {context.name}")
    if context.sample_rate > 48_000:
        found.append(f"the sound has {context.sample_rate} Hz")
    if context.channels > 2:
        found.append(f"the sound has {context.channels} channels")
    return found


def _against_boxes(data: bytes) -> list[str]:
    found: list[str] = []
    names: list[bytes] = []
    at = 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4])
        names.append(data[at + 4 : at + 8])
        at += length if length > 1 else int.from_bytes(data[at + 8 : at + 16]) or len(data)
    if names[:1] != [b"ftyp"]:
        found.append("it is no MP4 or MOV")
    if b"moov" not in names or names.index(b"moov") > names.index(b"mdat"):
        found.append("the index is not at the front")
    if b"elst" in data[: data.find(b"mdat")]:
        found.append("it has an edit list")
    return found
