from pathlib import Path

import pytest

from app.settings import load
from app.start_report import start_report

ELSEWHERE = "another process must serve it, as WEB_PORT is 0 here"


def told_of_the_storage(monkeypatch: pytest.MonkeyPatch, folder: Path, **settings: str) -> str:
    monkeypatch.chdir(folder)
    for name, value in settings.items():
        monkeypatch.setenv(name.upper(), value)
    (line,) = [line for line in start_report(load(), [], []) if line.startswith("Storage: ")]
    return line


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            {"cloud_storage_provider": "s3", "aws_access_key_id": "key", "aws_secret_access_key": "secret"},
            "Storage: not set up (AWS_S3_BUCKET missing); without it no media goes out by API.",
        ),
        (
            {
                "cloud_storage_provider": "s3",
                "aws_access_key_id": "key",
                "aws_secret_access_key": "secret",
                "aws_s3_bucket": "harbour",
            },
            "Storage: S3, bucket harbour.",
        ),
        (
            {"cloud_storage_provider": "local"},
            "Storage: not set up (PUBLIC_BASE_URL missing); without it no media goes out by API.",
        ),
        (
            {"cloud_storage_provider": "local", "public_base_url": "https://team.example"},
            "Storage: this machine, as https://team.example.",
        ),
        (
            {"cloud_storage_provider": "local", "public_base_url": "https://team.example", "web_port": "0"},
            f"Storage: this machine, as https://team.example; {ELSEWHERE}.",
        ),
    ],
)
def test_the_storage_is_told_with_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: dict[str, str], said: str
) -> None:
    assert told_of_the_storage(monkeypatch, tmp_path, **settings) == said
