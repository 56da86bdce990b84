import os
import subprocess
import sys

from support.product import ROOT


def test_nothing_is_posted_twice_or_lost_however_often_the_product_is_killed() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "chaos", "--short"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stdout + ended.stderr
