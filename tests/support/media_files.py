"""Real images and videos of every sort, small; made once per run and copied from then on."""

# PyAV leaves the parameters of its generic packets open.
# pyright: reportUnknownMemberType=false

import functools
import hashlib
import io
import struct
import tempfile
import zlib
from fractions import Fraction
from pathlib import Path

import av
import pillow_heif
from PIL import ExifTags, Image


@functools.cache
def image(
    name: str = "JPEG",
    *,
    size: tuple[int, int] = (90, 160),
    mode: str = "RGB",
    shade: int = 0,
    progressive: bool = False,
    orientation: int = 1,
) -> bytes:
    """Return an image; another `shade` gives other bytes."""
    picture = noise(size, shade).convert(mode)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    buffer = io.BytesIO()
    if name == "JPEG":
        picture.save(buffer, name, progressive=progressive, exif=exif)
    else:
        picture.save(buffer, name)
    return buffer.getvalue()


@functools.cache
def heic(*, size: tuple[int, int] = (90, 160), shade: int = 0, has_location: bool = False) -> bytes:
    """Return an image as telephones make it."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    if has_location:
        exif[ExifTags.IFD.GPSInfo] = {ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (54, 5, 0)}
    buffer = io.BytesIO()
    noise(size, shade).convert("RGB").save(buffer, "HEIF", exif=exif)
    return buffer.getvalue()


@functools.cache
def animation(*, size: tuple[int, int] = (90, 160), frames: int = 3) -> bytes:
    """Return a GIF that moves."""
    first, *others = [noise(size, shade) for shade in range(frames)]
    buffer = io.BytesIO()
    first.save(buffer, "GIF", save_all=True, append_images=others, duration=100)
    return buffer.getvalue()


def noise(size: tuple[int, int], shade: int = 0, *, grain: tuple[int, int] | None = None) -> Image.Image:
    """Return a grey picture that is like no other; of `grain` squares it is the same in whatever size."""
    squares = grain or (max(1, size[0] // 8), max(1, size[1] // 8))
    data = hashlib.shake_256(bytes([shade])).digest(squares[0] * squares[1])
    return Image.frombytes("L", squares, data).resize(size)


@functools.cache
def video(
    container: str = "mp4",
    *,
    size: tuple[int, int] = (96, 160),
    frames: int = 24,
    has_sound: bool = True,
    is_streamable: bool = True,
    has_steady_rate: bool = True,
    is_rotated: bool = False,
) -> bytes:
    """Return a video of 24 frames a second; the steps of one without a steady rate grow."""
    options = {"movflags": "faststart"} if is_streamable and container in {"mp4", "mov"} else {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"video.{container}")
        with av.open(str(path), "w", options=options) as output:
            picture_track = (
                output.add_stream("libvpx", rate=24)
                if container == "webm"
                else output.add_stream("libx264", rate=24)
            )
            picture_track.width, picture_track.height = size
            picture_track.pix_fmt = "yuv420p"
            picture_track.codec_context.time_base = Fraction(1, 24)
            sound_track = output.add_stream("aac", rate=48_000) if has_sound else None
            for number in range(frames):
                frame = av.VideoFrame(*size, "yuv420p")
                for plane, value in zip(frame.planes, (9 * number % 256, 128, 90), strict=True):
                    plane.update(bytes([value]) * plane.buffer_size)
                frame.pts = number if has_steady_rate else number * (number + 1) // 2
                frame.time_base = Fraction(1, 24)
                output.mux(picture_track.encode(frame))
            output.mux(picture_track.encode())
            if sound_track is not None:
                for number in range(2 * frames):  # 24 frames a second take 2000 samples each
                    silence = av.AudioFrame("fltp", "stereo", 1000)
                    for sound_plane in silence.planes:
                        sound_plane.update(bytes(sound_plane.buffer_size))
                    silence.sample_rate = 48_000
                    silence.pts = 1000 * number
                    output.mux(sound_track.encode(silence))
                output.mux(sound_track.encode())
        data = path.read_bytes()
    return _rotated(data) if is_rotated else data


def _rotated(data: bytes) -> bytes:
    # A quarter turn in the display matrix of the first track's header, as telephones write it.
    start = data.index(b"tkhd") + 4 + 40
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    return data[:start] + matrix + data[start + len(matrix) :]


def bomb(side: int = 20_000) -> bytes:
    """Return a PNG of some 50 kB that unfolds to `side` × `side` bytes."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    pixels = zlib.compressobj(9)
    row = bytes(1 + (side + 7) // 8)
    data = b"".join(pixels.compress(row) for _ in range(side)) + pixels.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
