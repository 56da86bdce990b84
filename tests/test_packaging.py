import importlib.metadata
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {path.name for path in (ROOT / "src").iterdir() if path.is_dir() and path.name.isidentifier()}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """Return the names of the files in a wheel built as for a release."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return frozenset(zipfile.ZipFile(built).namelist())


def test_src_is_a_source_root_and_not_a_package() -> None:
    assert not (ROOT / "src" / "__init__.py").exists()


def test_nobody_else_has_packages_of_our_names() -> None:
    owners = importlib.metadata.packages_distributions()

    taken = {name: set(owners.get(name, [])) - {"storyline"} for name in PACKAGES}

    assert {name: others for name, others in taken.items() if others} == {}


def test_the_import_contracts_cover_every_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert set(project["tool"]["importlinter"]["root_packages"]) == PACKAGES


def test_a_wheel_has_every_module_and_data_file_of_src(wheel: frozenset[str]) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "src"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()

    assert {name.removeprefix("src/") for name in listed} - wheel == set()


@pytest.mark.parametrize(
    "needed",
    ["migrations/env.py", "migrations/script.py.mako", "sandbox/page/static/index.html", "app/__main__.py"],
)
def test_a_wheel_has_all_that_the_program_needs_beside_its_modules(
    needed: str, wheel: frozenset[str]
) -> None:
    assert needed in wheel


def test_a_wheel_has_the_migrations(wheel: frozenset[str]) -> None:
    versions = {path.relative_to(ROOT).as_posix() for path in (ROOT / "migrations" / "versions").glob("*.py")}

    assert versions
    assert versions <= wheel
