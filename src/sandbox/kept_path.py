"""Paths of kept media as they are written down: from the world's folder on, which may be moved as a whole."""

import re
from pathlib import Path
from typing import Annotated

import pydantic

_WRITTEN = re.compile(r"[a-z]+/[0-9a-f]+")


def _written(path: Path, info: pydantic.SerializationInfo) -> str:
    return path.relative_to(info.context or "").as_posix()


def _read(text: object, info: pydantic.ValidationInfo) -> Path:
    if not isinstance(text, str) or not _WRITTEN.fullmatch(text):
        raise ValueError("kept media has the name of its service and of its content")
    return Path(info.context or "") / text


KeptPath = Annotated[
    Path, pydantic.PlainSerializer(_written, return_type=str), pydantic.PlainValidator(_read, str)
]
"""A path that is read and written with the world's folder as pydantic's `context`."""
