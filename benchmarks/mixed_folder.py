"""A media folder as a team has it after years: all formats, duplicates, odd names, broken and hostile files.

What each file is follows from its number, so a folder is made once and can be made longer later.
"""

import concurrent.futures
import dataclasses
import functools
import os
import random
import struct
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image

from support import media_files
from support.odd_media import ODD_IMAGES, ODD_VIDEOS

SMALL, LARGE = (1920, 1080), (4000, 3000)
ADDED, DUPLICATE = "", "duplicate"
FORMATS = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF", ".heic": "HEIF"}

Make = Callable[[Path], object]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A file of the folder."""

    name: bytes
    """Below the folder."""
    make: Make
    becomes: str
    """`ADDED`, `DUPLICATE`, or how the sentence begins that an import must say of it."""


def made(folder: Path, count: int) -> list[Planned]:
    """Make what is not there of the first `count` files, and return what they are."""
    all_planned = [planned(number) for number in range(count)]
    for each in all_planned:
        _path(folder, each).parent.mkdir(parents=True, exist_ok=True)
    with concurrent.futures.ProcessPoolExecutor() as pool:
        list(pool.map(functools.partial(_make, folder), range(count), chunksize=25))
    return all_planned


_SORTS = (
    *("photograph",) * 60,
    *("large photograph",) * 4,
    *("png",) * 7,
    *("webp",) * 6,
    *("odd image",) * 7,
    *("odd film",) * 6,
    *("odd name",) * 1,
    *("copy",) * 2,
    *("bad",) * 7,
)
"""Of a hundred files in a row each sort has its share."""


def planned(number: int) -> Planned:
    """Return what the file of a number is."""
    turn, rest = divmod(number, len(_SORTS))
    sort = _SORTS[rest]
    place = turn * _SORTS.count(sort) + rest - _SORTS.index(sort)
    match sort:
        case "photograph":
            exif = Image.Exif()
            exif[ExifTags.Base.Orientation] = 1 if place % 10 else 6
            return _good(number, ".jpg", SMALL, quality=88, progressive=place % 10 == 1, exif=exif)
        case "large photograph":
            return _good(number, ".jpg", LARGE, quality=88)
        case "png":
            return _good(number, ".png", SMALL, compress_level=1)
        case "webp":
            return _good(number, ".webp", SMALL, quality=88, method=0)
        case "odd image":
            return _odd(number, place, sorted(ODD_IMAGES))
        case "odd film":
            return _odd(number, place, sorted(ODD_VIDEOS))
        case "odd name":
            name = _NAMES[place % len(_NAMES)] % str(number).encode()
            make = functools.partial(_save, number, (320, 240), "JPEG", {})
            return Planned(name=b"odd names/" + name, make=make, becomes=ADDED)
        case "copy":
            copied = planned(number - _SORTS.index("copy") + place % 60)
            return Planned(name=b"copies/%05d.jpg" % number, make=copied.make, becomes=DUPLICATE)
        case _:
            return _bad(number, place)


_NAMES = (
    b"two\nlines %s.jpg",
    "turned \N{RIGHT-TO-LEFT OVERRIDE}gpj.%s.jpg".encode(),
    b"n" * 246 + b"%s.jpg",
    "Grüße 🌊 👩‍🚀 %s.jpg".encode(),
    b"[/b] \x1b[31m & <i> '%s'.jpg",
    b" space %s.JPG",
)


def _good(number: int, ending: str, size: tuple[int, int], **options: object) -> Planned:
    name = f"category {number % 7}/{number:05}{ending}"
    make = functools.partial(_save, number, size, FORMATS[ending], options)
    return Planned(name=name.encode(), make=make, becomes=ADDED)


def _odd(number: int, place: int, names: Sequence[str]) -> Planned:
    name = names[place % len(names)]
    make = functools.partial(_write_odd, name, number)
    return Planned(name=f"odd/{number:05} {name}".encode(), make=make, becomes=ADDED)


@functools.cache
def _data_of(name: str) -> bytes:
    return {**ODD_IMAGES, **ODD_VIDEOS}[name]()


def _bad(number: int, place: int) -> Planned:
    sorts = (*_broken(), *_HOSTILE)
    sort = sorts[place % len(sorts)]
    if sort in _HOSTILE:
        make, becomes = _HOSTILE[sort]
    else:
        data, becomes = _broken()[sort]
        make = functools.partial(_write, data)
    name = sort.encode("latin-1")
    return Planned(name=b"bad/%05d " % number + name, make=make, becomes=becomes)


@functools.cache
def _broken() -> Mapping[str, tuple[bytes, str]]:
    images = [
        _data_of(name) for name in ("plain.jpg", "opaque.png", "still.webp", "moving.gif", "phone.heic")
    ]
    films = [_data_of(name) for name in ("plain.mp4", "studio.mov")]
    return {
        **{
            f"cut{ending}": (data[: len(data) // 2], f"the {name} image is broken")
            for (ending, name), data in zip(FORMATS.items(), images, strict=True)
        },
        **{
            f"cut{ending}": (data[: len(data) * 2 // 3], "the video is cut short")
            for ending, data in zip((".mp4", ".mov"), films, strict=True)
        },
        "header.mp4": (bytes(4) + b"ftypisom" + bytes(500), "the video has no index"),
        "words.jpg": (b"just words", "it is neither an image nor a video"),
        "page.png": (b"<svg onload='alert(1)'/>", "it is an SVG drawing"),
        "empty.jpg": (b"", "the file is empty"),
        "scan.tif": (b"II*\x00" + bytes(100), "it is a TIFF image"),
        "bomb.png": (media_files.bomb(), "the image has 20,000 × 20,000 pixels"),
    }


def _link(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def _huge(path: Path) -> None:
    path.write_bytes(bytes(4) + b"ftypisom")
    os.truncate(path, 5_000_000_000)


_HOSTILE: Mapping[str, tuple[Make, str]] = {
    "link.jpg": (_link, "it is a link that leads nowhere within the folder"),
    "pipe.jpg": (os.mkfifo, "it is no regular file"),
    "huge.mp4": (_huge, "the video has 5,000 MB"),
    "\xff\xfe.jpg": (_link, "its name is no valid UTF-8"),
}


def _make(folder: Path, number: int) -> None:
    each = planned(number)
    path = _path(folder, each)
    if not (path.exists() or path.is_symlink()):
        unfinished = folder / f".{number}"
        unfinished.unlink(missing_ok=True)
        each.make(unfinished)
        unfinished.rename(path)


def _path(folder: Path, each: Planned) -> Path:
    return folder / os.fsdecode(each.name)


def photograph(number: int, size: tuple[int, int]) -> Image.Image:
    """Return a picture like no other, of grain over soft colours, so that it compresses as real ones do."""
    chance = random.Random(number)
    colors = Image.frombytes("RGB", (12, 9), chance.randbytes(12 * 9 * 3))
    soft = colors.resize(size)  # pyright: ignore[reportUnknownMemberType] -- Pillow's own hint is partial
    left, top = chance.randrange(_GRAIN[0] - size[0]), chance.randrange(_GRAIN[1] - size[1])
    grain = _grain().crop((left, top, left + size[0], top + size[1])).convert("RGB")
    return Image.blend(soft, grain, 0.25)


_GRAIN = (4600, 3600)


@functools.cache
def _grain() -> Image.Image:
    return Image.effect_noise(_GRAIN, 40)


def _save(number: int, size: tuple[int, int], form: str, options: Mapping[str, Any], path: Path) -> None:
    photograph(number, size).save(path, form, **options)


def _write(data: bytes, path: Path) -> None:
    path.write_bytes(data)


def _write_odd(name: str, number: int, path: Path) -> None:
    path.write_bytes(_unlike_others(_data_of(name), Path(name).suffix, number))


def _unlike_others(data: bytes, suffix: str, number: int) -> bytes:
    """Return the same picture in other bytes, by a part that every reader of the format passes over."""
    match suffix:
        case ".mp4" | ".mov" | ".heic":
            return data + struct.pack(">I4sQ", 16, b"free", number)
        case ".mkv" | ".webm":
            return data + b"\xec\x88" + struct.pack(">Q", number)
        case ".webp":
            size = struct.unpack("<I", data[4:8])[0] + 16
            return data[:4] + struct.pack("<I", size) + data[8:] + b"XTRA" + struct.pack("<IQ", 8, number)
        case _:
            return data + struct.pack(">Q", number)
