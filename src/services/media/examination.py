"""What is found out about a file when it is taken into the library, all at one reading."""

import dataclasses
from pathlib import Path
from typing import Protocol

from domain.media import MediaFacts


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A file that is an image or a video and could be decoded."""

    sha256: str
    """Lower-case hex of the content."""
    facts: MediaFacts
    fingerprint: int | None
    """What it looks like, in 64 bits that `domain.likeness` compares; None: like a plain surface."""
    thumbnail: bytes
    """A small JPEG of it, or of a video's first frame."""


class Examiner(Protocol):
    """Examines files, in other processes where a hostile one can do no harm."""

    async def examine(self, path: Path) -> Examined:
        """Return all that the library keeps of a file.

        Raises:
            UnreadableMediaError: it is no image or video, is broken, or is too large to look at.
        """
        ...
