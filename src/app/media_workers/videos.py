"""Facts and pictures of video files, by PyAV."""

import contextlib
import datetime as dt
import itertools
import statistics
from collections.abc import Generator
from fractions import Fraction
from pathlib import Path

import av
import av.container
import av.error
import av.stream
from av.video.reformatter import Colorspace
from PIL import Image

from app.media_workers import boxes
from app.media_workers.signatures import Signature
from domain.media import MediaFacts, MediaKind
from services.ports import UnreadableMediaError

LONGEST = dt.timedelta(hours=12)
"""No platform takes as much; a file that claims more is broken, or a live stream that never ends."""
LARGEST_FRAME_PIXELS = 8192 * 4320
HDR_CURVES = {16: "smpte2084", 18: "arib-std-b67"}
"""FFmpeg's numbers of the transfer characteristics of HDR (PQ, HLG), with their names."""
UNNAMED, BT709, BT601 = 2, 1, 6
"""FFmpeg's numbers of colour matrices."""
HIGH_DEFINITION = 1280
"""Pixels; the long side from which on players take unnamed colours for those of high definition."""
STEREO = 2
HIGHEST_SOUND_RATE = 48_000
MOST_SOUND_BITS_PER_SECOND = 135_000
"""Documented as 128 kbit/s, which encoders hold only roughly. Source: the media specifications of stories and
reels, as recorded 2026-11-20."""
UNEVEN = 1.5
"""How many times as long as usual a picture is shown in a video without a steady rate."""
MOST_STEPS = 20_000
"""Pictures whose times are compared; a rate that is unsteady shows long before."""


def probe_video(path: Path, signature: Signature) -> MediaFacts:
    """Return the facts of a video whose first frame could be decoded.

    Raises:
        UnreadableMediaError: it is broken, has no picture, or claims an absurd length.
    """
    is_streamable = signature.demuxer != "mov" or boxes.is_streamable(path)
    is_closed = signature.demuxer != "mov" or not _has_open_groups(path, signature)
    with opened(path, signature) as (container, stream):
        duration = _duration(container, stream)
        frame = _first_frame(container, stream)
        lies_down = frame.rotation % 180 != 0
        audio = container.streams.audio[0] if container.streams.audio else None
        rate = stream.average_rate or stream.guessed_rate
        width = round(frame.width * float(stream.sample_aspect_ratio or 1))
        return MediaFacts(
            kind=MediaKind.VIDEO,
            format=signature.format,
            size_bytes=path.stat().st_size,
            width=frame.height if lies_down else width,
            height=width if lies_down else frame.height,
            duration=duration,
            video_codec=stream.codec_context.codec.canonical_name,
            audio_codec=_sound_codec(audio) if audio else None,
            frames_per_second=float(rate) if rate else None,
            pixel_format=frame.format.name,
            bits_per_second=stream.bit_rate or container.bit_rate or None,
            is_streamable=is_streamable,
            is_plain=is_closed and _is_plain(stream, frame),
            is_sound_plain=audio is None or _is_sound_plain(audio),
            has_edit_list=signature.demuxer == "mov" and boxes.has_edit_list(path),
            has_location=any("location" in key.lower() for key in container.metadata),
        )


def video_picture(path: Path, signature: Signature, *, within: tuple[int, int]) -> Image.Image:
    """Return the first frame of a video upright, in RGB, scaled down towards `within` where it is larger.

    Raises:
        UnreadableMediaError: it is broken or has no picture.
    """
    with opened(path, signature) as (container, stream):
        return picture_of(_first_frame(container, stream), side=2 * max(within))


def picture_of(frame: av.VideoFrame, *, side: int | None = None) -> Image.Image:
    """Return a frame upright, in RGB, scaled down towards a longest side in pixels where it is larger."""
    scale = 1.0 if side is None else min(1.0, side / max(frame.width, frame.height))
    small = frame.reformat(
        width=max(1, round(frame.width * scale)),
        height=max(1, round(frame.height * scale)),
        format="rgb24",
        src_colorspace=Colorspace.ITU709 if matrix_of(frame) == BT709 else None,
    )
    plane = small.planes[0]
    size = (small.width, small.height)
    picture = Image.frombytes("RGB", size, bytes(plane), "raw", "RGB", plane.line_size)
    return picture.rotate(frame.rotation, expand=True) if frame.rotation else picture


def matrix_of(frame: av.VideoFrame) -> int:
    """Return FFmpeg's number of the matrix of a frame's colours; where it names none, what players take."""
    if frame.colorspace != UNNAMED or frame.format.is_rgb:
        return frame.colorspace
    return BT709 if max(frame.width, frame.height) >= HIGH_DEFINITION else BT601


