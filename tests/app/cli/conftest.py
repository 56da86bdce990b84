from pathlib import Path

import pytest

from support.command_line import CommandLine


@pytest.fixture
def storyline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line in an empty folder."""
    return CommandLine(tmp_path, monkeypatch)
