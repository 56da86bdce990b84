"""The processes that the code under test started."""

import asyncio
import os
from pathlib import Path

_others = set[int]()


def overlook_others() -> None:
    """Leave the children that there are now, such as a database's server, out of `children` from here on."""
    _others.clear()
    _others.update(children())


def children() -> list[int]:
    """Return the ids of this process's children, those included that ended and were not waited for yet."""
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        if int(fields[1]) == os.getpid():
            found.append(int(status.parent.name))
    return [number for number in found if number not in _others]


def only_child() -> int:
    """Return the id of this process's one child."""
    (child,) = children()
    return child


async def no_children() -> None:
    """Wait until all children have ended and the event loop knows it."""
    async with asyncio.timeout(5):
        while children():  # noqa: ASYNC110 -- nothing tells of it
            await asyncio.sleep(0.01)  # noqa: TID251 -- waits for other processes, in real time
        await asyncio.sleep(0.01)  # noqa: TID251
