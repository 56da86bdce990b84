"""The command line, called in this process as a person calls it in a shell."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.cli.root import storyline


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command left on the terminal."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What `--json` printed."""
        found: list[dict[str, Any]] = json.loads(self.out)
        return found


class CommandLine:
    """Runs commands in a folder of its own, with no settings but those that a test names."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        monkeypatch.chdir(folder)
        for name in (
            "DATABASE_URL",
            "ENCRYPTION_KEYS",
            "INSTAGRAM_ACCOUNT_ID",
            "MEDIA_DIR",
            "MIGRATE_ON_START",
            "TELEGRAM_BOT_TOKEN",
            "TELEGRAM_CHAT_ID",
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_S3_BUCKET",
            "CLOUD_STORAGE_PROVIDER",
            "CLOUDINARY_CLOUD_NAME",
            "PUBLIC_BASE_URL",
        ):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DATA_DIR", str(folder / "data"))

    def set(self, **settings: str) -> None:
        """Set environment variables, by their names in lower case."""
        for name, value in settings.items():
            self._monkeypatch.setenv(name.upper(), value)

    def __call__(self, *arguments: str, standard_input: str = "") -> Outcome:
        """Run one command; what no command may let through comes through here too."""
        result = CliRunner().invoke(storyline, arguments, input=standard_input)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Outcome(code=result.exit_code, out=result.stdout, err=result.stderr)
