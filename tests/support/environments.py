"""Python environments apart from ours, for clients that must not share its packages."""

import fcntl
import hashlib
import subprocess
import sys
from pathlib import Path

from support.authorities import OF_THE_MACHINE

CACHE = Path(__file__).resolve().parents[2] / ".cache"
_UV = Path(sys.executable).with_name("uv")


def python_with(lock: Path) -> Path:
    """Return a Python that has exactly what a lock file with hashes names.

    Installed under `.cache/` on first use, and again when the lock file changes.

    Raises:
        RuntimeError: it cannot be installed; the message says what uv said.
    """
    home = CACHE / lock.stem
    home.mkdir(parents=True, exist_ok=True)
    python, stamp = home / "venv" / "bin" / "python", home / "installed"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    with (home / "lock").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            _uv("venv", "--clear", "--python", sys.executable, str(home / "venv"))
            _uv("pip", "install", "--python", str(python), "--require-hashes", "-r", str(lock))
            stamp.write_text(wanted)
    return python


def _uv(*arguments: str) -> None:
    done = subprocess.run(
        [_UV, "--quiet", *arguments],
        env=OF_THE_MACHINE,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    if done.returncode != 0:
        raise RuntimeError(f"uv {' '.join(arguments)} failed:\n{done.stderr}")
