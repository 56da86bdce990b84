"""Access tokens at rest: sealed on their way into the database, opened on their way out."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from domain.account import AccessToken
from domain.errors import StorylineError


class TokenVault:
    """Seals with the newest key and opens with any, so that keys can be replaced one after another."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Take Fernet keys, newest first.

        Raises:
            StorylineError: there is no key, or one is malformed. The message contains no key.
        """
        if not keys:
            raise StorylineError("ENCRYPTION_KEYS is empty; it takes at least one Fernet key.")
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise StorylineError(
                "ENCRYPTION_KEYS has a malformed key; a Fernet key is 32 bytes in URL-safe base64."
            ) from None

    def seal(self, token: AccessToken) -> str:
        """Return a token as it may be stored."""
        return self._fernet.encrypt(token.value.encode()).decode()

    def open(self, sealed: str) -> AccessToken | None:
        """Return a stored token; None: none of the keys opens it, so to us it is lost."""
        try:
            return AccessToken(self._fernet.decrypt(sealed).decode())
        except InvalidToken:
            return None

    def rotate(self, sealed: str) -> str | None:
        """Return a stored token sealed anew with the newest key; None: none of the keys opens it."""
        try:
            return self._fernet.rotate(sealed).decode()
        except InvalidToken:
            return None
