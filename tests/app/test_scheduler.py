import asyncio
import threading

from app.scheduler import every_process


async def test_the_tick_comes_in_the_event_loop_and_not_beside_it() -> None:
    ticked = asyncio.Event()
    threads = list[threading.Thread]()

    def tick() -> None:
        threads.append(threading.current_thread())
        ticked.set()

    ticking = every_process(tick=tick, speed=100)
    ticking.start()
    async with asyncio.timeout(5):
        await ticked.wait()
    ticking.shutdown(wait=False)

    assert threads[0] is threading.current_thread()
