"""Which part of a file a request asks for. Source: RFC 9110, sections 13.1.5 and 14, read 2026-11-21."""

import dataclasses
import re

_ONE_RANGE = re.compile(r"bytes=(?:([0-9]{1,18})-([0-9]{0,18})|-([0-9]{1,18}))", re.IGNORECASE)


class UnsatisfiableRangeError(Exception):
    """The file has no byte of what is asked for."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Bytes from `start` up to but without `stop`."""

    start: int
    stop: int


def asked_part(header: str | None, size_bytes: int) -> Part | None:
    """Return the part that a Range header asks for; None: the whole file is to be sent.

    That goes for what a server may ignore too: other units, several ranges at once, and what is malformed.

    Raises:
        UnsatisfiableRangeError: it begins behind the file's end.
    """
    asked = _ONE_RANGE.fullmatch(header.strip()) if header else None
    if asked is None:
        return None
    first, last, suffix = asked.groups()
    if suffix is not None:
        start, stop = max(size_bytes - int(suffix), 0), size_bytes
    else:
        start, stop = int(first), min(int(last) + 1, size_bytes) if last else size_bytes
        if last and int(last) < start:
            return None
    if start >= stop:
        raise UnsatisfiableRangeError
    return Part(start=start, stop=stop)
