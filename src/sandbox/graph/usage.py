"""How much of an allowance is used: the headers that tell it, and the refusal once all is."""

import dataclasses
import json
from collections.abc import Mapping

from sandbox.graph.accounts import Account
from sandbox.graph.errors import ACCOUNT_THROTTLED, PAGE_THROTTLED, THROTTLED, Refusal
from sandbox.graph.pages.records import Page

DAILY_CALLS = 48_000
"""The allowance of an account: 4,800 for each of ten impressions, a small account's."""
_PERCENTAGES = ("call_count", "total_cputime", "total_time")
_ALL = 100


@dataclasses.dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """What a call's answer says, and whether it is anything else than a refusal."""

    headers: Mapping[str, str]
    refusal: Refusal | None


def usage_of(account: Account | None, page: Page | None, given: Mapping[str, int]) -> Usage:
    """Return the usage that goes with a call: by use case for an account or a Page, else by app.

    Never both, as in captures of 2026-09. Figures are whole percent, the wait is in minutes; those `given` by
    the names of the wire stand before those that are counted.
    """
    owner = account or page
    if owner is None:
        figures = {name: given.get(name, 0) for name in _PERCENTAGES}
        return Usage(headers={"X-App-Usage": json.dumps(figures)}, refusal=_refusal(figures, THROTTLED))
    figures = {
        "call_count": max(1, min(_ALL, owner.calls * 100 // DAILY_CALLS)),
        "total_cputime": 1,
        "total_time": 1,
        "estimated_time_to_regain_access": 0,
    } | dict(given)
    row = {"type": "instagram" if account else "pages"} | figures
    ids = [f"2{owner.id[-14:]}", owner.id] if account else [owner.id]
    return Usage(
        headers={"X-Business-Use-Case-Usage": json.dumps({each: [row] for each in ids})},
        refusal=_refusal(figures, ACCOUNT_THROTTLED if account else PAGE_THROTTLED),
    )


def _refusal(figures: Mapping[str, int], refusal: Refusal) -> Refusal | None:
    return refusal if any(figures[name] >= _ALL for name in _PERCENTAGES) else None
