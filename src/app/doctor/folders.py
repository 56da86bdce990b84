"""Looks at the library's folder and source, and at the room on the disks."""

import dataclasses
import functools
import os
import pwd
import shutil
from pathlib import Path

from app.doctor.bounded import apart
from app.doctor.installation import LONGEST_CALL, Installation, NotCheckedError
from app.settings import DataSettings
from domain.errors import PublishingError
from domain.finding import Finding, fail, ok, warn
from storage.s3_place import parse_s3_prefix

USER, DISK, LIBRARY, BUCKET = "user", "disk", "library", "bucket"
LEAST_FREE_BYTES = 500_000_000
SCARCE_FREE_BYTES = 2_000_000_000
"""A few videos, as they came, made to fit and hosted."""
WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")
MOUNTS = Path("/proc/self/mounts")
NETWORK_DRIVES = frozenset({"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "fuse.rclone", "9p", "virtiofs"})
"""Kinds of mounts that tell of no changes that others make."""


def stranger_to(data: DataSettings, *, user_id: int) -> str:
    """Return whose DATA_DIR is, if it is not this user's; empty: it is, or is not there. Blocks."""
    try:
        owner = data.data_dir.stat().st_uid
    except OSError:
        return ""
    if owner == user_id:
        return ""
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)


async def look_at_user(installation: Installation) -> list[Finding]:
    """Look whether this is run by whom Storyline is run by, who could not read what another one makes."""
    data = installation.settings.data
    owner = await apart(lambda: stranger_to(data, user_id=os.geteuid()))
    if not owner:
        return [ok(USER, "the one whom the data belong to")]
    return [warn(USER, f"the data belong to {owner}", f"sudo -u {owner} storyline …")]


async def look_at_disk(installation: Installation) -> list[Finding]:
    """Look for room where Storyline writes, and whether it may."""
    return await apart(lambda: _disk(installation.settings.data))


def _disk(data: DataSettings) -> list[Finding]:
    folder = _existing(data.data_dir)
    if not os.access(folder, os.W_OK | os.X_OK):
        return [fail(DISK, f"Storyline may not write into {folder}", "chown it, or change DATA_DIR")]
    found = [_room(folder)]
    library = _existing(data.library)
    if library.stat().st_dev != folder.stat().st_dev:
        found.append(_room(library))
    return found


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    says = f"{free / 1e9:.1f} GB free at {folder}"
    to_do = f"make room below {folder}"
    if free < LEAST_FREE_BYTES:
        return fail(DISK, says, to_do)
    return warn(DISK, says, to_do) if free < SCARCE_FREE_BYTES else ok(DISK, says)


def _existing(folder: Path) -> Path:
    """Return the folder, or the first above it that is there."""
    folder = folder.absolute()
    while not folder.exists():
        folder = folder.parent
    return folder


async def look_at_library(installation: Installation) -> list[Finding]:
    """Look whether the media folders can be read, and are told of their changes."""
    data = installation.settings.data
    try:
        workspaces = (await installation.records()).workspaces
    except NotCheckedError:
        workspaces = ()
    named = {each.chat_id: each for each in workspaces if each.settings.media_folder}
    found = list[Finding]()
    if installation.settings.telegram.telegram_chat_id not in named:
        found.append(await apart(lambda: _library(data)))
    for workspace in named.values():
        folder = Path(workspace.settings.media_folder)
        finding = await apart(functools.partial(_named, folder, data))
        found.append(dataclasses.replace(finding, subject=workspace.name))
    return found


def _library(data: DataSettings) -> Finding:
    folder = data.library
    if not folder.is_dir():
        to_do = "make it and put media there, or change MEDIA_DIR"
        if data.media_dir is None:
            return warn(LIBRARY, f"{folder} does not exist", to_do)
        return fail(LIBRARY, f"{folder} does not exist", to_do)
    return _readable(folder, data)


def _named(folder: Path, data: DataSettings) -> Finding:
    """Look at a folder that a team names."""
    if not folder.is_dir():
        return fail(
            LIBRARY, f"{folder} does not exist", "make it, or storyline settings set media_folder DIR"
        )
    return _readable(folder, data)


def _readable(folder: Path, data: DataSettings) -> Finding:
    if not os.access(folder, os.R_OK | os.X_OK):
        return fail(LIBRARY, f"Storyline may not read {folder}", "give its user the right to read it")
    if not data.watch_media_dir:
        return ok(LIBRARY, f"{folder}, not watched (WATCH_MEDIA_DIR): storyline media import takes it in")
    if data.watch_by_polling:
        return ok(LIBRARY, f"{folder}, looked through every 5 s")
    kind = _kind_of_mount(folder.resolve())
    if kind in NETWORK_DRIVES:
        says = f"{folder} is a network drive ({kind}), which tells of no changes"
        return warn(LIBRARY, says, "WATCH_BY_POLLING=true")
    return _watched(folder)


def _watched(folder: Path) -> Finding:
    folders = 1 + sum(len(inner) for _, inner, _ in os.walk(folder))
    try:
        most = int(WATCHES.read_text())
    except (OSError, ValueError):  # another system has no such limit
        return ok(LIBRARY, f"{folder}, watched")
    if folders > most:
        says = f"{folder} has {folders:,} folders, and this machine watches {most:,}"
        return warn(
            LIBRARY, says, f"sysctl fs.inotify.max_user_watches={2 * folders}, or WATCH_BY_POLLING=true"
        )
    return ok(LIBRARY, f"{folder}, watched")


def _kind_of_mount(folder: Path) -> str:
    """Return which kind of file system a folder lies on; empty: this system does not say."""
    try:
        mounts = [line.split() for line in MOUNTS.read_text().splitlines()]
    except OSError:
        return ""
    above = {str(folder), *map(str, folder.parents)}
    lying = [(len(fields[1]), fields[2]) for fields in mounts if fields[1] in above]
    return max(lying, default=(0, ""))[1]


async def look_at_bucket(installation: Installation) -> list[Finding]:
    """Look whether the library's source in a bucket can be listed, where there is one."""
    settings = installation.settings
    place = parse_s3_prefix(settings.data.library_s3_prefix or "")
    if place is None:
        return []
    needed = [name for name in settings.s3.missing if name != "AWS_S3_BUCKET"]  # the prefix names the bucket
    if needed:
        missing = ", ".join(needed)
        return [fail(BUCKET, f"LIBRARY_S3_PREFIX needs {missing}", f"set {missing}")]
    from storage.s3_folder import S3Folder  # noqa: PLC0415  (a compiled library, for those alone who use it)

    try:
        holds_any = await S3Folder(settings.s3, place, timeout=LONGEST_CALL).holds_any()
    except PublishingError as error:
        return [fail(BUCKET, str(error), "check LIBRARY_S3_PREFIX and the AWS_* settings")]
    where = settings.data.library_s3_prefix
    return [ok(BUCKET, f"{where} can be listed" if holds_any else f"{where} can be listed, and is empty")]
