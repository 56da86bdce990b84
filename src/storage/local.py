"""Media that Storyline hosts itself: copies in a folder, served by its own web server under signed links."""

import asyncio
import contextlib
import datetime as dt
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from domain.errors import RejectedError, TransientError
from services.media.links import MediaLinks
from services.ports import Clock, HostedFile

_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "video/mp4": ".mp4",
    "video/quicktime": ".mov",
}
"""For people who read a URL; what a file is served as stands in its link."""


class LocalStore:
    """Keeps copies under names that tell nothing, so that a later change of the original changes no post.

    Processes that share a database share the folder too: any of them may be asked for a file.
    """

    name = "local"

    def __init__(self, *, folder: Path, links: MediaLinks, clock: Clock, lifetime: dt.timedelta) -> None:
        """Take the folder, which is made when it is needed, and how long a file and its link last."""
        self._folder = folder
        self._links = links
        self._clock = clock
        self._lifetime = lifetime

    async def upload(self, path: Path, *, name: str, content_type: str) -> HostedFile:
        """Copy a file under this name; a second one under the same name takes its place in one step."""
        hosted = hashlib.sha256(name.encode()).hexdigest() + _SUFFIXES.get(content_type, "")
        await asyncio.to_thread(self._copy, path, hosted)
        expires_at = self._clock.now() + self._lifetime
        return HostedFile(
            url=self._links.made(hosted, content_type=content_type, expires_at=expires_at),
            reference=hosted,
            expires_at=expires_at,
        )

    async def delete(self, reference: str) -> None:
        """Delete a copy; one that is not there is fine."""
        await asyncio.to_thread(self._delete, reference)

    async def usage(self) -> int:
        """Return how many bytes the copies take."""
        return await asyncio.to_thread(self._usage)

    def _copy(self, path: Path, hosted: str) -> None:
        try:
            size_bytes = path.stat().st_size
        except OSError as error:
            raise RejectedError(f"The file {path.name} cannot be read any more.", platform="local") from error
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            descriptor, fresh = tempfile.mkstemp(dir=self._folder, prefix=".")
            os.close(descriptor)
            try:
                shutil.copyfile(path, fresh)
                made_at = Path(fresh).stat().st_mtime
                Path(fresh).replace(self._folder / hosted)
            finally:
                Path(fresh).unlink(missing_ok=True)
        except OSError as error:
            megabytes = size_bytes / 1e6
            says = f"A copy of {megabytes:.1f} MB cannot be put into DATA_DIR/hosted: {error.strerror}."
            raise TransientError(says, platform="local") from error
        self._sweep(before=made_at - self._lifetime.total_seconds())

    def _sweep(self, *, before: float) -> None:
        """Delete what a process that was killed left behind, in the middle of a copy or without record of it.

        Both times are those of the file system, whatever the product's clock says.
        """
        for path, found in self._files():
            if found.st_mtime < before:
                path.unlink(missing_ok=True)

    def _delete(self, reference: str) -> None:
        if Path(reference).name != reference:
            raise RejectedError("No hosted file has this name.", platform="local")
        try:
            (self._folder / reference).unlink(missing_ok=True)
        except OSError as error:
            says = f"A copy in DATA_DIR/hosted cannot be deleted: {error.strerror}."
            raise TransientError(says, platform="local") from error

    def _usage(self) -> int:
        return sum(found.st_size for _, found in self._files())

    def _files(self) -> Iterator[tuple[Path, os.stat_result]]:
        if not self._folder.exists():
            return
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):  # deleted meanwhile
                yield path, path.stat(follow_symlinks=False)
