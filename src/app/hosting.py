"""Chooses where the platforms fetch media from, and what is needed for it."""

import contextlib
import datetime as dt
from collections.abc import AsyncGenerator
from pathlib import Path

from app.encryption_key import encryption_keys, keys_for
from app.settings import Settings, seconds
from services.media.links import MediaLinks
from services.ports import Clock, MediaStore, Preflight
from services.week_links import WeekLinks
from storage.opening import missing_settings, open_store
from storage.preflight import UrlPreflight, preflight_client

LINKS = "links to hosted media"
"""What the keys of the links are derived for; another text gives other keys, and ends every link."""
WEEK_LINKS = "links to the page of a week"

LONGEST_LOOK = dt.timedelta(seconds=10)
"""How long the first bytes of an upload may take to come; platforms are not known to be more patient."""


def hosted_folder(settings: Settings) -> Path:
    """Return where copies lie that Storyline serves itself."""
    return settings.data.data_dir.absolute() / "hosted"


def media_links(settings: Settings, clock: Clock) -> MediaLinks | None:
    """Return the maker of links to them; None: nothing is served, or nobody knows under which address.

    Raises:
        StorylineError: there are no keys to sign with.
    """
    base_url = settings.web.public_base_url
    if settings.cloud.cloud_storage_provider != "local" or base_url is None:
        return None
    keys = keys_for(LINKS, encryption_keys(settings.data))
    return MediaLinks(base_url=base_url, keys=keys, clock=clock)


def week_links(settings: Settings, clock: Clock) -> WeekLinks | None:
    """Return the maker of links to the page of a week; None: there is no web server.

    Raises:
        StorylineError: there are no keys to sign with.
    """
    web = settings.web
    if web.web_port == 0:
        return None
    # Without a public address the page is for this machine alone.
    host = f"[{web.web_host}]" if ":" in web.web_host else web.web_host
    base_url = web.public_base_url or f"http://{host}:{web.web_port}"
    keys = keys_for(WEEK_LINKS, encryption_keys(settings.data))
    return WeekLinks(base_url=base_url, keys=keys, clock=clock)


def media_store(settings: Settings, links: MediaLinks | None, clock: Clock) -> MediaStore:
    """Return the store that the settings name; where some are missing it takes nothing, and names them."""
    return open_store(
        settings.cloud,
        settings.cloudinary,
        settings.s3,
        folder=hosted_folder(settings),
        links=links,
        clock=clock,
        timeout=seconds(settings.posting.remote_timeout_seconds),
    )


def missing_for_storage(settings: Settings) -> tuple[str, ...]:
    """Return the environment variables without which nothing can be uploaded."""
    return missing_settings(
        settings.cloud,
        settings.cloudinary,
        settings.s3,
        is_public=settings.web.public_base_url is not None,
    )


def storage_name(settings: Settings) -> str:
    """Return where media is put, for people."""
    match settings.cloud.cloud_storage_provider:
        case "cloudinary":
            return f"Cloudinary, {settings.cloudinary.cloudinary_cloud_name}"
        case "s3":
            return f"S3, bucket {settings.s3.aws_s3_bucket}"
        case "local":
            return f"this machine, as {settings.web.public_base_url}"


@contextlib.asynccontextmanager
async def opened_preflight(settings: Settings) -> AsyncGenerator[Preflight]:
    """Provide what fetches an upload before a platform does."""
    match settings.cloud.cloud_storage_provider:
        case "cloudinary":
            advice = "Look at the file in Cloudinary's console."
        case "s3":
            advice = "Check AWS_ENDPOINT_URL, and that nothing keeps strangers from the bucket's host."
        case "local":
            advice = "Check PUBLIC_BASE_URL, and that the proxy before it passes on /media/."
    longest = min(seconds(settings.posting.remote_timeout_seconds), LONGEST_LOOK)
    async with preflight_client() as http:
        yield UrlPreflight(http, longest=longest, advice=advice)
