"""Work that may block for good, as on a network drive that is gone, in a thread that nobody waits for."""

import asyncio
import concurrent.futures
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def apart(work: Callable[[], T]) -> T:
    """Do blocking work. Whoever gives up waiting can go on, and the process can end.

    The threads of `asyncio.to_thread` are waited for at the end of the loop.
    """
    done: concurrent.futures.Future[T] = concurrent.futures.Future()
    done.set_running_or_notify_cancel()  # it cannot be taken back

    def run() -> None:
        try:
            done.set_result(work())
        except Exception as error:  # noqa: BLE001  (whatever it is, it is raised where it is waited for)
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(done)
