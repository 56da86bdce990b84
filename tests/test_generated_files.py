import subprocess
import sys
from pathlib import Path

import pytest

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
