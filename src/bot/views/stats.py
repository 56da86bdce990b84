"""Figures."""

from bot import texts
from bot.html import Html, bold, joined, plain
from domain.publication import FINAL, State
from domain.workspace import Workspace
from services.queries import StatsView


def stats(view: StatsView, workspace: Workspace) -> Html:
    """Return how publications ended since a time."""
    title = bold(f"Since {texts.when(view.since, workspace.settings.zone)}")
    lines = [
        plain(f"{sum(counts.values())} {texts.STATE_WORDS[state]}{_by_lane(counts)}")
        for state in State
        if state in FINAL and (counts := _counts_of(view, state))
    ]
    return joined([title, *(lines or [plain(texts.NO_HISTORY)])])


def _counts_of(view: StatsView, wanted: State) -> dict[str, int]:
    return {
        texts.LANE_WORDS[lane]: count
        for (state, lane), count in view.counts.items()
        if state is wanted and count
    }


def _by_lane(counts: dict[str, int]) -> str:
    known = {words: count for words, count in counts.items() if words != texts.LANE_WORDS[None]}
    return f" ({', '.join(f'{count} {words}' for words, count in known.items())})" if known else ""
