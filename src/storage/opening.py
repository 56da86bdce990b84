"""Opens the media store that the settings name."""

import datetime as dt

from services.ports import MediaStore
from storage.cloudinary import CloudinaryStore
from storage.settings import CloudinarySettings, CloudSettings


def open_store(cloud: CloudSettings, cloudinary: CloudinarySettings, *, timeout: dt.timedelta) -> MediaStore:
    """Return the store to use. Nothing is called, and no SDK is loaded, before its first use.

    Raises:
        StorylineError: its credentials are missing.
    """
    match cloud.cloud_storage_provider:
        case "cloudinary":
            return CloudinaryStore(cloudinary, timeout=timeout)
