"""Which files of a folder are to be imported."""

import dataclasses
import os
from collections.abc import Iterable
from pathlib import Path

from services.media.sidecars import DEFAULTS_NAME, Problem, is_sidecar

NOBODYS_FILES = frozenset({"thumbs.db", "desktop.ini", "@eadir", "#recycle", "$recycle.bin", "lost+found"})
"""What systems and network drives leave in folders."""
UNFINISHED = (".part", ".crdownload", ".download", ".filepart", ".tmp")
"""Endings of files that are still being fetched; then they get another name."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class FolderListing:
    """What lies in a folder and below."""

    files: tuple[Path, ...]
    """Regular files in the order of their names, which may or may not be media."""
    problems: tuple[Problem, ...]
    ignored: int
    """Hidden files and folders, sidecars, what systems leave, and links that stay within the folder."""
    lone_sidecars: tuple[Problem, ...] = ()
    """Sidecars that describe no file; while files are being copied there may be some."""
    unreadable: tuple[Path, ...] = ()
    """Folders of which nobody knows what lies there."""


def list_folder(root: Path) -> FolderListing:
    """List a folder recursively; no link is followed. Blocks."""
    files: list[Path] = []
    problems: list[Problem] = []
    lone: list[Problem] = []
    unreadable: list[Path] = []
    ignored = 0
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listed:
                entries = sorted(listed, key=lambda entry: entry.name)
        except OSError as error:
            problems.append(Problem(printable(folder), f"the folder cannot be read: {error.strerror}"))
            unreadable.append(folder)
            continue
        beside = list[Path]()
        sidecars = list[Path]()
        for entry in entries:
            path = Path(entry.path)
            if is_nobodys(entry.name):
                ignored += 1
            elif not _is_encodable(entry.name):
                problems.append(Problem(printable(path), "its name is no valid UTF-8"))
            elif entry.is_symlink():
                if _leads_into(root, path):
                    ignored += 1
                else:
                    problems.append(Problem(path, "it is a link that leads nowhere within the folder"))
            elif entry.is_dir(follow_symlinks=False):
                folders.append(path)
            elif is_sidecar(path):
                ignored += 1
                sidecars.append(path)
            elif entry.is_file(follow_symlinks=False):
                beside.append(path)
            else:
                problems.append(Problem(path, "it is no regular file"))
        files += beside
        lone += _lone(sidecars, beside)
    return FolderListing(
        files=tuple(sorted(files)),
        problems=tuple(problems),
        ignored=ignored,
        lone_sidecars=tuple(lone),
        unreadable=tuple(unreadable),
    )


def is_nobodys(name: str) -> bool:
    """Whether a file or folder is hidden, unfinished, or nothing that people put there."""
    return name.startswith(".") or name.casefold() in NOBODYS_FILES or name.casefold().endswith(UNFINISHED)


def printable(path: Path) -> Path:
    """Return a path that can be shown and stored, whatever bytes its name has."""
    return Path(os.fsencode(path).decode("utf-8", "replace"))


def _leads_into(root: Path, link: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # nothing is there, or it may not be looked at; it leads to itself
        return False


def _lone(sidecars: Iterable[Path], files: Iterable[Path]) -> list[Problem]:
    described = {name for file in files for name in (file.name, file.stem)}
    return [
        Problem(sidecar, "there is no file beside it that it could describe")
        for sidecar in sidecars
        if sidecar.stem not in described and sidecar.name != DEFAULTS_NAME
    ]


def _is_encodable(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
