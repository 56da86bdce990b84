"""Images and videos of the sorts that people have and platforms do not take."""

# PyAV leaves the parameters of its generic packets open, and Pillow some of its own.
# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false

import functools
import io
import struct
import tempfile
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pillow_heif
from PIL import ExifTags, Image, ImageChops, ImageCms, ImageDraw


def scene(size: tuple[int, int] = (640, 480), *, mode: str = "RGB") -> Image.Image:
    """Return a picture in which one can see what is up and where the middle is: sky, ground, a red disc."""
    shade = Image.linear_gradient("L").resize(size)
    green, blue = ImageChops.add(shade, Image.new("L", size, 90), 2), Image.new("L", size, 220)
    sky = Image.merge("RGB", (shade, green, blue))
    draw = ImageDraw.Draw(sky)
    width, height = size
    draw.rectangle((0, height * 3 // 4, width, height), fill=(60, 120, 50))
    side = min(size) // 4
    middle = (width // 2, height // 2)
    box = (middle[0] - side, middle[1] - side, middle[0] + side, middle[1] + side)
    draw.ellipse(box, fill=(220, 30, 30))
    draw.rectangle((0, 0, width // 10, height // 10), fill=(255, 255, 0))
    return sky.convert(mode)


@functools.cache
def film(
    container: str,
    *,
    size: tuple[int, int] = (180, 320),
    rate: int = 24,
    seconds: float = 3.2,
    codec: str = "libx264",
    pixels: str = "yuv420p",
    sound: str = "aac",
    channels: str | None = "stereo",
    is_streamable: bool = True,
    is_steady: bool = True,
) -> bytes:
    """Return a video of a bar that goes from left to right, with a hum."""
    options = {"movflags": "faststart"} if is_streamable and container in {"mp4", "mov"} else {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"film.{container}")
        with av.open(str(path), "w", options=options) as output:
            coding = {"preset": "ultrafast"} if codec == "libx264" else {}
            if codec == "libvpx-vp9":
                coding = {"deadline": "realtime", "cpu-used": "8"}
            picture: Any = output.add_stream(codec, rate=rate, options=coding)
            picture.width, picture.height, picture.pix_fmt = *size, pixels
            picture.codec_context.time_base = Fraction(1, 600)
            track: Any = output.add_stream(sound, rate=48_000, layout=channels) if channels else None
            for number in range(round(seconds * rate)):
                frame = _bar(size, number / (seconds * rate)).reformat(format=pixels)
                step = 600 // rate
                frame.pts = number * step + (number % 3 * (step // 4) if not is_steady else 0)
                frame.time_base = Fraction(1, 600)
                output.mux(picture.encode(frame))
            output.mux(picture.encode(None))
            if track is not None:
                _hum(output, track, channels or "", seconds)
        return path.read_bytes()


_WAVE = struct.pack("<h", 2000) * 50 + struct.pack("<h", -2000) * 50


_backdrop = functools.cache(scene)


def _bar(size: tuple[int, int], share: float) -> Any:
    picture = _backdrop(size).copy()
    left = round(share * size[0] * 0.9)
    ImageDraw.Draw(picture).rectangle((left, 0, left + size[0] // 10, size[1]), fill="white")
    frame = av.VideoFrame(*size, "rgb24")
    plane: Any = frame.planes[0]
    plane.update(picture.tobytes("raw", "RGB", plane.line_size))
    return frame


def _hum(output: Any, track: Any, layout: str, seconds: float) -> None:
    resampler: Any = av.AudioResampler(
        format=track.format.name,
        layout=layout,
        rate=48_000,
        frame_size=track.codec_context.frame_size or 1024,
    )
    for number in range(round(seconds * 48)):
        noise: Any = av.AudioFrame("s16", layout, 1000)
        size = noise.planes[0].buffer_size
        noise.planes[0].update((_WAVE * (size // len(_WAVE) + 1))[:size])
        noise.sample_rate, noise.pts, noise.time_base = 48_000, number * 1000, Fraction(1, 48_000)
        for part in resampler.resample(noise):
            output.mux(track.encode(part))
    for part in resampler.resample(None):
        output.mux(track.encode(part))
    output.mux(track.encode(None))


def _saved(picture: Image.Image, name: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, name, **options)
    return buffer.getvalue()


def _exif(*, orientation: int, is_placed: bool = False) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    if is_placed:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (53.0, 33.0, 0.0), 3: "E", 4: (9.0, 59.0, 0.0)})
    return exif


def _profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def _with_hole(picture: Image.Image) -> Image.Image:
    hole = Image.new("L", picture.size, 255)
    ImageDraw.Draw(hole).rectangle((0, 0, picture.width // 3, picture.height), fill=0)
    picture.putalpha(hole)
    return picture


def _sixteen_bits() -> Image.Image:
    grey = scene(mode="L")
    wide = b"".join(struct.pack("<H", value * 257) for value in grey.tobytes())
    return Image.frombytes("I;16", grey.size, wide)


def _sixteen_bit_png() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "deep.png")
        with av.open(str(path), "w", format="image2", options={"update": "1"}) as output:
            stream: Any = output.add_stream("png", rate=1)
            stream.width, stream.height, stream.pix_fmt = 640, 480, "rgb48be"
            output.mux(stream.encode(_bar((640, 480), 0.1).reformat(format="rgb48be")))
            output.mux(stream.encode(None))
        return path.read_bytes()


def _moving(name: str) -> bytes:
    frames = [scene((90, 160)).rotate(angle) for angle in (0, 30, 60, 90)]
    buffer = io.BytesIO()
    frames[0].save(buffer, name, save_all=True, append_images=frames[1:], duration=150, loop=0)
    return buffer.getvalue()


def _heic(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture).save(buffer, format="HEIF")
    return buffer.getvalue()


def _stereo() -> bytes:
    buffer = io.BytesIO()
    scene().save(buffer, "MPO", save_all=True, append_images=[scene()])
    return buffer.getvalue()


ODD_IMAGES: Mapping[str, Callable[[], bytes]] = {
    "plain.jpg": lambda: _saved(scene(), "JPEG"),
    "wide.jpg": lambda: _saved(scene((1600, 500)), "JPEG"),
    "tall.jpg": lambda: _saved(scene((300, 1200)), "JPEG"),
    "progressive.jpg": lambda: _saved(scene(), "JPEG", progressive=True),
    "cmyk.jpg": lambda: _saved(scene(mode="CMYK"), "JPEG"),
    "grey.jpg": lambda: _saved(scene(mode="L"), "JPEG"),
    "turned.jpg": lambda: _saved(scene(), "JPEG", exif=_exif(orientation=6)),
    "placed.jpg": lambda: _saved(scene(), "JPEG", exif=_exif(orientation=1, is_placed=True)),
    "profile.jpg": lambda: _saved(scene(), "JPEG", icc_profile=_profile()),
    "opaque.png": lambda: _saved(scene(), "PNG"),
    "alpha.png": lambda: _saved(_with_hole(scene()), "PNG"),
    "palette.png": lambda: _saved(scene().quantize(32), "PNG"),
    "sixteen_grey.png": lambda: _saved(_sixteen_bits(), "PNG"),
    "sixteen_rgb.png": _sixteen_bit_png,
    "bit.png": lambda: _saved(scene(mode="1"), "PNG"),
    "still.webp": lambda: _saved(scene(), "WEBP"),
    "still.gif": lambda: _saved(scene().quantize(64), "GIF"),
    "moving.gif": lambda: _moving("GIF"),
    "moving.webp": lambda: _moving("WEBP"),
    "phone.heic": lambda: _heic(scene()),
    "stereo.jpg": _stereo,
}
"""How to make each image, by file name."""

ODD_VIDEOS: Mapping[str, Callable[[], bytes]] = {
    "plain.mp4": lambda: film("mp4"),
    "late_index.mp4": lambda: film("mp4", is_streamable=False),
    "silent.mp4": lambda: film("mp4", channels=None),
    "wide.mp4": lambda: film("mp4", size=(320, 180)),
    "huge.mp4": lambda: film("mp4", size=(2048, 1152)),
    "unsteady.mp4": lambda: film("mp4", is_steady=False),
    "slow.mp4": lambda: film("mp4", rate=10),
    "fast.mp4": lambda: film("mp4", rate=100),
    "surround.mp4": lambda: film("mp4", channels="5.1"),
    "studio.mov": lambda: film("mov", codec="prores", pixels="yuv422p10le", sound="pcm_s16le"),
    "four_four_four.mp4": lambda: film("mp4", pixels="yuv444p"),
    "open.webm": lambda: film("webm", codec="libvpx-vp9", sound="libopus"),
    "old.mkv": lambda: film("mkv", codec="mpeg4", sound="mp3"),
    "copied.mkv": lambda: film("mkv"),
    "long.mp4": lambda: film("mp4", seconds=70, size=(90, 160)),
}
"""How to make each video, most of them a little longer than three seconds, by file name."""
