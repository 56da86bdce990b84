"""Whether two captions are the same to a reader."""

import re


def loosely(caption: str) -> str:
    """Return what must be equal of two captions: Meta drops `@` for some callers, and spaces come and go."""
    return re.sub(r"\s+", " ", caption.replace("@", "")).strip().casefold()
