"""Copy a video's picture into a new MP4 without encoding it, where that is possible."""

# PyAV leaves the parameters of its generic streams and packets open.
# pyright: reportUnknownMemberType=false

import datetime as dt
from fractions import Fraction
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from app.media_workers.signatures import Signature
from app.media_workers.sound_track import SoundTrack
from app.media_workers.videos import Groups, count_from, opened

MOST_APART = dt.timedelta(milliseconds=100)
"""How far picture and sound may begin apart where that is not kept; nobody notices."""


def is_straight(path: Path, signature: Signature) -> bool:
    """Say whether what is in the file is shown from its beginning on, picture and sound together.

    And whether its packets can go into another container as they are.
    """
    with opened(path, signature) as (container, picture):  # its own: not every container can be rewound
        begins = [
            float((track.start_time or 0) * track.time_base)
            for track in (picture, *container.streams.audio[:1])
            if track.time_base is not None
        ]
        if max(begins) - min(begins) > MOST_APART.total_seconds():
            return False
        groups = Groups()
        for packet in container.demux(picture):
            groups.take(packet)
            # Matroska leaves it open when the first pictures are to be decoded; MP4 must say it.
            if packet.size and (packet.is_discard or packet.dts is None or groups.has_open):
                return False
        return True


def copy(
    container: InputContainer,
    picture: VideoStream,
    sound: AudioStream | None,
    output: OutputContainer,
    *,
    is_sound_copied: bool,
) -> None:
    """Write the packets of the picture as they are, and those of the sound, or the sound encoded anew."""
    copies: dict[int, AudioStream | VideoStream] = {picture.index: output.add_stream_from_template(picture)}
    made: SoundTrack | None = None
    if sound is not None and is_sound_copied:
        copies[sound.index] = output.add_stream_from_template(sound)
    elif sound is not None:
        made = SoundTrack(output, longest=None)
    offset = Fraction(container.start_time or 0, av.time_base)
    for packet in container.demux(*((picture,) if sound is None else (picture, sound))):
        if packet.stream.index in copies:
            if packet.size:  # the last of each track is empty
                packet.stream = copies[packet.stream.index]
                output.mux(packet)
        elif made is not None:
            for frame in packet.decode():
                if isinstance(frame, av.AudioFrame):
                    count_from(offset, frame)
                    made.take(frame)
    if made is not None:
        made.end()
