"""The media store of an installation without a cloud: it says what is missing."""

from collections.abc import Sequence
from pathlib import Path

from domain.errors import UnsupportedError
from services.ports import HostedFile


class MissingStore:
    """Takes nothing; a publication that needs it becomes a card that names the settings."""

    name = "none"

    def __init__(self, missing: Sequence[str]) -> None:
        self._missing = tuple(missing)

    async def upload(self, path: Path, *, name: str, content_type: str) -> HostedFile:
        """Refuse.

        Raises:
            UnsupportedError: always; the message names the settings.
        """
        raise self._refusal()

    async def delete(self, reference: str) -> None:
        """Leave it: what was uploaded with other settings can only be deleted with them."""

    async def usage(self) -> int:
        """Refuse.

        Raises:
            UnsupportedError: always; the message names the settings.
        """
        raise self._refusal()

    def _refusal(self) -> UnsupportedError:
        return UnsupportedError(f"No cloud storage is set up: {', '.join(self._missing)} is missing.")
