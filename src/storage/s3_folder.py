"""A part of a bucket as a source of the library."""

import asyncio
import datetime as dt
from pathlib import Path

import obstore

from services.media.mirror import RemoteFile
from storage.s3 import explained, open_bucket
from storage.s3_place import S3Place
from storage.settings import S3Settings


class S3Folder:
    """A `RemoteFolder` in S3, or in a service that speaks its protocol. It is only read."""

    def __init__(self, settings: S3Settings, place: S3Place, *, timeout: dt.timedelta) -> None:
        """Take the access; `timeout` is how long one call may take, beside the time that a file takes."""
        self._bucket = open_bucket(settings, place.bucket, timeout=timeout)
        self._prefix = f"{place.prefix}/" if place.prefix else ""

    async def files(self) -> list[RemoteFile]:
        """Return what lies there now."""
        with explained():
            # Another overload gives Arrow tables, whose library is not installed.
            pages = self._bucket.list(prefix=self._prefix or None)  # pyright: ignore[reportUnknownMemberType]
            return [
                RemoteFile(
                    name=found["path"].removeprefix(self._prefix),
                    size_bytes=found["size"],
                    version=found["e_tag"] or found["last_modified"].isoformat(),
                )
                async for page in pages
                for found in page
            ]

    async def holds_any(self) -> bool:
        """Whether anything lies there, found with one call."""
        with explained():
            async for page in self._bucket.list(prefix=self._prefix or None, chunk_size=1):  # pyright: ignore[reportUnknownMemberType]
                return bool(page)
        return False

    async def fetch(self, file: RemoteFile, target: Path) -> None:
        """Write a file's bytes to a path, a part at a time."""
        with explained():
            answer = await obstore.get_async(self._bucket, self._prefix + file.name)
            with await asyncio.to_thread(target.open, "wb") as output:
                async for part in answer.stream():
                    await asyncio.to_thread(output.write, part)
