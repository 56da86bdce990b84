"""Public links to media that Storyline serves itself."""

import datetime as dt

from services.signed_links import SignedLinks

PATH = "/media"
"""Where the links lead to, below the public base URL."""


class MediaLinks(SignedLinks):
    """Makes links to hosted files, and knows its own again."""

    def made(self, name: str, *, content_type: str, expires_at: dt.datetime) -> str:
        """Return a URL that serves the hosted file of this name as this type until then, to the second."""
        return self._signed(f"{PATH}/{name}", name, content_type, expires_at=expires_at, type=content_type)

    def check(self, name: str, *, content_type: str, expires: str, signature: str) -> None:
        """Return when a link with these parts is ours and still good.

        Raises:
            ForgedLinkError: it is not ours, in some part.
            ExpiredLinkError: it was.
        """
        self._check(name, content_type, expires=expires, signature=signature)
