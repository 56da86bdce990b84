"""Opens the media store that the settings name."""

import datetime as dt
from pathlib import Path

from services.media.links import MediaLinks
from services.ports import Clock, MediaStore
from storage.cloudinary import CloudinaryStore
from storage.local import LocalStore
from storage.missing import MissingStore
from storage.settings import CloudinarySettings, CloudSettings, S3Settings


def open_store(
    cloud: CloudSettings,
    cloudinary: CloudinarySettings,
    s3: S3Settings,
    *,
    folder: Path,
    links: MediaLinks | None,
    clock: Clock,
    timeout: dt.timedelta,
) -> MediaStore:
    """Return the store to use, or one that names the settings that are missing. Nothing is called yet.

    Args:
        cloud: which store, and how long its files last.
        cloudinary: access to it, if that is the one.
        s3: access to it, if that is the one.
        folder: where the local store keeps its copies.
        links: how these are reached; None: they are not.
        clock: links end by it.
        timeout: how long a cloud may keep silent during a call.
    """
    missing = missing_settings(cloud, cloudinary, s3, is_public=links is not None)
    if missing:
        return MissingStore(missing)
    lifetime = dt.timedelta(hours=cloud.cloud_upload_retention_hours)
    if cloud.cloud_storage_provider == "s3":
        from storage.s3 import S3Store  # noqa: PLC0415  (a compiled library, for those alone who use it)

        return S3Store(s3, clock=clock, lifetime=lifetime, timeout=timeout)
    if cloud.cloud_storage_provider == "local" and links is not None:
        return LocalStore(folder=folder, links=links, clock=clock, lifetime=lifetime)
    return CloudinaryStore(cloudinary, timeout=timeout)


def missing_settings(
    cloud: CloudSettings, cloudinary: CloudinarySettings, s3: S3Settings, *, is_public: bool
) -> tuple[str, ...]:
    """Return the environment variables without which nothing can be uploaded.

    `is_public` says whether PUBLIC_BASE_URL is set.
    """
    match cloud.cloud_storage_provider:
        case "cloudinary":
            return cloudinary.missing
        case "s3":
            return s3.missing
        case "local":
            return () if is_public else ("PUBLIC_BASE_URL",)
