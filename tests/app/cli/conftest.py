from pathlib import Path

import pytest

from support.command_line import CommandLine
from support.databases import TestDatabases


@pytest.fixture
def newcomer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line in an empty folder."""
    return CommandLine(tmp_path, monkeypatch)


@pytest.fixture
def storyline(newcomer: CommandLine, databases: TestDatabases) -> CommandLine:
    """The command line with a database that is up to date: to make it so takes longer than most commands."""
    folder = newcomer.folder / "data"
    folder.mkdir()
    databases.sqlite(folder / "storyline.db")
    return newcomer
