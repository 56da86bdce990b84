"""What a media file is called in HTTP."""

from collections.abc import Mapping

from domain.media import MediaFacts

CONTENT_TYPES: Mapping[str, str] = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "GIF": "image/gif",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
    "MP4": "video/mp4",
    "MOV": "video/quicktime",
    "WEBM": "video/webm",
    "MKV": "video/matroska",
}
"""By `MediaFacts.format`."""


def content_type(facts: MediaFacts) -> str:
    """Return the content type of a file; it begins with the file's kind."""
    return CONTENT_TYPES.get(facts.format, f"{facts.kind}/{facts.format.lower()}")
