import datetime as dt

from app.clock import SystemClock


def test_the_clock_tells_the_machines_time_in_utc() -> None:
    before = dt.datetime.now(dt.UTC)  # noqa: TID251  (compared with the real one)

    now = SystemClock().now()

    assert before <= now <= before + dt.timedelta(seconds=5)
    assert now.utcoffset() == dt.timedelta(0)


def test_an_offset_moves_it() -> None:
    ahead = SystemClock(offset=dt.timedelta(days=1)).now() - SystemClock().now()

    assert dt.timedelta(hours=23, minutes=59) < ahead <= dt.timedelta(days=1)


async def test_a_fast_clock_waits_shorter_and_ends_up_where_it_says() -> None:
    clock = SystemClock(speed=1000)
    began, real = clock.now(), clock.monotonic()

    await clock.sleep(dt.timedelta(seconds=20))

    assert clock.monotonic() - real < 5
    assert clock.now() - began >= dt.timedelta(seconds=19)
