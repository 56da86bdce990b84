import datetime as dt
import json
from collections.abc import Mapping

import httpx
import pytest

from domain.account import AccessToken
from domain.throttle import LimitUse
from platforms._shared import usage
from platforms._shared.usage import UsageMeter, limit_use

TOKEN = AccessToken("EAAB-a-token-of-the-tests")
OTHER = AccessToken("EAAB-another-token-of-the-tests")


def business(*rows: Mapping[str, object]) -> dict[str, str]:
    return {"x-business-use-case-usage": json.dumps({"17841": list(rows)})}


def app(percent: int) -> dict[str, str]:
    return {"x-app-usage": json.dumps({"call_count": percent, "total_time": 1, "total_cputime": 2})}


async def hear(meter: UsageMeter, headers: Mapping[str, str], token: AccessToken = TOKEN) -> None:
    request = httpx.Request(
        "GET", "https://graph.facebook.com/v25.0/1", headers={"Authorization": f"Bearer {token.value}"}
    )
    await meter.watch(httpx.Response(200, headers=headers, request=request))


def test_the_largest_share_of_an_account_counts_and_the_wait_is_in_minutes() -> None:
    headers = business(
        {"type": "instagram", "call_count": 3, "total_cputime": 81, "total_time": 7},
        {"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": 17},
    )

    assert limit_use(headers) == LimitUse(account_percent=100, regain_after=dt.timedelta(minutes=17))


def test_the_app_s_share_is_told_from_the_account_s() -> None:
    page = {"x-page-usage": json.dumps({"call_count": 60})}

    assert limit_use(app(28)) == LimitUse(app_percent=28)
    assert limit_use(page | app(28)) == LimitUse(app_percent=28, account_percent=60)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-app-usage": "not json"},
        {"x-app-usage": "[1]", "x-page-usage": "7", "x-business-use-case-usage": '"text"'},
        {"x-business-use-case-usage": '{"1": {"call_count": 99}}'},
        {"x-app-usage": "[" * 100_000},
    ],
)
def test_headers_that_are_missing_or_broken_say_nothing(headers: dict[str, str]) -> None:
    assert limit_use(headers) is None


def test_a_row_of_another_shape_is_passed_over() -> None:
    headers = business({"call_count": "many", "estimated_time_to_regain_access": None, "total_time": 12})

    assert limit_use(headers) == LimitUse(account_percent=12)


async def test_the_worst_that_was_heard_of_a_token_is_told_once() -> None:
    meter = UsageMeter()

    await hear(meter, app(90))
    await hear(meter, app(80))
    await hear(meter, app(10), OTHER)
    await hear(meter, {})

    assert meter.take(TOKEN) == LimitUse(app_percent=90)
    assert meter.take(TOKEN) is None
    assert meter.take(OTHER) == LimitUse(app_percent=10)


async def test_what_nobody_asks_for_is_forgotten_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "MOST_TOKENS", 1)
    meter = UsageMeter()

    await hear(meter, app(90))
    await hear(meter, app(10), OTHER)

    assert meter.take(TOKEN) is None
    assert meter.take(OTHER) == LimitUse(app_percent=10)
