"""Judges a file as Instagram documents what it takes, by no line of the product.

Source: the IG User Media reference (page of 2026-09-11) with what clients logged, as recorded 2026-11-20.
"""

import io
import math
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image

from support.ffprobe import ffprobe

MEGABYTE = 1_000_000
RATIOS = {"story": (0.1, 10), "reel": (0.01, 10), "carousel": (0.01, 10)}
VIDEO_BYTES = {"story": 100 * MEGABYTE, "reel": 300 * MEGABYTE, "carousel": 300 * MEGABYTE}
PROFILES = {"h264": {"Constrained Baseline", "Baseline", "Main", "High"}, "hevc": {"Main"}}
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
    if markers & {0xE1, 0xED, 0xFE}:
        found.append("EXIF, XMP, IPTC or a comment is left in it")
    with Image.open(io.BytesIO(data)) as image:
        image.load()
        width, height = image.size
        if image.format != "JPEG" or image.mode != "RGB":
            found.append(f"{image.format} in {image.mode}")
        if "icc_profile" in image.info:
            found.append("its colours need a profile")
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
    asked = "format:stream:packet=codec_type,pts_time,flags:frame=media_type,pts_time,interlaced_frame"
    said = ffprobe(path, "-show_entries", asked)
    kinds = [stream["codec_type"] for stream in said["streams"]]
    if sorted(kinds) not in (["video"], ["audio", "video"]):
        return [*found, f"its tracks are {kinds}"]
    low, high = VIDEO_SECONDS[placement]
    if not low <= float(said["format"]["duration"]) <= high:
        found.append(f"{said['format']['duration']} s")
    if int(said["format"]["bit_rate"]) > 25_000_000:
        found.append("more than 25 Mbps")
    words = said["format"]["tags"].keys() - {"major_brand", "minor_version", "compatible_brands", "encoder"}
    if words:
        found.append(f"it says {words}")
    for stream in said["streams"]:
        against = _against_picture if stream["codec_type"] == "video" else _against_sound
        found += against(stream, placement)
    parts = said["packets_and_frames"]
    found += _against_frames([each for each in parts if each.get("media_type") == "video"])
    return found + _against_groups([each for each in parts if each.get("codec_type") == "video"])


def _against_picture(stream: dict[str, Any], placement: str) -> list[str]:
    found: list[str] = []
    width, height = stream["width"], stream["height"]
    if width > 1920:
        found.append(f"{width} columns")
    if any(each.get("rotation", 0) % 180 for each in stream.get("side_data_list", [])):
        width, height = height, width
    low, high = RATIOS[placement]
    if not low <= width / height <= high:
        found.append(f"{width} to {height}")
    if stream["profile"] not in PROFILES.get(stream["codec_name"], ()):
        found.append(f"the codec is {stream['codec_name']} ({stream['profile']})")
    if stream["pix_fmt"] not in {"yuv420p", "yuvj420p"}:
        found.append(f"the pixels are {stream['pix_fmt']}")
    if stream.get("sample_aspect_ratio", "1:1") != "1:1":
        found.append(f"its pixels are {stream['sample_aspect_ratio']}")
    if stream.get("color_transfer") in {"smpte2084", "arib-std-b67"}:
        found.append("it is HDR")
    if not 23 <= round(float(Fraction(stream["avg_frame_rate"])), 1) <= 60:
        found.append(f"{stream['avg_frame_rate']} frames a second")
    return found


def _against_sound(stream: dict[str, Any], placement: str) -> list[str]:
    found: list[str] = []
    if stream["codec_name"] != "aac":
        found.append(f"the sound of the {placement} is {stream['codec_name']}")
    if int(stream["sample_rate"]) > 48_000:
        found.append(f"the sound has {stream['sample_rate']} Hz")
    if stream["channels"] > 2:
        found.append(f"the sound has {stream['channels']} channels")
    if int(stream["bit_rate"]) > 1.06 * 128_000:
        found.append(f"the sound has {stream['bit_rate']} bit/s")
    return found


def _against_frames(frames: list[dict[str, Any]]) -> list[str]:
    found: list[str] = []
    if any(frame["interlaced_frame"] for frame in frames):
        found.append("it is interlaced")
    times = [float(frame["pts_time"]) for frame in frames]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    if max(gaps) > 1.6 * sum(gaps) / len(gaps):
        found.append("its rate is not steady")
    return found


def _against_groups(packets: list[dict[str, Any]]) -> list[str]:
    begun = -math.inf
    for packet in packets:
        if "K" in packet["flags"]:
            begun = float(packet["pts_time"])
        elif float(packet["pts_time"]) < begun:
            return ["a group of pictures is open"]
    return []


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
