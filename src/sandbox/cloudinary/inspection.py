"""How Cloudinary decides what a file is, and whether it takes it."""

import hashlib
import secrets
from pathlib import Path

from sandbox.cloudinary.assets import Content, Film, ResourceType
from sandbox.cloudinary.errors import CloudinaryError
from sandbox.media_facts import ImageFacts, UnreadableMediaError, VideoFacts, read_image, read_video

_EXTENSIONS = {"JPEG": "jpg", "MPO": "jpg", "TIFF": "tif"}
_BEGINNINGS = {
    b"\xff\xd8\xff": (ResourceType.IMAGE, "jpg"),
    b"\x89PNG": (ResourceType.IMAGE, "png"),
    b"ftyp": (ResourceType.VIDEO, "mp4"),
}
AUTO = "auto"


def inspect(
    data: bytes, asked: str, *, folder: Path, allowed_formats: frozenset[str], decode: bool
) -> tuple[ResourceType, Content]:
    """Store a file in a folder and return what it is. Blocks.

    `asked` is a resource type, or `auto` to find out. Raises `CloudinaryError` for what it may not be. Unless
    told to `decode`, it takes a file for what it begins with.
    """
    if not data:
        raise CloudinaryError(400, "Empty file")
    if not decode:
        return _taken_at_its_word(data, asked, folder)
    image = _image(data) if asked in {ResourceType.IMAGE, AUTO} else None
    if image is None and asked == ResourceType.IMAGE:
        raise CloudinaryError(400, "Invalid image file")
    path = folder / secrets.token_hex(16)
    path.write_bytes(data)
    try:
        video = _video(path, asked) if image is None and asked != ResourceType.RAW else None
        kind = ResourceType.IMAGE if image else ResourceType.VIDEO if video else ResourceType.RAW
        extension = _extension(image, video)
        _check(kind, len(data), extension, allowed_formats)
    except CloudinaryError:
        path.unlink()
        raise
    facts = image or video
    return kind, Content(
        path=path,
        size=len(data),
        md5=hashlib.md5(data, usedforsecurity=False).hexdigest(),
        format=extension,
        width=facts.width if facts else None,
        height=facts.height if facts else None,
        film=_film(video) if video else None,
    )


def _taken_at_its_word(data: bytes, asked: str, folder: Path) -> tuple[ResourceType, Content]:
    likely, extension = next(
        (guess for start, guess in _BEGINNINGS.items() if start in data[:12]), (ResourceType.RAW, "")
    )
    path = folder / secrets.token_hex(16)
    path.write_bytes(data)
    md5 = hashlib.md5(data, usedforsecurity=False).hexdigest()
    kind = likely if asked == AUTO else ResourceType(asked)
    return kind, Content(path=path, size=len(data), md5=md5, format=extension)


def _check(kind: ResourceType, size: int, extension: str, allowed_formats: frozenset[str]) -> None:
    if size > kind.most_bytes:
        raise CloudinaryError(400, f"File size too large. Got {size}. Maximum is {kind.most_bytes}.")
    if allowed_formats and extension and extension not in allowed_formats:
        raise CloudinaryError(400, f"{kind.capitalize()} file format {extension} not allowed")


def _video(path: Path, asked: str) -> VideoFacts | None:
    try:
        return read_video(path)
    except UnreadableMediaError:
        if asked == ResourceType.VIDEO:
            raise CloudinaryError(400, "Unsupported video format or file") from None
        return None


def _image(data: bytes) -> ImageFacts | None:
    try:
        return read_image(data)
    except UnreadableMediaError:
        return None


def _extension(image: ImageFacts | None, video: VideoFacts | None) -> str:
    if image:
        return _EXTENSIONS.get(image.format, image.format.lower())
    if video:
        return "mp4" if "mp4" in video.formats else "webm" if "webm" in video.formats else video.formats[0]
    return ""


def _film(video: VideoFacts) -> Film:
    return Film(
        seconds=video.seconds,
        frames_per_second=video.frames_per_second,
        bits_per_second=video.bits_per_second,
        codec=video.codec,
        pixel_format=video.pixel_format,
        audio_codec=video.audio.codec if video.audio else None,
        audio_rate=video.audio.samples_per_second if video.audio else None,
        audio_channels=video.audio.channels if video.audio else None,
    )
