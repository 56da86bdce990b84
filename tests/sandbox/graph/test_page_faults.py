import json
from typing import Any

import httpx
import pytest

from sandbox.faults import Effect, Fault
from support.made_media import picture
from support.meta import PAGE, PAGE_ACCOUNT, Meta


async def _live(meta: Meta) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = (await meta.get(f"{PAGE}/published_posts")).json()["data"]
    return data


async def test_an_answer_can_be_lost_after_the_post_went_live(meta: Meta) -> None:
    meta.world.faults.add(
        Fault(service="graph", operation="page_post", effect=Effect.LOSE_ANSWER, remaining=1)
    )

    with pytest.raises(httpx.TransportError):
        await meta.post(f"{PAGE}/feed", message="Hello")
    again = await meta.post(f"{PAGE}/feed", message="Hello")

    assert len(await _live(meta)) == 1
    assert again.json()["error"]["code"] == 506


async def test_a_photo_answered_with_500_is_live_each_time(meta: Meta) -> None:
    meta.world.faults.add(
        Fault(service="graph", operation="page_photo", effect=Effect.REFUSE_AFTER, remaining=2)
    )
    url = meta.put(picture())

    answers = [await meta.post(f"{PAGE}/photos", url=url, caption="A vase") for _ in range(2)]

    assert [(each.status_code, each.json()["error"]["code"]) for each in answers] == [(500, 2), (500, 2)]
    assert len(await _live(meta)) == 2


@pytest.mark.parametrize(("behaviour", "live"), [("refused", 0), ("refused_after", 1)])
async def test_any_refusal_can_come_before_or_after_the_effect(meta: Meta, behaviour: str, live: int) -> None:
    meta.misbehave(behaviour, operation="page_post", remaining=1, body={"code": 368, "subcode": 1390008})

    answer = await meta.post(f"{PAGE}/feed", message="Hello")

    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["error_subcode"]) == (400, 368, 1390008)
    assert len(await _live(meta)) == live


async def test_a_refusal_hits_its_operation_alone(meta: Meta) -> None:
    meta.misbehave("refused", operation="page_photo*", body={"code": 1})

    assert (await meta.post(f"{PAGE}/feed", message="Hello")).status_code == 200


@pytest.mark.parametrize("code", [4, 17, 32, 341, 613, 80001])
async def test_each_throttle_can_be_played(meta: Meta, code: int) -> None:
    meta.misbehave("refused", remaining=1, body={"code": code})

    assert (await meta.post(f"{PAGE}/feed", message="Hello")).json()["error"]["code"] == code


async def test_a_used_up_allowance_is_told_by_page_and_refused(meta: Meta) -> None:
    meta.misbehave(
        "usage",
        subject={"account": PAGE},
        body={"call_count": 100, "estimated_time_to_regain_access": 7},
    )

    answer = await meta.post(f"{PAGE}/feed", message="Hello")

    usage = json.loads(answer.headers["x-business-use-case-usage"])
    assert answer.json()["error"]["code"] == 80001
    assert usage[PAGE][0]["type"] == "pages"
    assert usage[PAGE][0]["estimated_time_to_regain_access"] == 7
    assert (await meta.get(PAGE_ACCOUNT)).status_code == 200


async def test_a_read_outage_of_a_page_lets_writes_through(meta: Meta) -> None:
    meta.misbehave("read_outage", subject={"account": PAGE})

    read = await meta.get(f"{PAGE}/published_posts")
    written = await meta.post(f"{PAGE}/feed", message="Hello")

    assert (read.json()["error"]["error_subcode"], written.status_code) == (33, 200)


async def test_a_listing_of_a_page_may_lag(meta: Meta) -> None:
    meta.misbehave("listing_lag", delay_seconds=30)
    await meta.post(f"{PAGE}/feed", message="Hello")

    hidden = await _live(meta)
    meta.later(seconds=30)

    assert (hidden, len(await _live(meta))) == ([], 1)


async def test_a_flaky_fetch_fails_for_a_good_address(meta: Meta) -> None:
    meta.misbehave("flaky_fetch", remaining=1)

    first = await meta.post(f"{PAGE}/photos", url=meta.put(picture()))
    second = await meta.post(f"{PAGE}/photos", url=meta.put(picture()))

    assert (first.json()["error"]["code"], second.status_code) == (324, 200)


async def test_a_token_may_die_in_the_middle(meta: Meta) -> None:
    meta.misbehave("expire_token", remaining=1, subject={"account": PAGE}, body={"subcode": 492})

    answers = [await meta.post(f"{PAGE}/feed", message="Hello") for _ in range(2)]

    assert [each.json()["error"]["error_subcode"] for each in answers] == [492, 492]
