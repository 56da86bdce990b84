import dataclasses
import datetime as dt
from typing import Any

import pytest

from domain.media import MediaKind
from domain.violations import violations
from platforms.instagram.capabilities import CAPABILITIES
from support.instagram import instagram_job

IMAGE = {"format": "JPEG", "width": 1080, "height": 1350, "size_bytes": 500_000}
VIDEO = {
    "kind": MediaKind.VIDEO,
    "format": "MP4",
    "width": 1080,
    "height": 1920,
    "size_bytes": 9_000_000,
    "duration": dt.timedelta(seconds=15),
    "video_codec": "h264",
    "audio_codec": "aac",
    "frames_per_second": 29.97,
    "pixel_format": "yuv420p",
    "bits_per_second": 5_000_000,
}


def refused(placement: str, **facts: Any) -> list[str]:
    facts = dict(facts)
    post = instagram_job(caption=facts.pop("caption", "")).post
    item = post.media[0]
    item = dataclasses.replace(item, facts=dataclasses.replace(item.facts, **facts))
    media = (item, item) if placement == "carousel" else (item,)
    found = violations(dataclasses.replace(post, media=media), CAPABILITIES.placements[placement])
    return sorted({violation.says.partition(": ")[2] or violation.says for violation in found})


@pytest.mark.parametrize(
    ("placement", "facts"),
    [
        ("story", IMAGE),
        ("story", IMAGE | {"width": 4000, "height": 500}),
        ("story", IMAGE | {"caption": "x" * 5000}),
        ("story", VIDEO),
        ("story", VIDEO | {"format": "MOV", "video_codec": "hevc", "audio_codec": None}),
        ("feed", IMAGE),
        ("feed", IMAGE | {"width": 1910, "height": 1000, "caption": "x" * 2200}),
        ("reel", VIDEO | {"size_bytes": 300_000_000, "duration": dt.timedelta(minutes=15)}),
        ("reel", VIDEO | {"width": 1920, "height": 1080, "caption": "x" * 2200}),
        ("carousel", IMAGE),
        ("carousel", VIDEO),
    ],
)
def test_what_instagram_takes_goes(placement: str, facts: dict[str, Any]) -> None:
    assert refused(placement, **facts) == []


@pytest.mark.parametrize(
    ("placement", "facts"),
    [
        ("story", IMAGE | {"format": "PNG"}),
        ("story", IMAGE | {"format": "MPO"}),
        ("story", IMAGE | {"is_progressive": True}),
        ("story", IMAGE | {"size_bytes": 8_000_001}),
        ("story", VIDEO | {"format": "WEBM"}),
        ("story", VIDEO | {"video_codec": "vp9"}),
        ("story", VIDEO | {"audio_codec": "opus"}),
        ("story", VIDEO | {"duration": dt.timedelta(seconds=2)}),
        ("story", VIDEO | {"duration": dt.timedelta(seconds=61)}),
        ("story", VIDEO | {"frames_per_second": 15.0}),
        ("story", VIDEO | {"frames_per_second": 120.0}),
        ("story", VIDEO | {"width": 2160, "height": 3840}),
        ("story", VIDEO | {"bits_per_second": 26_000_000}),
        ("story", VIDEO | {"pixel_format": "yuv422p"}),
        ("story", VIDEO | {"is_streamable": False}),
        ("story", VIDEO | {"size_bytes": 100_000_001}),
        ("feed", IMAGE | {"width": 1080, "height": 1920}),
        ("feed", IMAGE | {"width": 2000, "height": 1000}),
        ("feed", IMAGE | {"caption": "x" * 2201}),
        ("feed", IMAGE | {"caption": "#bowl " * 31}),
        ("feed", IMAGE | {"caption": "@lane " * 21}),
        ("feed", VIDEO),
        ("reel", IMAGE),
        ("reel", VIDEO | {"size_bytes": 300_000_001}),
        ("reel", VIDEO | {"duration": dt.timedelta(seconds=2)}),
        ("reel", VIDEO | {"duration": dt.timedelta(seconds=901)}),
        ("reel", VIDEO | {"caption": "x" * 2201}),
        ("carousel", IMAGE | {"width": 1080, "height": 1920}),
        ("carousel", VIDEO | {"video_codec": "vp9"}),
    ],
)
def test_what_instagram_refuses_is_found_before_any_call(placement: str, facts: dict[str, Any]) -> None:
    assert len(refused(placement, **facts)) == 1
