"""The keys that seal access tokens: from the settings, or made once and kept beside the SQLite file."""

import base64
import os
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.settings import DataSettings
from domain.errors import StorylineError

FILE = "encryption.key"


def encryption_keys(data: DataSettings) -> list[str]:
    """Return the Fernet keys, newest first; makes one at the first start on SQLite (mode 600).

    Raises:
        StorylineError: there are none and none may be made.
    """
    named = _named(data)
    if named is not None:
        return named
    if not data.url.startswith("sqlite"):
        raise StorylineError(
            "ENCRYPTION_KEYS is required with PostgreSQL: every replica needs the same keys."
        )
    path = key_file(data)
    try:
        _make_once(path)
        return path.read_text().split()
    except OSError as error:
        raise _unusable(path, error) from error


def found_keys(data: DataSettings) -> list[str]:
    """Return the Fernet keys that are there, newest first; makes none, so there may be none.

    Raises:
        StorylineError: the key file cannot be read.
    """
    named = _named(data)
    if named is not None:
        return named
    path = key_file(data)
    try:
        return path.read_text().split()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable(path, error) from error


def key_file(data: DataSettings) -> Path:
    """Return where the key is kept if ENCRYPTION_KEYS is not set."""
    return data.data_dir / FILE


def keys_for(purpose: str, keys: Sequence[str]) -> list[bytes]:
    """Return a key for one purpose alone from each Fernet key, in the same order."""
    return [
        HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(
            base64.urlsafe_b64decode(key)
        )
        for key in keys
    ]


def _named(data: DataSettings) -> list[str] | None:
    if data.encryption_keys is None:
        return None
    return [key.strip() for key in data.encryption_keys.get_secret_value().split(",") if key.strip()]


def _unusable(path: Path, error: OSError) -> StorylineError:
    return StorylineError(f"The key file {path} cannot be used: {error.strerror}.")


def _make_once(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(Fernet.generate_key().decode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)  # of several processes that start at once exactly one makes the key
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
