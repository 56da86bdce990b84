"""Links to what Storyline serves itself: signed, so that nobody else can make one, and timed."""

import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from services.ports import Clock

_SECONDS = re.compile(r"[0-9]{1,12}")


class ForgedLinkError(Exception):
    """None of our keys signed this link, or it was changed since."""


class ExpiredLinkError(Exception):
    """We made this link, and its time is over."""


class SignedLinks:
    """Makes links of one kind, and knows its own again."""

    def __init__(self, *, base_url: str, keys: Sequence[bytes], clock: Clock) -> None:
        """Take the keys, newest first: it signs with the first, and knows what any of them signed.

        Args:
            base_url: scheme, host and, where a proxy adds one, path under which the product is reached.
            keys: secret, and used for nothing else.
            clock: links end by it.
        """
        self._base_url = base_url.rstrip("/")
        self._keys = tuple(keys)
        self._clock = clock

    def _signed(self, path: str, *parts: str, expires_at: dt.datetime, **query: str) -> str:
        """Return the URL of a path with a signature of these parts, good until then, to the second."""
        expires = str(int(expires_at.timestamp()))
        signature = _signature(self._keys[0], *parts, expires)
        return f"{self._base_url}{path}?{urlencode({**query, 'expires': expires, 'signature': signature})}"

    def _check(self, *parts: str, expires: str, signature: str) -> None:
        """Return when a link with these parts is ours and still good.

        Raises:
            ForgedLinkError: it is not ours, in some part.
            ExpiredLinkError: it was.
        """
        # Every key is tried, so that the time it takes tells nothing.
        known = [
            hmac.compare_digest(_signature(key, *parts, expires).encode(), signature.encode())
            for key in self._keys
        ]
        if not any(known) or not _SECONDS.fullmatch(expires):
            raise ForgedLinkError
        if self._clock.now().timestamp() >= int(expires):
            raise ExpiredLinkError


def _signature(key: bytes, *parts: str) -> str:
    # A line break within a part would be one more, so what is signed can be read in one way only.
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()
