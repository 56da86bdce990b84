"""R14: fifty presses of one card's buttons at once, by two people, again and again.

Of each fifty exactly one may take effect, and every press must be answered.

Run: python -m benchmarks.presses_at_once [--cards 10] [--presses 50]
"""

import argparse
import asyncio
import contextlib
import itertools
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.inside import desk
from benchmarks.measuring import Figure, report

from domain.lane import Lane
from support.product import StandIns, products, settings_for, stand_ins, until, words
from support.teams import ANNA, BEN

ANSWER_WITHIN = 30.0
LABELS = ("Posted", "Skip")


def main() -> None:
    """Press, count, and end with 1 when a press was lost or two took effect."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cards", type=int, default=8)
    parser.add_argument("--presses", type=int, default=50)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        outside = stack.enter_context(stand_ins(folder))
        settings = settings_for(outside.urls, folder)
        stack.enter_context(products({"product": settings}, folder))
        asyncio.run(_queue(settings, outside, folder, options.cards))
        counts = [_press_at_once(outside, number, options.presses) for number in range(options.cards)]
    effects = [count["Done"] for count in counts]
    unanswered = sum(count["unanswered"] for count in counts)
    what = f"{options.cards} cards × {options.presses} presses"
    report(
        "R14, SQLite",
        [
            Figure(what=f"{what}: effects of one card, most", value=max(effects), bound=1, unit=""),
            Figure(what=f"{what}: cards without an effect", value=effects.count(0), bound=0, unit=""),
            Figure(what=f"{what}: presses without an answer", value=unanswered, bound=0, unit=""),
        ],
    )


async def _queue(settings: dict[str, str], outside: StandIns, folder: Path, cards: int) -> None:
    async with desk(settings, outside, folder) as team:
        for number in range(cards):
            await team.add(lane=Lane.MANUAL, caption=f"card {number};")


def _press_at_once(outside: StandIns, number: int, presses: int) -> Counter[str]:
    def come() -> list[dict[str, object]]:
        return [each for each in outside.messages() if f"card {number};" in words(each)]

    card = until(come, within=ANSWER_WITHIN, what=f"card {number}")[-1]
    chosen = itertools.islice(itertools.cycle(itertools.product(LABELS, (ANNA, BEN))), presses)
    with ThreadPoolExecutor(presses) as crowd:
        pressed = [
            crowd.submit(outside.press, card, label, by=person, wait_seconds=ANSWER_WITHIN)
            for label, person in chosen
        ]
    answers = [press.result() for press in pressed]
    return Counter(
        (answer["text"] or "").partition(":")[0] if answer["answered"] else "unanswered" for answer in answers
    )


if __name__ == "__main__":
    main()
