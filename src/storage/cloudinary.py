"""Cloudinary as a media store, through its official SDK.

The SDK blocks, so every call runs in a thread; it is loaded there too, with the first call. It keeps
credentials in global state unless they come with each call, so they do.
"""

import asyncio
import datetime as dt
import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from domain.errors import (
    AuthorizationError,
    PublishingError,
    RateLimitedError,
    RejectedError,
    StorylineError,
    TransientError,
)
from services.ports import HostedFile
from storage.settings import CloudinarySettings

MAX_PLAIN_UPLOAD_BYTES = 10_000_000
"""Larger files go in chunks. Cloudinary takes 100 MB at once; but the SDK copies what it sends in one go,
which holds up the event loop and takes twice its size in memory."""
CHUNK_BYTES = 6_000_000
"""All but the last chunk need 5 MB. Source: the SDK's documentation, 1.46.3."""
MAX_PARALLEL_CALLS = 3
"""Each holds its file, or a chunk of it, in memory twice."""
MAX_DETAIL_CHARS = 200

_SETTINGS = "CLOUDINARY_CLOUD_NAME, CLOUDINARY_API_KEY and CLOUDINARY_API_SECRET"


class CloudinaryStore:
    """Puts media where a platform can fetch it, under names that nobody can guess."""

    def __init__(self, settings: CloudinarySettings, *, timeout: dt.timedelta) -> None:
        """Take the access; nothing is called yet.

        Args:
            settings: with all credentials.
            timeout: how long Cloudinary may keep silent during a call.

        Raises:
            StorylineError: credentials are missing.
        """
        secret = settings.cloudinary_api_secret
        if settings.missing or secret is None:
            raise StorylineError(f"Cloudinary needs {', '.join(settings.missing)}.")
        self._options: Mapping[str, Any] = {
            "cloud_name": settings.cloudinary_cloud_name,
            "api_key": settings.cloudinary_api_key,
            "api_secret": secret.get_secret_value(),
            "upload_prefix": settings.cloudinary_upload_prefix.rstrip("/"),
            "timeout": timeout.total_seconds(),
            "type": "upload",
            "invalidate": True,
        }
        self._free = asyncio.Semaphore(MAX_PARALLEL_CALLS)

    @property
    def name(self) -> str:
        """The provider's name, as in the settings."""
        return "cloudinary"

    async def upload(self, path: Path, *, name: str, content_type: str) -> HostedFile:
        """Upload a file under this name; a second upload under the same name takes its place."""
        kind = content_type.partition("/")[0]  # Cloudinary finds out the rest itself
        async with self._free:
            answer = await asyncio.to_thread(self._upload, path, name, kind)
        url = answer.get("secure_url") or answer.get("url")
        if not isinstance(url, str):
            raise _unreadable()
        return HostedFile(url=url, reference=f"{kind}/{name}")

    async def delete(self, reference: str) -> None:
        """Delete an upload; one that is not there is fine. Cloudinary's answer says that it is gone."""
        async with self._free:
            answer = await asyncio.to_thread(self._delete, reference)
        if answer.get("result") not in {"ok", "not found"}:
            raise _unreadable()

    async def usage(self) -> int:
        """Return how many bytes the whole account stores, with what others than Storyline put there."""
        async with self._free:
            answer = await asyncio.to_thread(_called, "api", "usage", **self._options)
        stored = answer.get("storage")
        usage = cast("dict[str, Any]", stored).get("usage") if isinstance(stored, dict) else None
        if not isinstance(usage, int):
            raise _unreadable()
        return usage

    def _upload(self, path: Path, name: str, kind: str) -> dict[str, Any]:
        options = {
            **self._options,
            "public_id": name,
            "resource_type": kind,
            "overwrite": True,
            "filename": f"{name}{path.suffix}",
        }
        try:
            is_large = path.stat().st_size > MAX_PLAIN_UPLOAD_BYTES
        except OSError as error:
            raise _no_file(path) from error
        if is_large:
            return _called("uploader", "upload_large", path, **options, chunk_size=CHUNK_BYTES)
        return _called("uploader", "upload", path, **options)

    def _delete(self, reference: str) -> dict[str, Any]:
        kind, _, name = reference.partition("/")
        return _called("uploader", "destroy", name, **self._options, resource_type=kind)


def _called(module: str, function: str, *subject: Path | str, **options: Any) -> dict[str, Any]:
    exceptions = importlib.import_module("cloudinary.exceptions")
    call = cast("Callable[..., object]", getattr(importlib.import_module(f"cloudinary.{module}"), function))
    try:
        answer = call(*subject, **options)
    except exceptions.Error as error:
        raise _failure(error) from error
    except OSError as error:
        raise _no_file(*subject) from error
    except (TypeError, KeyError, AttributeError) as error:
        # The SDK takes for granted that JSON has the shape it expects.
        raise _unreadable() from error
    if not isinstance(answer, dict):
        raise _unreadable()
    return cast("dict[str, Any]", answer)


def _failure(error: Exception) -> PublishingError:
    # The SDK's exceptions are told apart by class alone, one for each HTTP status; the class it gives to
    # everything else (no connection, no answer in time, no JSON) is their base.
    match type(error).__name__:
        case "BadRequest":
            says = f"Cloudinary refuses the file: {str(error)[:MAX_DETAIL_CHARS]}"
            return RejectedError(says, platform="cloudinary", http_status=400)
        case "AuthorizationRequired":
            says = f"Cloudinary refuses the access; check {_SETTINGS}."
            return AuthorizationError(says, platform="cloudinary", http_status=401)
        case "NotAllowed":
            says = f"Cloudinary does not allow this; check {_SETTINGS}, and the key's rights."
            return AuthorizationError(says, platform="cloudinary", http_status=403)
        case "NotFound":
            says = "Cloudinary does not know this cloud; check CLOUDINARY_CLOUD_NAME."
            return AuthorizationError(says, platform="cloudinary", http_status=404)
        case "RateLimited":
            says = "Cloudinary's limit of calls is reached for now."
            return RateLimitedError(says, platform="cloudinary", http_status=429)
        case _:
            says = "Cloudinary could not be reached, or did not answer as it should."
            return TransientError(says, platform="cloudinary")


def _no_file(*subject: Path | str) -> RejectedError:
    return RejectedError(f"The file {Path(*subject).name} cannot be read any more.", platform="cloudinary")


def _unreadable() -> TransientError:
    return TransientError("Cloudinary's answer cannot be read.", platform="cloudinary")