def count_from(offset: Fraction, frame: av.VideoFrame | av.AudioFrame) -> int:
    """Let a frame's time be counted from `offset` seconds on, and return it in the frame's units.

    Raises:
        UnreadableMediaError: it has none.
    """
    if frame.pts is None or frame.time_base is None:
        raise UnreadableMediaError("the video does not say when its pictures are to be seen")
    frame.pts -= round(offset / frame.time_base)
    return frame.pts


@contextlib.contextmanager
def opened(path: Path, signature: Signature) -> Generator[tuple[av.container.InputContainer, av.VideoStream]]:
    """Open a video with its picture track; whatever goes wrong within is said in a sentence.

    Raises:
        UnreadableMediaError: it is broken, or has no picture.
    """
    try:
        with av.open(
            str(path.absolute()),
            format=signature.demuxer,
            options={"protocol_whitelist": "file"},  # a file may name others; none is fetched
            metadata_errors="replace",
        ) as container:
            yield container, _picture_track(container)
    except av.error.MemoryError:
        raise
    except (av.error.FFmpegError, ValueError) as error:
        reason = error.strerror if isinstance(error, av.error.FFmpegError) else str(error)
        raise UnreadableMediaError(f"the {signature.format} video is broken: {reason}") from error


def _picture_track(container: av.container.InputContainer) -> av.VideoStream:
    for stream in container.streams.video:
        if not stream.disposition & av.stream.Disposition.attached_pic:
            context: av.VideoCodecContext | None = stream.codec_context
            if not context:
                raise UnreadableMediaError(
                    "the video's pictures are in a format that nothing here can decode"
                )
            if context.width * context.height > LARGEST_FRAME_PIXELS:
                raise UnreadableMediaError(
                    f"the video has {context.width:,} × {context.height:,} pixels, at most 8,192 × 4,320 go"
                )
            return stream
    raise UnreadableMediaError("the video has no picture")


class Groups:
    """Watches the packets of a track for open groups: pictures that need those of the group before."""

    def __init__(self) -> None:
        self.has_open = False
        self._begun: int | None = None

    def take(self, packet: "av.Packet[av.VideoStream]") -> None:
        """Look at the next packet."""
        if packet.pts is None:
            return
        if packet.is_keyframe:
            self._begun = packet.pts
        elif self._begun is not None and packet.pts < self._begun:
            self.has_open = True


def _has_open_groups(path: Path, signature: Signature) -> bool:
    groups = Groups()
    with opened(path, signature) as (container, stream):
        for packet in itertools.islice(container.demux(stream), MOST_STEPS):
            groups.take(packet)
            if groups.has_open:
                break
    return groups.has_open


def _is_sound_plain(audio: av.AudioStream) -> bool:
    return (
        audio.channels <= STEREO
        and audio.rate <= HIGHEST_SOUND_RATE
        and (audio.bit_rate or 0) <= MOST_SOUND_BITS_PER_SECOND
    )


def _is_plain(stream: av.VideoStream, frame: av.VideoFrame) -> bool:
    return (
        not frame.interlaced_frame
        and frame.color_trc not in HDR_CURVES
        and (stream.sample_aspect_ratio or 1) == 1
        and _is_steady(stream)
    )


def _sound_codec(audio: av.AudioStream) -> str | None:
    context: av.AudioCodecContext | None = audio.codec_context  # None: nothing here can decode it
    return context.codec.canonical_name if context else None


def _is_steady(stream: av.VideoStream) -> bool:
    """Say whether no picture is shown for much longer than the others, as far as the index tells."""
    entries = stream.index_entries
    times = sorted(entries[number].timestamp for number in range(min(len(entries), MOST_STEPS)))
    steps = [later - earlier for earlier, later in itertools.pairwise(times)]
    if not steps:
        return True
    usual = statistics.median(steps)
    return all(step <= usual * UNEVEN for step in steps)


def _duration(container: av.container.InputContainer, stream: av.VideoStream) -> dt.timedelta:
    if container.duration:
        seconds = container.duration / av.time_base
    elif stream.duration and stream.time_base:
        seconds = float(stream.duration * stream.time_base)
    else:
        raise UnreadableMediaError("the video does not say how long it lasts")
    if not 0 < seconds <= LONGEST.total_seconds():
        raise UnreadableMediaError(f"the video claims to last {seconds / 3600:,.0f} hours")
    return dt.timedelta(seconds=seconds)


def _first_frame(container: av.container.InputContainer, stream: av.VideoStream) -> av.VideoFrame:
    stream.codec_context.thread_count = 1  # one frame is wanted, and each thread takes memory of its own
    for frame in container.decode(stream):
        return frame
    raise UnreadableMediaError("the video has no picture that can be decoded")
