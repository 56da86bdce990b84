"""Make the MP4 that a recipe asks for, by PyAV."""

# PyAV leaves the parameters of its generic streams and packets open.
# pyright: reportUnknownMemberType=false

import contextlib
import datetime as dt
from collections.abc import Callable, Generator, Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import av.error
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream
from PIL import Image

from app.media_workers import copying
from app.media_workers.animation import frames_of
from app.media_workers.film_filter import FilmFilter
from app.media_workers.looks import looks_of
from app.media_workers.signatures import Signature
from app.media_workers.sound_track import SOUND_BITS_PER_SECOND, SoundTrack
from app.media_workers.videos import count_from, opened
from domain.media import MediaKind
from domain.recipe import Fit, VideoRecipe
from services.ports import UnreadableMediaError

TELL_EVERY = 0.02
"""Share of the work."""
MOST_LACKING = dt.timedelta(seconds=1)
"""How much shorter the pictures may be than the file says: sound often lasts a little longer."""
SECONDS_BETWEEN_KEY_FRAMES = 2
ENCODER_THREADS = 2
CONTAINER_OPTIONS = {"movflags": "+faststart+negative_cts_offsets", "use_editlist": "0"}
"""The index first, and no edit list: platforms take none."""

Frame = av.VideoFrame | av.AudioFrame


def transcode(
    path: Path, signature: Signature, recipe: VideoRecipe, target: Path, tell: Callable[[float], object]
) -> None:
    """Write the video to `target`; `tell` which share is done.

    Raises:
        UnreadableMediaError: the file is broken, or has what cannot be shown faithfully.
    """
    if signature.kind is MediaKind.IMAGE:
        with _written(target) as output:
            film = _Film(output, recipe, has_sound=False, looks=_looks(path, signature, recipe))
            film.make(frames_of(path, signature, longest=recipe.longest))
        return
    is_copied = recipe.is_copied and copying.is_straight(path, signature)
    with opened(path, signature) as (container, picture), _written(target) as output:
        sound = next(iter(container.streams.audio), None)
        if is_copied:
            copying.copy(container, picture, sound, output, is_sound_copied=recipe.is_sound_copied)
        else:
            frames = _decoded(container, picture, sound, begin=recipe.begin)
            rest = dt.timedelta(seconds=(container.duration or 0) / av.time_base) - recipe.begin
            looks = _looks(path, signature, recipe)
            film = _Film(output, recipe, has_sound=sound is not None, looks=looks)
            film.make(_told(frames, min(rest, recipe.longest or rest), tell))
            film.check_length(rest, pictures=_length_of(picture) - recipe.begin)


class _Film:
    """The encoders of one video, and what stands before them."""

    def __init__(
        self,
        output: OutputContainer,
        recipe: VideoRecipe,
        *,
        has_sound: bool,
        looks: Sequence[Image.Image],
    ) -> None:
        self._output = output
        self._looks = looks
        self._recipe = recipe
        self._rate = Fraction(recipe.frames_per_second).limit_denominator(1001)
        self._length = recipe.longest
        self._picture = _picture_track(output, recipe, self._rate)
        self._pictures: FilmFilter | None = None
        self._sound = SoundTrack(output, longest=self._length) if has_sound else None
        self._shown = 0
        self._moving = 0
        self._ends = Fraction(0)
        self._last: av.VideoFrame | None = None

    def make(self, frames: Iterator[Frame]) -> None:
        """Encode all frames, or those until the end that the recipe sets."""
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                self._take_picture(frame)
            elif self._sound is not None:
                self._sound.take(frame)
            if self._is_full:
                break
        if self._pictures is None:
            raise UnreadableMediaError("the video has no picture that can be decoded")
        self._encode_pictures(self._pictures.push(None))
        self._hold_the_last_picture(until=self._ends)
        self._moving = self._shown
        if self._sound is not None:
            self._sound.end()
            # As players do where there is more sound than pictures.
            self._hold_the_last_picture(until=self._sound.length)
        self._output.mux(self._picture.encode(None))

    def check_length(self, claimed: dt.timedelta, *, pictures: dt.timedelta) -> None:
        """Compare what was made with what the file said of itself, and of its `pictures` if it did.

        Raises:
            UnreadableMediaError: it breaks off.
        """
        moved = dt.timedelta(seconds=float(self._moving / self._rate))
        shown = dt.timedelta(seconds=float(self._shown / self._rate))
        if not self._is_full and (moved < pictures - MOST_LACKING or shown < claimed - MOST_LACKING):
            wanted = max(claimed, pictures).total_seconds()
            raise UnreadableMediaError(
                f"the video breaks off after {moved.total_seconds():.1f} of {wanted:.1f} s"
            )

    def _hold_the_last_picture(self, *, until: Fraction) -> None:
        while self._last is not None and not self._is_full and (self._shown + 1) / self._rate <= until:
            self._encode_pictures(iter([self._last]))

    @property
    def _is_full(self) -> bool:
        return self._length is not None and self._shown >= self._length.total_seconds() * self._rate

    def _take_picture(self, frame: av.VideoFrame) -> None:
        if self._pictures is None:
            self._pictures = FilmFilter(frame, self._recipe, self._looks)
        if frame.pts is not None and frame.time_base is not None:
            self._ends = (frame.pts + frame.duration) * frame.time_base
        self._encode_pictures(self._pictures.push(frame))

    def _encode_pictures(self, pictures: Iterator[av.VideoFrame]) -> None:
        for picture in pictures:
            if self._is_full:
                return
            self._last = picture
            picture.pts, picture.time_base = self._shown, 1 / self._rate
            picture.pict_type = 0  # the encoder chooses its key frames itself
            self._shown += 1
            self._output.mux(self._picture.encode(picture))


