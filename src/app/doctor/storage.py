"""Looks at the storage for uploads by going the whole way with a small picture."""

import dataclasses
import ipaddress
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image

from app.doctor.bounded import apart
from app.doctor.folders import stranger_to
from app.doctor.installation import LONGEST_CALL, Installation, NotCheckedError
from app.encryption_key import found_keys
from app.hosting import media_links, media_store, missing_for_storage, opened_preflight, storage_name
from app.settings import Settings, has_played_platforms
from domain.errors import AuthorizationError, PublishingError, StorylineError
from domain.finding import Finding, fail, ok, warn
from services.media.trial import try_out
from services.media.usage import Usage

NAME = "storage"


async def look(installation: Installation) -> list[Finding]:
    """Upload, fetch as a platform does, delete, and ask how much is stored."""
    settings = installation.settings
    missing = missing_for_storage(settings)
    if missing:
        says = "not set up; without it nothing with media goes out by API"
        return [fail(NAME, says, f"set {', '.join(missing)}")]
    is_local = settings.cloud.cloud_storage_provider == "local"
    if is_local and (inside := _inside(settings)):
        return [fail(NAME, f"no platform can reach {inside}", "set PUBLIC_BASE_URL to a public address")]
    if is_local and await apart(lambda: bool(stranger_to(settings.data, user_id=os.geteuid()))):
        raise NotCheckedError("the copy would belong to another user than Storyline's")
    if is_local and not await apart(lambda: _has_keys(settings)):
        raise NotCheckedError("there are no keys to sign links with yet; the first start makes them")
    try:
        used_bytes = await _tried(installation)
    except PublishingError as error:
        if is_local:
            return [fail(NAME, str(error), "check that, while storyline run runs")]
        is_refused = isinstance(error, AuthorizationError)
        to_do = "correct these settings" if is_refused else "check the network, or try again later"
        return [fail(NAME, str(error), to_do)]
    usage = Usage(used_bytes=used_bytes, limit_bytes=settings.cloud.limit_bytes)
    says = f"{storage_name(settings)}: takes a picture, serves it to the world, deletes it; {usage} stored"
    if usage.level:
        return [warn(NAME, says, "delete what is not Storyline's, or raise CLOUD_STORAGE_LIMIT_MB")]
    return [ok(NAME, says)]


async def _tried(installation: Installation) -> int:
    settings, clock = _in_a_hurry(installation.settings), installation.clock
    store = media_store(settings, media_links(settings, clock), clock)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "trial.jpg"
        Image.new("RGB", (320, 320), "teal").save(picture)
        async with opened_preflight(settings) as preflight:
            return await try_out(store, preflight, picture)


def _in_a_hurry(settings: Settings) -> Settings:
    """Return the settings with no more patience for a call than a look has."""
    longest = min(settings.posting.remote_timeout_seconds, LONGEST_CALL.total_seconds())
    posting = settings.posting.model_copy(update={"remote_timeout_seconds": longest})
    return dataclasses.replace(settings, posting=posting)


def _has_keys(settings: Settings) -> bool:
    try:
        return bool(found_keys(settings.data))
    except StorylineError:
        return False


def _inside(settings: Settings) -> str:
    """Return the public address where it is none; empty: it may be one, or the platforms are played here."""
    host = urlsplit(settings.web.public_base_url or "").hostname or ""
    if has_played_platforms(settings):
        return ""
    try:
        return "" if ipaddress.ip_address(host).is_global else host
    except ValueError:
        return host if host == "localhost" or host.endswith((".local", ".internal", ".localhost")) else ""
