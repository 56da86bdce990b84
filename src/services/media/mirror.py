"""Fetch what lies in a bucket into the media folder, from where it is taken in like all else.

What was fetched is remembered in a hidden file of the folder, so that nothing is fetched twice and a folder
that was emptied is filled again. The copy of what is deleted in the bucket goes into a hidden folder, so that
its item is set aside as if it were gone; no file of a library is deleted by Storyline.
"""

import asyncio
import dataclasses
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Protocol

from domain.errors import PublishingError
from services.media.vanished import is_drive_gone

INDEX_NAME = ".fetched.json"
GONE_NAME = ".gone"
UNFINISHED_SUFFIX = ".unfinished"
LARGEST_BYTES = 1_073_741_824
"""Larger files could not be taken in anyway."""
REMEMBER_EVERY = 50
"""Files after which it is written down what was fetched."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file elsewhere."""

    name: str
    """Its path below the folder, with slashes."""
    size_bytes: int
    version: str
    """Another one whenever its content is another one."""


class RemoteFolder(Protocol):
    """A folder elsewhere. Errors are `PublishingError`s with a sentence."""

    async def files(self) -> list[RemoteFile]:
        """Return what lies there now."""
        ...

    async def fetch(self, file: RemoteFile, target: Path) -> None:
        """Write a file's bytes to a path."""
        ...


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Mirrored:
    """What one look at the folder elsewhere led to."""

    fetched: int
    set_aside: int
    failures: tuple[str, ...]
    """A sentence for each file that could not be followed, or for the whole folder."""


class LibraryMirror:
    """Keeps a folder as another one elsewhere is."""

    def __init__(self, *, remote: RemoteFolder, folder: Path) -> None:
        self._remote = remote
        self._folder = folder.absolute()

    async def refresh(self) -> Mirrored:
        """Set aside what is gone there, and fetch what is new or another one."""
        try:
            files = await self._remote.files()
        except PublishingError as error:
            return Mirrored(fetched=0, set_aside=0, failures=(str(error),))
        known = await asyncio.to_thread(self._known)
        failures = list[str]()
        # First, so that what was renamed there lies here at one place when it is taken in.
        set_aside = await asyncio.to_thread(
            self._set_aside, known, {file.name for file in files}, failures.append
        )
        fetched = await self._fetch_all(files, known, failures.append)
        if fetched or set_aside:
            try:
                await asyncio.to_thread(self._remember, known)
            except OSError as error:
                failures.append(f"{INDEX_NAME}: {error}")
        return Mirrored(fetched=fetched, set_aside=set_aside, failures=tuple(failures))

    async def _fetch_all(
        self, files: Sequence[RemoteFile], known: dict[str, str], failed: Callable[[str], object]
    ) -> int:
        fetched = 0
        for file in files:
            stamp = f"{file.version} {file.size_bytes}"
            target = _target(self._folder, file.name)
            if target is None:
                continue
            if file.size_bytes > LARGEST_BYTES:
                failed(f"{file.name}: it is larger than {LARGEST_BYTES / 1e9:.1f} GB")
                continue
            if known.get(file.name) == stamp and await asyncio.to_thread(target.exists):
                continue
            try:
                await self._fetch(file, target)
                known[file.name] = stamp
                fetched += 1
                if fetched % REMEMBER_EVERY == 0:
                    await asyncio.to_thread(self._remember, known)
            except (PublishingError, OSError) as error:
                failed(f"{file.name}: {error}")
        return fetched

    def _set_aside(
        self, known: dict[str, str], there: Collection[str], failed: Callable[[str], object]
    ) -> int:
        """Hide the copies of what is not there any more, and forget it; return how many. Blocks."""
        here = {name: path for name in known if (path := _target(self._folder, name)) and path.exists()}
        vanished = here.keys() - there
        if is_drive_gone(len(vanished), of=len(here)):
            # No tidying up, but a wrong prefix, or a bucket that is not what it was.
            failed(f"{len(vanished):,} of {len(here):,} files are gone from it; nothing was set aside")
            return 0
        for name in vanished:
            hidden = self._folder / GONE_NAME / here[name].relative_to(self._folder)
            try:
                hidden.parent.mkdir(parents=True, exist_ok=True)
                here[name].replace(hidden)
            except OSError as error:
                failed(f"{name}: {error}")
                continue
            del known[name]
        return len(vanished - known.keys())

    async def _fetch(self, file: RemoteFile, target: Path) -> None:
        await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}{UNFINISHED_SUFFIX}")
        await self._remote.fetch(file, unfinished)
        await asyncio.to_thread(unfinished.replace, target)

    def _known(self) -> dict[str, str]:
        try:
            return dict(json.loads((self._folder / INDEX_NAME).read_text()))
        except (OSError, ValueError):  # none yet, or cut short: all is compared anew
            return {}

    def _remember(self, known: Mapping[str, str]) -> None:
        unfinished = self._folder / f"{INDEX_NAME}{UNFINISHED_SUFFIX}"
        unfinished.write_text(json.dumps(known))
        unfinished.replace(self._folder / INDEX_NAME)


def _target(folder: Path, name: str) -> Path | None:
    """Return where a remote file goes; None: its name is hidden, or leads out of the folder."""
    parts = PurePosixPath(name).parts
    if not parts or name.endswith("/") or any(part.startswith((".", "/")) for part in parts):
        return None
    return folder.joinpath(*parts)
