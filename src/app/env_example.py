"""`.env.example`: every setting with its default and one comment, written from the settings groups."""

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from app.settings import (
    ClockSettings,
    DataSettings,
    FirstAccountSettings,
    FirstWorkspaceSettings,
    LogSettings,
    PostingSettings,
    PreparationSettings,
    TelegramSettings,
    WebSettings,
)
from platforms.registry import discover
from storage.settings import CloudinarySettings, CloudSettings, S3Settings

HEADING = """\
# Every setting of Storyline with its default. Copy this file to .env and fill in what you need.
# Generated from the code by `make generate`.
"""

Default = str | float | Path | tuple[str | float, ...] | None


def render() -> str:
    """Return the text of `.env.example`. A setting that two groups read stands in the first of them."""
    groups: list[type[BaseSettings]] = [
        TelegramSettings,
        DataSettings,
        PostingSettings,
        FirstWorkspaceSettings,
        FirstAccountSettings,
        *(platform.settings for platform in discover().values()),
        PreparationSettings,
        CloudSettings,
        CloudinarySettings,
        S3Settings,
        WebSettings,
        LogSettings,
        ClockSettings,
    ]
    told: set[str] = set()
    parts = [HEADING]
    for group in groups:
        fields = {name: field for name, field in group.model_fields.items() if name not in told}
        told |= set(fields)
        parts.append("\n".join([f"## {_summary(group)}", *_lines(fields), ""]))
    return "\n".join(parts)


def _summary(group: type[BaseSettings]) -> str:
    return (group.__doc__ or group.__name__).splitlines()[0]


def _lines(fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    for name, field in fields.items():
        yield from textwrap.wrap(field.description or "", 100, initial_indent="# ", subsequent_indent="# ")
        yield f"#{name.upper()}={_spelled(field.get_default(call_default_factory=True))}"


def _spelled(value: Default) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case tuple():
            return ",".join(map(_spelled, value))
        case _:
            return str(value)
