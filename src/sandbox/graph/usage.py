"""The headers by which Meta tells how much of an allowance is used."""

import json
from collections.abc import Mapping

from sandbox.graph.accounts import Account
from sandbox.graph.pages.records import Page

DAILY_CALLS = 48_000
"""The allowance of an account: 4,800 for each of ten impressions, a small account's."""


def usage_headers(account: Account | None, page: Page | None) -> Mapping[str, str]:
    """Return the header that goes with a call: by use case for an account, by app where there is none.

    Never both, as in captures of 2026-09. Figures are whole percent; the wait is in minutes.
    """
    owner = account or page
    if owner is None:
        return {"X-App-Usage": json.dumps({"call_count": 0, "total_cputime": 0, "total_time": 0})}
    row = {
        "type": "instagram" if account else "pages",
        "call_count": max(1, min(100, owner.calls * 100 // DAILY_CALLS)),
        "total_cputime": 1,
        "total_time": 1,
        "estimated_time_to_regain_access": 0,
    }
    ids = [f"2{owner.id[-14:]}", owner.id] if account else [owner.id]
    return {"X-Business-Use-Case-Usage": json.dumps({each: [row] for each in ids})}
