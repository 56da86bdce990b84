"""Weeks of planning and posting: the clock changes, restarts, pauses, downtime, skips, rejections.

`python benchmarks/ninety_days.py` does the same for ninety days, on both databases and in five zones.
"""

import datetime as dt

from support.ninety_days import A_DAY, Life, live
from support.posting_world import PostingWorld


async def test_weeks_bring_every_slot_once_the_mix_and_no_broken_lock(sqlite_world: PostingWorld) -> None:
    life = Life(
        start=dt.datetime(
            2026, 10, 1, 3, tzinfo=dt.UTC
        ),  # summer time begins in the south, ends in the north
        days=24,
        zones=("Europe/Berlin", "Australia/Lord_Howe"),
        seed=1,
        horizon_days=3,
        pause_days=5,
        downtime_days=4,
    )

    found = await live(sqlite_world, life)

    assert found.broken == []
    assert found.posted > len(life.zones) * A_DAY * life.days / 3
    assert found.missed >= len(life.zones) * A_DAY * (life.pause_days + life.downtime_days - 3)


async def test_days_on_postgresql_do_the_same(postgresql_world: PostingWorld) -> None:
    life = Life(
        start=dt.datetime(2026, 3, 26, 3, tzinfo=dt.UTC),
        days=12,
        zones=("Europe/Berlin",),
        seed=2,
        horizon_days=2,
        pause_days=3,
        downtime_days=3,
    )

    found = await live(postgresql_world, life)

    assert found.broken == []
    assert found.posted >= A_DAY * life.days / 4
    assert found.missed > 0
