"""The way of a video's sound from what was decoded to a track of AAC, by FFmpeg's filters and its encoder."""

# PyAV leaves the parameters of its graphs open.
# pyright: reportUnknownMemberType=false

import contextlib
import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

import av
import av.error
import av.filter
from av.audio.stream import AudioStream
from av.container import OutputContainer

SOUND_RATE = 48_000
SAMPLES_PER_FRAME = 1024
"""What AAC takes at once."""
SOUND_BITS_PER_SECOND = 125_000
"""A little below the documented 128 kbit/s, because an encoder holds its rate only roughly. Source: the media
specifications of stories and reels, as recorded 2026-11-20."""


class SoundFilter:
    """Takes decoded sound and gives stereo at 48 kHz, gaps filled, from the beginning on."""

    def __init__(self, first: av.AudioFrame, *, longest: dt.timedelta | None) -> None:
        self._graph = av.filter.Graph()
        last = self._graph.add(
            "abuffer",
            f"sample_rate={first.sample_rate}:sample_fmt={first.format.name}"
            f":channel_layout={first.layout.name}:time_base={first.time_base}",
        )
        filters = [
            ("aresample", f"{SOUND_RATE}:async=1:first_pts=0"),
            ("aformat", f"sample_fmts=fltp:sample_rates={SOUND_RATE}:channel_layouts=stereo"),
        ]
        if longest is not None:
            filters.append(("atrim", f"end={longest.total_seconds()}"))
        for name, arguments in (*filters, ("asetnsamples", f"{SAMPLES_PER_FRAME}:p=0")):
            following = self._graph.add(name, arguments)
            last.link_to(following)
            last = following
        last.link_to(self._graph.add("abuffersink"))
        self._graph.configure()

    def push(self, frame: av.AudioFrame | None) -> Iterator[av.AudioFrame]:
        """Take a frame, or None at the end, and yield what is ready."""
        with contextlib.suppress(av.error.EOFError):  # it has all that it is to have
            self._graph.push(frame)
        while True:
            try:
                ready = self._graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            assert isinstance(ready, av.AudioFrame)  # noqa: S101 -- the graph holds sound alone
            yield ready


class SoundTrack:
    """The encoder of the sound, and what stands before it."""

    def __init__(self, output: OutputContainer, *, longest: dt.timedelta | None) -> None:
        self._output = output
        self._longest = longest
        self._track: AudioStream = output.add_stream("aac", rate=SOUND_RATE, layout="stereo")
        self._track.bit_rate = SOUND_BITS_PER_SECOND
        self._filter: SoundFilter | None = None
        self._samples = 0

    @property
    def length(self) -> Fraction:
        """How much there is of it, in seconds."""
        return Fraction(self._samples, SOUND_RATE)

    def take(self, frame: av.AudioFrame) -> None:
        """Encode what was decoded."""
        if self._filter is None:
            self._filter = SoundFilter(frame, longest=self._longest)
        self._encode(self._filter.push(frame))

    def end(self) -> None:
        """Write what is left."""
        if self._filter is not None:
            self._encode(self._filter.push(None))
            self._output.mux(self._track.encode(None))

    def _encode(self, sounds: Iterator[av.AudioFrame]) -> None:
        for sound in sounds:
            self._samples += sound.samples
            self._output.mux(self._track.encode(sound))
