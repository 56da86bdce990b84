"""The media store of an installation without a cloud: it says what is missing."""

from collections.abc import Sequence
from pathlib import Path

from domain.errors import UnsupportedError
from domain.media import MediaKind
from services.ports import HostedFile


class MissingStore:
    """Takes nothing; a publication that needs it becomes a card that names the settings."""

    name = "none"

    def __init__(self, missing: Sequence[str]) -> None:
        self._missing = tuple(missing)

    async def upload(self, path: Path, *, name: str, kind: MediaKind) -> HostedFile:
        """Refuse.

        Raises:
            UnsupportedError: always; the message names the settings.
        """
        raise UnsupportedError(f"No cloud storage is set up: {', '.join(self._missing)} is missing.")

    async def delete(self, reference: str) -> None:
        """Leave it: what was uploaded with other settings can only be deleted with them."""
