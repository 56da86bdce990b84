from pathlib import Path

from support.databases import TestDatabases
from support.histories import told
from support.history_place import Place

HISTORIES = 60
STEPS = 15


def test_every_history_posts_nothing_twice_and_loses_nothing(
    databases: TestDatabases, tmp_path: Path
) -> None:
    databases.sqlite(tmp_path / "storyline.db")
    place = Place(tmp_path / "storyline.db")

    told(place, count=HISTORIES, steps=STEPS)()

    place.close()