def _looks(path: Path, signature: Signature, recipe: VideoRecipe) -> list[Image.Image]:
    """Return what the cut or the surround is chosen by, where there is a choice."""
    if recipe.is_plainest or recipe.fit not in {Fit.CROP, Fit.COLOUR}:
        return []
    return looks_of(path, signature, begin=recipe.begin, longest=recipe.longest)


def _picture_track(output: OutputContainer, recipe: VideoRecipe, rate: Fraction) -> VideoStream:
    bits = recipe.max_bits_per_second - SOUND_BITS_PER_SECOND
    track = output.add_stream(
        "libx264",
        rate=rate,
        options={
            "profile": "baseline" if recipe.is_plainest else "high",
            "preset": "veryfast",
            "crf": "20",
            "maxrate": str(bits),
            "bufsize": str(2 * bits),
            "x264-params": "open-gop=0:colorprim=bt709:transfer=bt709:colormatrix=bt709",
        },
    )
    track.width, track.height, track.pix_fmt = recipe.width, recipe.height, "yuv420p"
    track.codec_context.time_base = 1 / rate
    track.codec_context.gop_size = round(rate * SECONDS_BETWEEN_KEY_FRAMES)
    track.codec_context.thread_count = ENCODER_THREADS
    return track


def _decoded(
    container: InputContainer, picture: VideoStream, sound: AudioStream | None, *, begin: dt.timedelta
) -> Iterator[Frame]:
    """Yield pictures and sound as they come, their times counted from where it is to begin."""
    picture.thread_type = "AUTO"
    picture.codec_context.thread_count = ENCODER_THREADS
    offset = Fraction(container.start_time or 0, av.time_base) + Fraction(begin.total_seconds())
    if begin:
        container.seek(int(offset * av.time_base))  # to the key frame before it
    tracks = (picture,) if sound is None else (picture, sound)
    for packet in container.demux(*tracks):
        for frame in packet.decode():
            if not isinstance(frame, av.VideoFrame | av.AudioFrame):
                continue
            if count_from(offset, frame) >= 0 or not begin:
                yield frame


def _length_of(picture: VideoStream) -> dt.timedelta:
    """Return how long the pictures last by themselves; nothing where the file does not say it."""
    if picture.duration is None or picture.time_base is None:
        return dt.timedelta()
    return dt.timedelta(seconds=float(picture.duration * picture.time_base))


def _told(frames: Iterator[Frame], length: dt.timedelta, tell: Callable[[float], object]) -> Iterator[Frame]:
    """Yield the frames, and tell now and then which share of the length is reached."""
    seconds = length.total_seconds()
    told = 0.0
    for frame in frames:
        share = min(1.0, frame.time / seconds) if seconds > 0 and isinstance(frame, av.VideoFrame) else told
        if share >= told + TELL_EVERY:
            told = share
            tell(told)
        yield frame


@contextlib.contextmanager
def _written(target: Path) -> Generator[OutputContainer]:
    try:
        with av.open(str(target), "w", format="mp4", container_options=CONTAINER_OPTIONS) as output:
            yield output
    except av.error.MemoryError:
        raise
    except av.error.OSError as error:  # of all, the only one that is not about the file
        raise OSError(error.errno, error.strerror) from error
    except av.error.FFmpegError as error:
        raise UnreadableMediaError(f"the video cannot be converted: {error.strerror}") from error
