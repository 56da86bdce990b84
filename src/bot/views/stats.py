"""Figures."""

from bot import texts
from bot.html import EMPTY, Html, bold, joined, plain
from domain.figures import Figures, total
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
    return joined([title, *(lines or [plain(texts.NO_HISTORY)]), *_rates(view)])


def _rates(view: StatsView) -> list[Html]:
    """Return how the bot did, today and in the last days together."""
    if not view.days:
        return []
    today, days = view.days[-1].figures, [each.figures for each in view.days]
    return [
        plain(f"Today: {_in_words(today)}"),
        plain(f"Last {len(days)} days: {_in_words(total(days))}") if len(days) > 1 else EMPTY,
    ]


def _in_words(figures: Figures) -> str:
    rates = (
        (figures.automation_rate, "by the bot"),
        (figures.error_rate, "of its tries failed"),
        (figures.fallback_rate, "handed to the team after a try"),
    )
    said = [f"{rate:.0%} {what}".replace("%", " %") for rate, what in rates if rate is not None]
    if figures.unconfirmed:
        said.append(f"{figures.unconfirmed} × unclear whether it was out")
    return ", ".join(said) or "nothing yet"


def _counts_of(view: StatsView, wanted: State) -> dict[str, int]:
    return {
        texts.LANE_WORDS[lane]: count
        for (state, lane), count in view.counts.items()
        if state is wanted and count
    }


def _by_lane(counts: dict[str, int]) -> str:
    known = {words: count for words, count in counts.items() if words != texts.LANE_WORDS[None]}
    return f" ({', '.join(f'{count} {words}' for words, count in known.items())})" if known else ""
