"""Public links to media that Storyline serves itself: signed, so that nobody else can make one, and timed."""

import datetime as dt
import re
from collections.abc import Sequence
from urllib.parse import urlencode

from services import signing
from services.ports import Clock

PATH = "/media"
"""Where the links lead to, below the public base URL."""
_SECONDS = re.compile(r"[0-9]{1,12}")


class ForgedLinkError(Exception):
    """None of our keys signed this link, or it was changed since."""


class ExpiredLinkError(Exception):
    """We made this link, and its time is over."""


class MediaLinks:
    """Makes links to hosted files, and knows its own again."""

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

    def made(self, name: str, *, content_type: str, expires_at: dt.datetime) -> str:
        """Return a URL that serves the hosted file of this name as this type until then, to the second."""
        expires = str(int(expires_at.timestamp()))
        query = {
            "type": content_type,
            "expires": expires,
            "signature": signing.signature(self._keys[0], name, content_type, expires),
        }
        return f"{self._base_url}{PATH}/{name}?{urlencode(query)}"

    def check(self, name: str, *, content_type: str, expires: str, signature: str) -> None:
        """Return when a link with these parts is ours and still good.

        Raises:
            ForgedLinkError: it is not ours, in some part.
            ExpiredLinkError: it was.
        """
        known = signing.is_signed(signature, self._keys, name, content_type, expires)
        if not known or not _SECONDS.fullmatch(expires):
            raise ForgedLinkError
        if self._clock.now().timestamp() >= int(expires):
            raise ExpiredLinkError
