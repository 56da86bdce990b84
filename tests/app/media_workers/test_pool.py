"""The processes come when they are needed and go when they are not."""

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.media_workers.pool import MediaWorkers
from services.ports import UnreadableMediaError
from support import media_files
from support.processes import children, no_children, only_child


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.jpg"
    path.write_bytes(media_files.image())
    return path


async def test_no_process_is_started_before_it_is_needed(picture: Path) -> None:
    async with MediaWorkers() as workers:
        before = children()
        await workers.probe(picture)
        during = children()
    after = children()

    assert (before, len(during), after) == ([], 1, [])


async def test_files_are_looked_into_side_by_side_up_to_the_number_of_processes(picture: Path) -> None:
    async with MediaWorkers(count=2) as workers:
        facts = await asyncio.gather(*(workers.probe(picture) for _ in range(10)))
        started = len(children())

    assert len(facts) == 10
    assert started == 2


async def test_a_process_ends_when_it_was_idle_for_a_while(picture: Path) -> None:
    async with MediaWorkers(idle_limit=dt.timedelta(milliseconds=20)) as workers:
        await workers.probe(picture)
        await no_children()
        again = await workers.probe(picture)

    assert again.width == 90


async def test_giving_up_on_an_answer_ends_the_process_that_owes_it(picture: Path) -> None:
    async with MediaWorkers(count=1) as workers:
        first = await workers.probe(picture)
        abandoned = only_child()
        looking = asyncio.create_task(workers.probe(picture))
        await asyncio.sleep(0)  # noqa: TID251 -- lets the request leave; nothing is waited for
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        second = await workers.probe(picture)
        successor = only_child()

    assert first == second
    assert abandoned != successor


async def test_a_process_that_died_while_idle_costs_no_file(picture: Path) -> None:
    async with MediaWorkers(count=1) as workers:
        await workers.probe(picture)
        os.kill(only_child(), signal.SIGKILL)
        await no_children()
        again = await workers.probe(picture)

    assert again.width == 90


async def test_a_request_that_is_under_way_when_the_workers_are_closed_fails(picture: Path) -> None:
    async with MediaWorkers() as workers:
        await workers.probe(picture)
        looking = asyncio.create_task(workers.probe(picture))
        await asyncio.sleep(0)  # noqa: TID251 -- lets the request leave; nothing is waited for

    with pytest.raises(UnreadableMediaError):
        await looking
    assert children() == []


def test_the_main_process_loads_neither_pillow_nor_pyav() -> None:
    program = "import sys, app.media_workers.pool; print({'PIL', 'av'} & set(sys.modules))"

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "set()"
