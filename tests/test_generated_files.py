import subprocess
import sys
import typing
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from app.settings import Settings
from domain.publication import State

ROOT = Path(__file__).resolve().parent.parent


def test_the_generated_files_are_up_to_date() -> None:
    check = subprocess.run(
        [sys.executable, ROOT / "scripts" / "generate.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(ROOT / "src")},
    )

    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")


@pytest.mark.parametrize("state", State)
def test_the_glossary_explains_every_state(state: State) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()

    assert f"\n| {state} |" in glossary


def test_the_example_of_the_settings_names_every_one_once() -> None:
    example = (ROOT / ".env.example").read_text().splitlines()
    groups = [
        kind
        for kind in typing.get_type_hints(Settings).values()
        if isinstance(kind, type) and issubclass(kind, BaseSettings)
    ]
    names = {name.upper() for group in groups for name in group.model_fields}

    told = [
        line[1:].split("=")[0] for line in example if line.startswith("#") and "=" in line and line[1] != " "
    ]

    assert names
    assert names <= set(told)
    assert len(told) == len(set(told))
