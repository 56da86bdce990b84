"""`storyline sandbox` as a newcomer uses it: started, killed, started again, ended."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from support.made_media import picture
from support.product import READY_WITHIN, ROOT, StandIns, buttons, until, words

BEN = 7002
ENDED_WITHIN = 4.0
"""Seconds; on an idle machine it takes little more than one, and starting takes about three."""
WITHIN = 40.0
"""Seconds; the first publication is due four seconds after the start."""


ENVIRONMENT = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}


class Launcher:
    """A running `storyline sandbox`; what it prints is in a file."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._log = folder / "launcher.log"
        self._began = time.monotonic()
        self._started_in = 0.0
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app", "sandbox", *arguments],
                cwd=folder,
                env=ENVIRONMENT,
                stdout=log,
                stderr=log,
            )

    @property
    def printed(self) -> str:
        return self._log.read_text()

    def wait_for(self, pattern: str) -> re.Match[str]:
        """Wait until a line like this is printed."""

        def found() -> re.Match[str] | None:
            assert self._process.poll() is None, self.printed
            return re.search(pattern, self.printed)

        match: re.Match[str] = until(found, within=READY_WITHIN, what=f"{pattern} is printed")
        self._started_in = self._started_in or time.monotonic() - self._began
        return match

    @property
    def ends_within(self) -> float:
        """How many seconds ending may take: where starting took longer than that, the machine is busy."""
        return max(ENDED_WITHIN, self._started_in)

    def stand_ins(self) -> "contextlib.closing[StandIns]":
        """Return the controls of its stand-ins once the product is ready."""
        self.wait_for(r"process\.ready")
        return contextlib.closing(StandIns({"page": self.wait_for(r"ready: (http://\S+)")[1]}))

    def end(self, number: signal.Signals) -> int:
        """End it by a signal, and all that it started with it; return its exit code."""
        started = [pid for pid, parent in living() if parent == self._process.pid]
        self._process.send_signal(number)
        code = self._process.wait(WITHIN)
        until(
            lambda: not {pid for pid, _ in living()}.intersection(started),
            within=WITHIN,
            what="what it started has ended",
        )
        return code


def living() -> Iterator[tuple[int, int]]:
    """Yield the numbers of all processes that have not ended, each with its parent's."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            state, parent = status.read_text().rpartition(")")[2].split()[:2]
            if state != "Z":
                yield int(status.parent.name), int(parent)


@contextlib.contextmanager
def launched(folder: Path, *arguments: str) -> Generator[Launcher]:
    """Run `storyline sandbox` while inside, or until it is ended."""
    launcher = Launcher(folder, *arguments)
    try:
        yield launcher
    finally:
        launcher.end(signal.SIGKILL)


@pytest.fixture
def port() -> int:
    """The first of seven free ports in a row, in a part of them from which the system hands out none."""
    for first in range(20_000 + os.getpid() % 1_000 * 7, 32_000, 7):
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            for number in range(first, first + 7):
                held.enter_context(socket.create_server(("127.0.0.1", number)))
            return first
    raise OSError("no seven ports in a row are free")


@pytest.fixture
def media(tmp_path: Path) -> Path:
    """A folder with one picture that needs a person."""
    folder = tmp_path / "media"
    folder.mkdir()
    (folder / "window.jpg").write_bytes(picture(1080, 1920))
    (folder / "window.yml").write_text("caption: The window is open\nneeds: [sticker]\n")
    return folder


def test_a_card_can_be_pressed_after_everything_was_killed(tmp_path: Path, port: int, media: Path) -> None:
    arguments = ("--port", str(port), "--media", str(media))
    with launched(tmp_path, *arguments) as launcher, launcher.stand_ins() as outside:
        card = until(lambda: the_card(outside), within=WITHIN, what="a card is in the chat")
        until(lambda: is_written_down(card, tmp_path), within=WITHIN, what="the card is written down")
        launcher.end(signal.SIGKILL)

    with launched(tmp_path, *arguments) as launcher, launcher.stand_ins() as outside:
        greeting = launcher.wait_for(r"goes on where it was left: .*")[0]
        # Each start brings something soon, here the same picture once more: with buttons of its own.
        found = [message for message in outside.messages() if buttons(message) == buttons(card)]
        outside.press(card, "Posted", by=BEN)
        until(lambda: "Posted by Ben" in words(the_card(outside)), within=WITHIN, what="the press counts")
        began = time.monotonic()
        code = launcher.end(signal.SIGINT)
        took = time.monotonic() - began

    assert found == [card]
    assert "1 with team" in greeting
    assert (code, "Traceback" in launcher.printed, "destroyed" in launcher.printed) == (0, False, False)
    assert took < launcher.ends_within


def is_written_down(card: Any, folder: Path) -> bool:
    """Whether both sides remember the card: the stand-in its message, the product that it was delivered."""
    home = folder / "data" / "sandbox"
    with contextlib.closing(sqlite3.connect(home / "storyline.db")) as connection:
        delivered = connection.execute("SELECT message_id FROM cards").fetchall()
    return (card["message_id"],) in delivered and "The window is open" in (
        home / "world" / "world.json"
    ).read_text()


def the_card(outside: StandIns) -> Any:
    """Return the first message in the chat that shows the picture, None before it is there."""
    return next((message for message in outside.messages() if "The window is open" in words(message)), None)


def test_a_port_that_is_taken_is_named_in_one_sentence(tmp_path: Path, port: int, media: Path) -> None:
    with socket.create_server(("127.0.0.1", port + 2)):
        refused = subprocess.run(
            [sys.executable, "-m", "app", "sandbox", "--port", str(port), "--media", str(media)],
            cwd=tmp_path,
            env=ENVIRONMENT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert refused.returncode == 1
    assert refused.stderr == f"Port {port + 2} is taken. Choose another with --port.\n"
    assert refused.stdout == ""


def test_one_ctrl_c_ends_it_while_the_samples_are_made(tmp_path: Path, port: int) -> None:
    with launched(tmp_path, "--port", str(port)) as launcher:
        launcher.wait_for("Making sample media")
        began = time.monotonic()
        code = launcher.end(signal.SIGINT)
        took = time.monotonic() - began

    assert (code, launcher.printed) == (0, "Making sample media …\n")
    assert took < launcher.ends_within


def test_the_storage_of_a_real_installation_is_left_alone(tmp_path: Path, port: int, media: Path) -> None:
    (tmp_path / ".env").write_text(
        "CLOUD_STORAGE_PROVIDER=s3\nAWS_ACCESS_KEY_ID=key\nAWS_SECRET_ACCESS_KEY=secret\nAWS_S3_BUCKET=real\n"
    )

    with launched(tmp_path, "--port", str(port), "--media", str(media)) as launcher:
        storage = launcher.wait_for(r"Storage: .*")[0]

    assert storage == "Storage: Cloudinary, sandbox."


def test_reset_forgets_the_chat_and_the_queue_together(tmp_path: Path, port: int, media: Path) -> None:
    arguments = ("--port", str(port), "--media", str(media))
    with launched(tmp_path, *arguments) as launcher, launcher.stand_ins() as outside:
        outside.say("hello", by=BEN)
        launcher.end(signal.SIGTERM)

    with launched(tmp_path, *arguments, "--reset") as launcher, launcher.stand_ins() as outside:
        messages = [words(message) for message in outside.messages()]

    assert "hello" not in messages
    assert "left" not in launcher.printed
