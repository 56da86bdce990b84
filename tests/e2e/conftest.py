"""The product in processes of its own, shared by the tests of a module."""

import contextlib
from collections.abc import Generator
from pathlib import Path

import pytest

from support.databases import TestDatabases
from support.office import World, world_of
from support.product import StandIns, settings_for, stand_ins

REPLICAS = {"sqlite": 1, "postgresql": 2}
QUICK = {
    "LOOK_UP_GRACE_SECONDS": "1",
    "LOOK_UP_GIVE_UP_MINUTES": "0.05",
    "LOG_LEVEL": "INFO",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a module's product keeps what it has."""
    return tmp_path_factory.mktemp("product")


@pytest.fixture(scope="module")
def outside(folder: Path) -> Generator[StandIns]:
    """The stand-ins, as a process."""
    with stand_ins(folder) as running:
        running.post("/graph/settings", image_processing_seconds=0.1)
        yield running


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, databases: TestDatabases, outside: StandIns, folder: Path
) -> Generator[World]:
    """The product: one process on SQLite, unless the module asks for two on PostgreSQL."""
    kind: str = getattr(request, "param", "sqlite")
    home = folder / kind
    home.mkdir()
    with contextlib.ExitStack() as stack:
        url = (
            stack.enter_context(databases.unmigrated_postgresql())
            if kind == "postgresql"
            else f"sqlite:///{home / 'storyline.db'}"
        )
        environment = settings_for(outside.urls, home, DATABASE_URL=url, **QUICK)
        environments = {f"{kind}-{number}": environment for number in range(REPLICAS[kind])}
        yield stack.enter_context(world_of(outside=outside, environments=environments, folder=home))
