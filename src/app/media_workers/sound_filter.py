"""The way of a video's sound from what was decoded to what an encoder of AAC takes, as FFmpeg's filters."""

# PyAV leaves the parameters of its graphs open.
# pyright: reportUnknownMemberType=false

import contextlib
import datetime as dt
from collections.abc import Iterator

import av
import av.error
import av.filter

SOUND_RATE = 48_000
SAMPLES_PER_FRAME = 1024
"""What AAC takes at once."""


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
