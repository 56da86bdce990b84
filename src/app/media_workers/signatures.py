"""What a file is, by its first bytes: checked before any decoder sees it."""

import dataclasses
import stat
from pathlib import Path

from domain.media import MediaKind
from services.ports import UnreadableMediaError

LARGEST_IMAGE_BYTES = 100_000_000
LARGEST_VIDEO_BYTES = 1_073_741_824
"""Far above what any platform takes; beyond these a file is not even hashed."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """An image or video of a format that is on the list."""

    kind: MediaKind
    format: str
    """As in `MediaFacts.format`."""
    demuxer: str = ""
    """FFmpeg's name of the one demuxer that may read it; videos only."""


def recognise(path: Path) -> Signature:
    """Say what a file is.

    Raises:
        UnreadableMediaError: it cannot be read, is empty or too large, or its format is not on the list.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableMediaError("it is no regular file")
        with path.open("rb") as file:
            head = file.read(64)
    except FileNotFoundError:
        raise UnreadableMediaError("the file is not there") from None
    except PermissionError:
        raise UnreadableMediaError("the file may not be read by this user") from None
    except OSError as error:
        raise UnreadableMediaError(f"the file cannot be read: {error.strerror}") from error
    if not head:
        raise UnreadableMediaError("the file is empty")
    signature = _signature(head)
    largest = LARGEST_IMAGE_BYTES if signature.kind is MediaKind.IMAGE else LARGEST_VIDEO_BYTES
    if status.st_size > largest:
        raise UnreadableMediaError(
            f"the {signature.kind} has {status.st_size / 1e6:,.0f} MB, at most {largest / 1e6:,.0f} MB go"
        )
    return signature


_IMAGES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"GIF87a", "GIF"),
    (b"GIF89a", "GIF"),
)
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_QUICKTIME_BOXES = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
"""What a QuickTime file from before `ftyp` may begin with."""
_NOT_ON_THE_LIST = (
    (b"II*\x00", "a TIFF image"),
    (b"MM\x00*", "a TIFF image"),
    (b"BM", "a BMP image"),
    (b"8BPS", "a Photoshop file"),
    (b"%PDF", "a PDF"),
    (b"<svg", "an SVG drawing"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"FLV\x01", "a Flash video"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a Windows Media video"),
    (b"\x00\x00\x01\xba", "an MPEG video"),
    (b"\x47\x40", "an MPEG transport stream"),
)


def _signature(head: bytes) -> Signature:
    for start, name in _IMAGES:
        if head.startswith(start):
            return Signature(kind=MediaKind.IMAGE, format=name)
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return Signature(kind=MediaKind.IMAGE, format="WEBP")
    if head.startswith(b"RIFF") and head[8:12] == b"AVI ":
        raise _not_on_the_list("an AVI video")
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Signature(
            kind=MediaKind.VIDEO, format="WEBM" if b"webm" in head else "MKV", demuxer="matroska"
        )
    if head[4:8] == b"ftyp":
        return _iso_signature(brand=head[8:12])
    if head[4:8] in _QUICKTIME_BOXES:
        return Signature(kind=MediaKind.VIDEO, format="MOV", demuxer="mov")
    for start, name in _NOT_ON_THE_LIST:
        if head.startswith(start):
            raise _not_on_the_list(name)
    raise UnreadableMediaError("it is neither an image nor a video")


def _iso_signature(*, brand: bytes) -> Signature:
    if brand in _HEIF_BRANDS:
        return Signature(kind=MediaKind.IMAGE, format="HEIF")
    if brand in _AVIF_BRANDS:
        raise _not_on_the_list("an AVIF image")
    if brand in {b"M4A ", b"M4B "}:
        raise _not_on_the_list("sound without a picture")
    return Signature(kind=MediaKind.VIDEO, format="MOV" if brand == b"qt  " else "MP4", demuxer="mov")


def _not_on_the_list(name: str) -> UnreadableMediaError:
    return UnreadableMediaError(
        f"it is {name}; images must be JPEG, PNG, WebP, GIF or HEIC, videos MP4, MOV, WebM or MKV"
    )
