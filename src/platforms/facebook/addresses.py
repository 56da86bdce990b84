"""Public addresses, which Facebook gives as a path for videos and reels."""

from collections.abc import Mapping
from typing import Any

from platforms._shared.graph_answers import optional_text

SITE = "https://www.facebook.com"


def address(node: Mapping[str, Any], name: str) -> str | None:
    """Return the address under a name in full; None: there is none."""
    link = optional_text(node, name)
    return f"{SITE}{link}" if link and link.startswith("/") else link
