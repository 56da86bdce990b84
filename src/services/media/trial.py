"""Tries the media storage out, all the way that an upload goes."""

from pathlib import Path

from services.ports import MediaStore, Preflight

NAME = "storyline/trial"


async def try_out(store: MediaStore, preflight: Preflight, picture: Path) -> int:
    """Upload a JPEG, fetch it from its public URL, delete it; return how many bytes are stored besides.

    Raises:
        PublishingError: one of these failed; the message says what to check.
    """
    hosted = await store.upload(picture, name=NAME, content_type="image/jpeg")
    try:
        await preflight.check(hosted.url, picture, content_type="image/jpeg")
    finally:
        await store.delete(hosted.reference)
    return await store.usage()
