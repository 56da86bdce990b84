"""The whole world as plain data: what the outside world does not forget when this machine is switched off.

Written as JSON through the stand-ins' own dataclasses: a person can read it, and a file of other hands is
refused field by field, where pickle would run it. Faults, limits, settings and the log of calls are not part
of it: they belong to one run.
"""

import dataclasses
from pathlib import Path
from typing import Literal

import pydantic

from sandbox.cloudinary.snapshot import CloudRecord
from sandbox.graph.snapshot import GraphSnapshot
from sandbox.telegram.snapshot import TelegramSnapshot


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """One moment."""

    version: Literal[2] = 2
    runs: int
    """How many processes have played this world, the one that wrote this included."""
    clock_offset_seconds: float
    clock_speed: float
    telegram: TelegramSnapshot
    graph: GraphSnapshot
    cloudinary: list[CloudRecord]


_SNAPSHOT = pydantic.TypeAdapter(Snapshot)


def written(snapshot: Snapshot, folder: Path) -> bytes:
    """Return a snapshot as JSON; its media lies in the world's folder."""
    return _SNAPSHOT.dump_json(snapshot, context=folder)


def read(text: bytes, folder: Path) -> Snapshot:
    """Return the snapshot of a JSON text; raises `ValueError` when it is none."""
    return _SNAPSHOT.validate_json(text, context=folder)
