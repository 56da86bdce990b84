"""The Bot API's limits as numbers, all of them changeable for a test or a benchmark.

Source: Bot API schema 10.3 and server source 10.0, read 2026-11-20; what only third parties report says so.
"""

import dataclasses


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """At most `count` in any `seconds`."""

    count: int
    seconds: float


@dataclasses.dataclass(kw_only=True, slots=True)
class Limits:
    """What the stand-in enforces; set a field to change it while it runs."""

    text_units: int = 4096
    """Longest text after parsing, in UTF-16 code units."""
    caption_units: int = 1024
    alert_chars: int = 200
    callback_data_bytes: int = 64
    copy_text_chars: int = 256
    buttons: int = 100
    buttons_per_row: int = 8
    """As the constants of client libraries say; the server's own number is not published."""

    photo_bytes: int = 10 << 20
    file_bytes: int = 50 << 20
    download_bytes: int = 20 << 20
    photo_by_url_bytes: int = 5 << 20
    file_by_url_bytes: int = 20 << 20
    photo_sides_sum: int = 10_000
    photo_ratio: float = 20.0
    album: tuple[int, int] = (2, 10)

    per_chat: Window = Window(count=3, seconds=3)
    """One message a second with a small burst. Real thresholds are undocumented and vary."""
    per_group: Window = Window(count=20, seconds=60)
    """New messages and edits together; that edits count is reported by third parties only."""
    overall: Window = Window(count=30, seconds=1)
    rate_tolerance_seconds: float = 0.05
    """Taken off each window, so that a client that keeps the rule is not punished for jitter on the way."""

    callback_lifetime_seconds: float = 150.0
    """How long a button press waits to be fetched."""
    update_lifetime_seconds: float = 86_400.0
    callback_answer_seconds: float = 15.0
    """How long a press can be answered, counted from the press; undocumented, 5 to 60 are reported."""
    delete_seconds: float = 48 * 3600.0
    link_seconds: float = 3600.0
    """How long a download link from getFile stays good."""

    long_poll_seconds: int = 50
    repeated_poll_seconds: float = 3.0
    """A poll repeated within this time at the same offset waits at least as long."""
    hasty_poll_seconds: float = 0.5
    """A poll repeated within this time at the same offset gets one update at most."""
    conflict_pause_seconds: float = 3.0
    """A second conflict within this time is answered only after it."""
