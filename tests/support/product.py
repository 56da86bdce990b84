"""The product as it runs for real, in processes of its own, and the stand-ins in another."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet

from sandbox import demo

ROOT = Path(__file__).resolve().parents[2]
RUN = ("-m", "app", "run")
"""What Python is to run for the product."""
READY_WITHIN = 40.0
"""Seconds; a machine that runs all tests at once is slow to start a process."""
STOPPED_WITHIN = 20.0


class NotInTimeError(AssertionError):
    """Something was waited for in vain."""


class StandIns:
    """The stand-ins' controls: what they were told, what they are to do wrong, who presses what."""

    def __init__(self, urls: Mapping[str, str]) -> None:
        self.urls = urls
        self._http = httpx.Client(base_url=f"{urls['page']}/sandbox", timeout=30)

    def get(self, path: str, **query: Any) -> Any:
        """Read something."""
        response = self._http.get(path, params=query)
        response.raise_for_status()
        return response.json()

    def post(self, path: str, **body: Any) -> Any:
        """Change something."""
        response = self._http.post(path, json=body)
        assert response.is_success, response.text
        return response.json()

    def phone(self) -> dict[str, list[dict[str, Any]]]:
        """Return what is out, by account id, newest first."""
        return {account["id"]: account["posts"] for account in self.get("/graph/accounts")["accounts"]}

    def messages(self, chat_id: int = demo.CHAT_ID) -> list[dict[str, Any]]:
        """Return what stands in a chat, oldest first."""
        messages = self.get(f"/telegram/chats/{chat_id}/messages", limit=10_000)["messages"]
        return [message for message in messages if not message["deleted"]]

    def press(
        self, message: Mapping[str, Any], label: str, *, by: int, wait_seconds: float = 10.0
    ) -> dict[str, Any]:
        """Press the button of a message that has this in its label; return the toast."""
        return self.forge(message, button(message, label), by=by, wait_seconds=wait_seconds)

    def forge(
        self, message: Mapping[str, Any], data: str, *, by: int, wait_seconds: float = 10.0
    ) -> dict[str, Any]:
        """Send a press with any data, as a client of somebody's own could."""
        answer: dict[str, Any] = self.post(
            "/telegram/press",
            chat_id=message["chat"]["id"],
            message_id=message["message_id"],
            user_id=by,
            data=data,
            wait_seconds=wait_seconds,
        )
        return answer

    def say(self, text: str, *, by: int, chat_id: int = demo.CHAT_ID, reply_to: int | None = None) -> None:
        """Write something into a chat."""
        self.post("/telegram/say", chat_id=chat_id, user_id=by, text=text, reply_to_message_id=reply_to)

    def fault(self, service: str, operation: str, effect: str, **more: Any) -> None:
        """Let calls go wrong."""
        self.post("/faults", service=service, operation=operation, effect=effect, **more)

    def no_faults(self) -> None:
        """Let every call go right."""
        self._http.delete("/faults").raise_for_status()

    def first_event(self, topics: Mapping[str, Callable[[Any], bool]], *, within: float) -> bool:
        """Wait until something happens for which its topic's test holds; False: in vain."""
        until = time.monotonic() + within
        try:
            with self._http.stream("GET", "/events", timeout=within) as events:
                for line in events.iter_lines():
                    if time.monotonic() > until:
                        return False
                    if line.startswith("data: "):
                        news: dict[str, Any] = json.loads(line.removeprefix("data: "))
                        if news["topic"] in topics and topics[news["topic"]](news["data"]):
                            return True
        except httpx.TransportError:  # nothing happened for so long
            pass
        return False

    def close(self) -> None:
        """Close the connections to the controls."""
        self._http.close()


