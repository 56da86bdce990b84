"""What a look at one thing of an installation found, and what to do about it."""

import dataclasses
import enum


class Level(enum.StrEnum):
    """How it stands."""

    OK = "ok"
    WARN = "warn"
    """It works, but somebody should look after it."""
    FAIL = "fail"
    """It does not work, or soon will not."""
    SKIPPED = "skipped"
    """It could not be looked at; why not is what was found."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of a report."""

    check: str
    """What was looked at, in one or two words that stay the same."""
    level: Level
    found: str
    """In words, without secrets."""
    to_do: str = ""
    """Empty: nothing."""
    subject: str = ""
    """Which of several it is about, such as an account's name; empty: there is one."""


def ok(check: str, found: str, *, subject: str = "") -> Finding:
    """Return a finding that needs nothing."""
    return Finding(check=check, level=Level.OK, found=found, subject=subject)


def warn(check: str, found: str, to_do: str, *, subject: str = "") -> Finding:
    """Return one that somebody should look after."""
    return Finding(check=check, level=Level.WARN, found=found, to_do=to_do, subject=subject)


def fail(check: str, found: str, to_do: str, *, subject: str = "") -> Finding:
    """Return one that keeps something from working."""
    return Finding(check=check, level=Level.FAIL, found=found, to_do=to_do, subject=subject)


def skipped(check: str, because: str, to_do: str = "", *, subject: str = "") -> Finding:
    """Return one of what could not be looked at; `because` ends the sentence “not checked, because …”."""
    found = f"not checked, because {because}"
    return Finding(check=check, level=Level.SKIPPED, found=found, to_do=to_do, subject=subject)
