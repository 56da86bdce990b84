"""Files that are being written: they have another name until they are whole, and none stays for ever."""

import contextlib
import datetime as dt
import tempfile
from collections.abc import Collection
from pathlib import Path

SUFFIX = ".part"
STALE_AFTER = dt.timedelta(hours=3)
"""What was not written to for so long, longer than any work may take, was left by a process that died."""


def new_unfinished(folder: Path) -> Path:
    """Return a new empty file in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=SUFFIX, delete=False) as part:
        return Path(part.name)


def delete_stale(folder: Path, *, now: dt.datetime, written: Collection[Path] = ()) -> None:
    """Delete unfinished files that nobody writes to, except those known to be `written` at this moment."""
    for path in set(folder.glob(f"*{SUFFIX}")) - set(written):
        if is_stale(path, now=now):
            path.unlink(missing_ok=True)


def is_stale(path: Path, *, now: dt.datetime, after: dt.timedelta = STALE_AFTER) -> bool:
    """Say whether a file is there and was not written to for a while."""
    with contextlib.suppress(FileNotFoundError):
        return path.stat().st_mtime < (now - after).timestamp()
    return False
