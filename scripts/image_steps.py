"""Do the build steps of the Dockerfile by hand, in a new folder, where no container engine runs.

Reads the Dockerfile and does what its first stage says, as it is written there, with every absolute path
below the new folder; then starts the program that the second stage would start, away from the sources.
"""

import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ABSOLUTE = re.compile(r"(?<![\w./])/(?=build|opt)")


def main() -> int:
    """Do the steps and print each; return the exit code."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        folder = root
        first_stage = (ROOT / "Dockerfile").read_text().split("\nFROM ")[1]
        for line in first_stage.replace("\\\n", " ").splitlines():
            instruction, _, rest = line.partition(" ")
            match instruction:
                case "WORKDIR":
                    folder = root / rest.strip("/")
                    folder.mkdir(parents=True)
                case "COPY":
                    copy(shlex.split(rest), folder)
                case "RUN":
                    step = ABSOLUTE.sub(f"{root}/", rest).replace("python ", f"{sys.executable} ", 1)
                    print(f"RUN {rest}", flush=True)
                    subprocess.run(["sh", "-c", step], cwd=folder, check=True)
                case _:
                    pass
        empty = root / "data"
        empty.mkdir()
        started = subprocess.run([root / "opt/storyline/bin/storyline", "--help"], cwd=empty, check=False)
        return started.returncode


def copy(names: list[str], folder: Path) -> None:
    """Copy files as COPY does: what `.dockerignore` lets through."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for name in allowed if names == [".", "."] else names[:-1]:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


if __name__ == "__main__":
    sys.exit(main())
