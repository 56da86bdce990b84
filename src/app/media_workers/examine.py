"""All that the library keeps of a file, at one reading."""

import hashlib
import io
from pathlib import Path
from typing import Any

from PIL import Image

from app.media_workers import wire
from app.media_workers.fingerprint import fingerprint
from app.media_workers.images import facts_of, opened
from app.media_workers.pictures import THUMBNAIL_BYTES, THUMBNAIL_SIDE, jpeg, small_frame, small_image
from app.media_workers.signatures import Signature, recognise
from domain.media import MediaFacts, MediaKind

MOVING = frozenset({"GIF", "WEBP"})
"""Formats of images whose frames are shown one after another."""


def examine(path: Path) -> dict[str, Any]:
    """Return a file's hash, facts, fingerprint and thumbnail, as JSON takes them.

    Raises:
        UnreadableMediaError: it is no image or video, or is broken.
    """
    signature = recognise(path)
    read = _read_image if signature.kind is MediaKind.IMAGE else _read_video
    sha256, facts, small = read(path, signature)
    return {
        "sha256": sha256,
        "facts": wire.facts_to_json(facts),
        "fingerprint": fingerprint(small),
        "thumbnail": wire.bytes_to_json(jpeg(small, most_bytes=THUMBNAIL_BYTES)),
    }


def _read_image(path: Path, signature: Signature) -> tuple[str, MediaFacts, Image.Image]:
    data = path.read_bytes()
    with opened(io.BytesIO(data), signature) as image:
        facts = facts_of(image, signature, size_bytes=len(data))
        if facts.format in MOVING and (facts.frame_count or 1) > 1:
            image.seek((facts.frame_count or 1) - 1)  # the last frame is there only in a file that is whole
            image.load()
            image.seek(0)
        small = small_image(image)
    return hashlib.sha256(data).hexdigest(), facts, small


def _read_video(path: Path, signature: Signature) -> tuple[str, MediaFacts, Image.Image]:
    from app.media_workers.videos import probe_video, video_picture  # noqa: PLC0415 -- images need no FFmpeg

    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    facts = probe_video(path, signature)
    frame = video_picture(path, signature, within=(THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return sha256, facts, small_frame(frame)