@contextlib.contextmanager
def stand_ins(folder: Path, *, seed: int = 0) -> Generator[StandIns]:
    """Run the stand-ins while inside; what they complain of goes to a file in the folder."""
    with (folder / "stand-ins.log").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "--port", "0", "--seed", str(seed)],
            cwd=folder,
            env=_plain_environment(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    with process:
        try:
            assert process.stdout is not None
            with contextlib.closing(StandIns(json.loads(process.stdout.readline()))) as running:
                yield running
        finally:
            process.terminate()
            try:
                process.wait(STOPPED_WITHIN)
            except subprocess.TimeoutExpired:
                process.kill()


def settings_for(urls: Mapping[str, str], folder: Path, **more: str) -> dict[str, str]:
    """Return an environment in which the product works against the stand-ins, with all waits short.

    The stand-ins' own quota still holds; `quota_total` of their Graph API's settings raises it.
    """
    return {
        **_plain_environment(),
        "DATA_DIR": str(folder),
        "ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "TELEGRAM_BOT_TOKEN": demo.BOT_TOKEN,
        "TELEGRAM_CHAT_ID": str(demo.CHAT_ID),
        "TELEGRAM_API_BASE_URL": urls["telegram"],
        "GRAPH_API_BASE_URL": urls["facebook_graph"],
        "INSTAGRAM_GRAPH_API_BASE_URL": urls["instagram_graph"],
        "GRAPH_VIDEO_BASE_URL": urls["graph_video"],
        "GRAPH_UPLOAD_BASE_URL": urls["graph_upload"],
        "CLOUDINARY_CLOUD_NAME": demo.CLOUD_NAME,
        "CLOUDINARY_API_KEY": demo.CLOUD_API_KEY,
        "CLOUDINARY_API_SECRET": demo.CLOUD_API_SECRET,
        "CLOUDINARY_UPLOAD_PREFIX": urls["cloudinary"],
        "ENABLE_INSTAGRAM_API": "true",
        "POSTS_PER_DAY": "0",
        "MIN_GAP_SECONDS": "0",
        "INSTAGRAM_POSTS_PER_HOUR": "10000",
        "RETRY_DELAYS_MINUTES": "0.01,0.02,0.05",
        "LEASE_SECONDS": "3",
        "REMOTE_TIMEOUT_SECONDS": "1",
        "LOOK_UP_GRACE_SECONDS": "2",
        "LOOK_UP_GIVE_UP_MINUTES": "0.15",
        "CONTAINER_POLL_SECONDS": "0.2",
        "WEB_PORT": "0",
        "LOG_FORMAT": "json",
        **more,
    }


def _plain_environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT / "src")}


class Product:
    """`storyline run` as a process that can be killed, frozen and started again."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        """Take the settings, and the file that gets what it prints; a later start appends to it."""
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None
        self._printed_before = 0
        self.log = log

    def start(self, *, program: Sequence[str] = RUN, **settings: str) -> None:
        """Start it, with some settings changed for this time; it is not ready yet."""
        self._printed_before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *program],
                cwd=self._environment["DATA_DIR"],
                env={**self._environment, **settings},
                stdout=log,
                stderr=log,
            )

    def until_ready(self) -> None:
        """Wait until it works."""
        until(lambda: self.is_ready or not self.is_running, within=READY_WITHIN, what="the product is ready")
        assert self.is_running, self.printed

    @property
    def is_ready(self) -> bool:
        """Whether it has said so since it was started last."""
        return "process.ready" in self.printed

    @property
    def printed(self) -> str:
        """What it has printed since it was started last."""
        return self.log.read_bytes()[self._printed_before :].decode(errors="replace")

    @property
    def is_running(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its number."""
        return self._running.pid

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._running.send_signal(number)

    def kill(self) -> None:
        """End it at once, wherever it is."""
        self._running.kill()
        self._running.wait(STOPPED_WITHIN)

    def ends(self, *, within: float) -> bool:
        """Wait until it has ended by itself; False: it has not in this time."""
        try:
            self._running.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> int:
        """Ask it to stop; return its exit code."""
        self._running.terminate()
        return self._running.wait(STOPPED_WITHIN)

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "it was never started"
        return self._process


@contextlib.contextmanager
def products(environments: Mapping[str, Mapping[str, str]], folder: Path) -> Generator[dict[str, Product]]:
    """Run a product for each environment while inside, ready; by the environments' names."""
    running = {name: Product(each, folder / f"{name}.log") for name, each in environments.items()}
    try:
        for product in running.values():
            product.start()
        for product in running.values():
            product.until_ready()
        yield running
    finally:
        for product in running.values():
            if product.is_running:
                product.signal(signal.SIGCONT)
                product.kill()


def command(environment: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `storyline` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments],
        cwd=environment["DATA_DIR"],
        env=dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )


def button(message: Mapping[str, Any], label: str) -> str:
    """Return the data of the button with this in its label.

    Raises:
        AssertionError: the message has no such button.
    """
    found = {data for text, data in buttons(message).items() if label in text}
    assert len(found) == 1, f"{label!r} is not one of {list(buttons(message))}"
    return found.pop()


def buttons(message: Mapping[str, Any]) -> dict[str, str]:
    """Return the buttons of a message that can be pressed, label by data."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {each["text"]: each["callback_data"] for row in rows for each in row if "callback_data" in each}


def words(message: Mapping[str, Any]) -> str:
    """Return the text or caption of a message."""
    text: str = message.get("text") or message.get("caption") or ""
    return text


def until(holds: Callable[[], Any], *, within: float, what: str) -> Any:
    """Wait until something holds and return it.

    Raises:
        NotInTimeError: it did not in time.
    """
    deadline = time.monotonic() + within
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise NotInTimeError(f"not within {within} s: {what}")
        time.sleep(0.05)
    return found
