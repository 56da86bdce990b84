"""Which files of a folder are to be imported."""

import dataclasses
import os
from pathlib import Path

from services.media.sidecars import Problem, is_sidecar


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FolderListing:
    """What lies in a folder and below."""

    files: tuple[Path, ...]
    """Regular files in the order of their names, which may or may not be media."""
    problems: tuple[Problem, ...]
    ignored: int
    """Hidden files and folders, sidecars, and links that stay within the folder."""


def list_folder(root: Path) -> FolderListing:
    """List a folder recursively; no link is followed. Blocks."""
    files: list[Path] = []
    problems: list[Problem] = []
    ignored = 0
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            problems.append(Problem(printable(folder), f"the folder cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith(".") or is_sidecar(path):
                ignored += 1
            elif not _is_encodable(entry.name):
                problems.append(Problem(printable(path), "its name is no valid UTF-8"))
            elif entry.is_symlink():
                if path.exists() and path.resolve().is_relative_to(root):
                    ignored += 1
                else:
                    problems.append(Problem(path, "it is a link that leads nowhere within the folder"))
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif entry.is_file(follow_symlinks=False):
                files.append(path)
            else:
                problems.append(Problem(path, "it is no regular file"))
    return FolderListing(files=tuple(sorted(files)), problems=tuple(problems), ignored=ignored)


def printable(path: Path) -> Path:
    """Return a path that can be shown and stored, whatever bytes its name has."""
    return Path(os.fsencode(path).decode("utf-8", "replace"))


def _is_encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
