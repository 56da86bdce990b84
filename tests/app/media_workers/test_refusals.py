"""Files that cannot be used are refused in a sentence, whatever they do to the process that reads them."""

import asyncio
import contextlib
import datetime as dt
import os
import signal
from collections.abc import Generator
from pathlib import Path

import pytest

from app.media_workers import signatures
from app.media_workers.pool import MediaWorkers
from services.ports import UnreadableMediaError
from support import media_files
from support.processes import only_child


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "the file is empty"),
        (b"just words\n", "neither an image nor a video"),
        (b"II*\x00" + bytes(60), "it is a TIFF image; images must be JPEG, PNG, WebP, GIF or HEIC"),
        (bytes(3) + b"\x18ftypheic" + bytes(60), "it begins like a HEIF image but is none"),
        (bytes(3) + b"\x18ftypavif" + bytes(60), "it is an AVIF image"),
        (b"\x47\x40\x11\x10" + bytes(60), "it is an MPEG transport stream; images must be"),
        (b"RIFF\x10\x00\x00\x00AVI LIST" + bytes(60), "it is an AVI video"),
        (media_files.image()[:-600], "the JPEG image is broken: image file is truncated"),
        (media_files.image("PNG")[:-600], "the PNG image is broken"),
        (b"\x89PNG\r\n\x1a\n" + bytes(60), "it begins like a PNG image but is none"),
        (media_files.animation()[:36859], "the GIF image is broken: index out of range"),
        (media_files.video()[:-200], "the video is cut short: at least 200 bytes"),
        (media_files.video().replace(b"avc1", b"xyz1"), "in a format that nothing here can decode"),
        (media_files.video(is_streamable=False)[:-1000], "the video is cut short"),
        (media_files.video()[:40], "the video"),
        (media_files.video("webm", has_sound=False)[:60], "the WEBM video is broken"),
        (
            bytes(3) + b"\x18ftypisom" + bytes(12) + bytes(3) + b"\x04mdat" + bytes(64),
            "the video's structure is broken",
        ),
    ],
)
async def test_what_is_no_whole_image_or_video_is_refused(
    workers: MediaWorkers, tmp_path: Path, data: bytes, sentence: str
) -> None:
    path = tmp_path / "file.jpg"
    path.write_bytes(data)

    with pytest.raises(UnreadableMediaError, match=sentence):
        await workers.probe(path)


async def test_a_small_file_that_unfolds_to_400_megabytes_is_refused_by_its_header(
    workers: MediaWorkers, tmp_path: Path
) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(media_files.bomb())

    with pytest.raises(UnreadableMediaError, match="20,000 × 20,000 pixels, at most 100,000,000 go"):
        await workers.probe(path)


async def test_a_file_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "large.png"
    path.write_bytes(media_files.bomb(9_900))

    async with MediaWorkers(memory_bytes=110_000_000) as workers:
        with pytest.raises(UnreadableMediaError, match="it takes more memory than one file may"):
            await workers.probe(path)


@pytest.mark.parametrize("start", [b"\xff\xd8\xff", bytes(4) + b"ftypisom"])
async def test_a_huge_file_is_refused_before_it_is_read(
    workers: MediaWorkers, tmp_path: Path, start: bytes
) -> None:
    path = tmp_path / "huge"
    path.write_bytes(start)
    os.truncate(path, 3_000_000_000)

    with pytest.raises(UnreadableMediaError, match="has 3,000 MB, at most"):
        await workers.sha256(path)


async def test_what_is_no_regular_file_is_refused(workers: MediaWorkers, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UnreadableMediaError, match="no regular file"):
        await workers.probe(tmp_path / "pipe")
    with pytest.raises(UnreadableMediaError, match="no regular file"):
        await workers.probe(Path("/dev/zero"))
    with pytest.raises(UnreadableMediaError, match="is not there"):
        await workers.probe(tmp_path / "none.jpg")


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "secret.jpg"
    path.write_bytes(media_files.image())
    path.chmod(0)

    with not_as_root(), pytest.raises(UnreadableMediaError, match="may not be read by this user"):
        signatures.recognise(path)


async def test_a_video_that_claims_to_last_for_days_is_refused(workers: MediaWorkers, tmp_path: Path) -> None:
    data = bytearray(media_files.video(has_sound=False).replace(b"edts", b"free"))
    units_a_second = data.index(b"mdhd") + 16
    data[units_a_second : units_a_second + 8] = (1).to_bytes(4) + (24 * 50_000).to_bytes(4)
    units_a_frame = data.index(b"stts") + 16
    data[units_a_frame : units_a_frame + 4] = (50_000).to_bytes(4)
    path = tmp_path / "endless.mp4"
    path.write_bytes(data)

    with pytest.raises(UnreadableMediaError, match="claims to last"):
        await workers.probe(path)


async def test_a_process_that_hangs_is_replaced_in_time(tmp_path: Path) -> None:
    path = tmp_path / "good.jpg"
    path.write_bytes(media_files.image())

    async with MediaWorkers(count=1, time_limit=dt.timedelta(seconds=1)) as workers:
        await workers.probe(path)
        os.kill(only_child(), signal.SIGSTOP)
        with pytest.raises(UnreadableMediaError, match="longer than 1 s"):
            await workers.probe(path)
        again = await workers.sha256(path)

    assert again


async def test_a_process_that_dies_over_a_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "good.jpg"
    path.write_bytes(media_files.image())

    async with MediaWorkers(count=1) as workers:
        await workers.probe(path)
        os.kill(only_child(), signal.SIGSTOP)
        looking = asyncio.create_task(workers.probe(path))
        await asyncio.sleep(0)  # noqa: TID251 -- lets the request leave; nothing is waited for
        os.kill(only_child(), signal.SIGKILL)
        with pytest.raises(UnreadableMediaError, match="crashed the process"):
            await looking
        again = await workers.sha256(path)

    assert again


@contextlib.contextmanager
def not_as_root() -> Generator[None]:
    """Do without root's right to read everything, where the tests run as root."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(user)
